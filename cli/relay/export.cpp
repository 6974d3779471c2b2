#include <CLI/CLI.hpp>
#include <memory>

#include "cli/output.h"
#include "cli/progress.h"
#include "cli/relay/commands.h"
#include "sync/relay/courier_export.h"

namespace depone::cli {

namespace {

struct Options {
  std::string path;
  std::string stick;
  std::vector<std::string> members;
  bool audit = false;
};

int run_export(Context& context, const Options& options) {
  relay::Directory relay(options.path);
  relay::ExportResult result;
  {
    ProgressLine progress(context);
    result = export_to_courier(relay, {options.stick, options.members, options.audit},
                               [&](std::uint64_t done, std::uint64_t of) { progress.update("export", done, of); });
  }
  if (context.json) {
    print_json(context, {{"bundles", result.bundles},
                         {"copied", result.copied},
                         {"bytes", result.bytes},
                         {"receipts", result.receipts},
                         {"log", options.audit ? Json(result.log_size) : Json(nullptr)}});
    return 0;
  }
  context.out << result.bundles << " bundles are in " << printable(options.stick) << ", " << result.copied
              << " of them copied now (" << human_bytes(result.bytes) << ").\n";
  if (options.audit) {
    context.out << "With " << result.receipts << " receipts, all rosters, and the log of " << result.log_size
                << " entries: depone-audit log " << printable(options.stick) << '\n';
  }
  return 0;
}

}  // namespace

Runner relay_export(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  app.add_option("DIR", options->path, "The relay's directory")->required()->type_name("DIR");
  app.add_option("--courier", options->stick, "Where to: a stick, or any directory")->required()->type_name("STICK");
  app.add_option("--for", options->members, "Bundles addressed to these members; without it, to a desk")->type_name("ID");
  app.add_flag("--audit", options->audit, "Also receipts, rosters and the log, for an auditor");
  return [options, &context] { return run_export(context, *options); };
}

}  // namespace depone::cli
