#include "sync/relay/check.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/output.h"
#include "cli/progress.h"
#include "cli/relay/commands.h"
#include "cli/run.h"

namespace depone::cli {

namespace {

int check(Context& context, const std::string& path) {
  relay::Directory relay(path);
  relay::CheckReport report;
  {
    ProgressLine progress(context);
    report = check_relay(relay, [&](const char* step, std::uint64_t done, std::uint64_t of) {
      progress.update(step, done, of);
    });
  }
  if (context.json) {
    print_json(context, {{"bundles", report.bundles},
                         {"bytes", report.bytes},
                         {"rosters", report.rosters},
                         {"entries", report.entries},
                         {"problems", report.problems},
                         {"notes", report.notes}});
  } else {
    context.out << report.bundles << " bundles (" << human_bytes(report.bytes) << "), " << report.entries
                << " log entries, " << report.rosters << " rosters checked.\n";
    for (const std::string& note : report.notes) context.out << "note: " << printable(note) << '\n';
    for (const std::string& problem : report.problems) context.out << "DAMAGED: " << printable(problem) << '\n';
    if (report.problems.empty()) context.out << "Nothing is damaged.\n";
  }
  if (report.problems.empty()) return 0;
  context.err << "depone-relay: damage was found; nothing was changed.\n";
  return exit_status(Code::damaged);
}

}  // namespace

Runner relay_check(CLI::App& app, Context& context) {
  const auto path = std::make_shared<std::string>();
  app.add_option("DIR", *path, "The relay's directory")->required()->type_name("DIR");
  return [path, &context] { return check(context, *path); };
}

}  // namespace depone::cli
