#include "store/check.h"

#include <CLI/CLI.hpp>

#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/run.h"

namespace depone::cli {

namespace {

void print_report(Context& context, const CheckReport& report) {
  if (context.json) {
    print_json(context, {{"records", report.records},
                         {"revisions", report.revisions},
                         {"attachments", report.attachments},
                         {"bundles", report.bundles},
                         {"custody_events", report.custody_events},
                         {"damage", report.damage},
                         {"warnings", report.warnings}});
    return;
  }
  context.out << "records         " << report.records << "\nrevisions       " << report.revisions
              << "\nattachments     " << report.attachments << "\nbundles         "
              << report.bundles << "\ncustody events  " << report.custody_events << '\n';
  for (const std::string& damage : report.damage)
    context.out << "damaged         " << printable(damage) << '\n';
  for (const std::string& warning : report.warnings)
    context.out << "to look at      " << printable(warning) << '\n';
  if (report.damage.empty()) context.out << "All of it was read and is as it should be.\n";
}

int check(Context& context) {
  Vault vault = open_vault(context);
  CheckReport report;
  {
    ProgressLine progress(context);
    report = check_vault(vault, [&](std::string_view step, std::uint64_t done, std::uint64_t of) {
      progress.update(step, done, of);
    });
  }
  print_report(context, report);
  if (report.damage.empty()) return 0;
  context.err
      << "depone: damage was found; nothing was changed. What is not named above can be read.\n";
  return exit_status(Code::damaged);
}

}  // namespace

Runner install_check(CLI::App&, Context& context) {
  return [&context] { return check(context); };
}

}  // namespace depone::cli
