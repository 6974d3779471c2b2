#include "store/check.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/monitor/vault_secret.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/run.h"
#include "crypto/error.h"
#include "store/swap.h"
#include "store/vault_header.h"

namespace depone::cli {

namespace {

struct Options {
  std::string recovery_file;
  bool recovery = false;
  bool repair = false;
};

constexpr const char* kSheet =
    "the recovery sheet is what is to be checked. Type the seed on a terminal, or name the sheet "
    "with --recovery-file FILE";

struct Outcome {
  CheckReport report;
  std::vector<std::string> repaired;
};

void print_outcome(Context& context, const Options& options, const Outcome& outcome) {
  const CheckReport& report = outcome.report;
  if (context.json) {
    print_json(context, {{"records", report.records},
                         {"readable", report.readable},
                         {"revisions", report.revisions},
                         {"attachments", report.attachments},
                         {"bundles", report.bundles},
                         {"custody_events", report.custody_events},
                         {"damage", report.damage},
                         {"warnings", report.warnings},
                         {"repaired", outcome.repaired},
                         {"recovery", options.recovery}});
    return;
  }
  context.out << "records         " << report.records;
  if (report.readable < report.records)
    context.out << ", of which " << report.readable << " can be read whole";
  context.out << "\nrevisions       " << report.revisions << "\nattachments     "
              << report.attachments << "\nbundles         " << report.bundles
              << "\ncustody events  " << report.custody_events << '\n';
  for (const std::string& repaired : outcome.repaired)
    context.out << "repaired        " << printable(repaired) << '\n';
  for (const std::string& damage : report.damage)
    context.out << "damaged         " << printable(damage) << '\n';
  for (const std::string& warning : report.warnings)
    context.out << "to look at      " << printable(warning) << '\n';
  if (report.damage.empty()) context.out << "All of it was read and is as it should be.\n";
}

void add_swap(CheckReport& report) {
  for (const std::string& area : open_swap_areas()) {
    report.warnings.push_back("the swap space " + area +
                              " is not encrypted: text of records could reach the disk through it");
  }
}

Outcome check_opened(Context& context, const Options& options, Vault& vault) {
  Outcome outcome;
  if (options.repair) {
    if (const FoundHeader found = read_headers(vault.dir()); !found.damaged.empty()) {
      vault.repair_header();
      outcome.repaired.push_back(found.damaged);
    }
  }
  ProgressLine progress(context);
  outcome.report = check_vault(vault, [&](std::string_view step, std::uint64_t done,
                                          std::uint64_t of) { progress.update(step, done, of); });
  add_swap(outcome.report);
  return outcome;
}

Outcome open_and_check(Context& context, const Options& options) {
  if (has_session(context) && !options.recovery) {
    Vault vault = open_vault(context);
    return check_opened(context, options, vault);
  }
  refuse_where_no_vault(context);
  if (options.recovery) refuse_in_shell(context, "check --recovery");
  // Needed once more where the database can't be opened.
  const VaultSecret secret =
      ask_vault_secret(context, options.recovery, options.recovery_file, kSheet, "Passphrase");
  const fs::path dir = vault_dir(context);
  try {
    Vault vault = secret.open(dir);
    print_vault_notes(context, vault);
    if (options.recovery)
      context.err << "The recovery sheet opens this vault. What it opens is read now.\n";
    return check_opened(context, options, vault);
  } catch (const Error& error) {
    if (error.code() != Code::damaged) throw;
    Outcome outcome;
    outcome.report = check_unopened(
        dir, [&](const VaultHeader& header) { return secret.keys(header); }, error.message());
    return outcome;
  }
}

int check(Context& context, const Options& options) {
  const Outcome outcome = open_and_check(context, options);
  print_outcome(context, options, outcome);
  if (outcome.report.damage.empty()) return 0;
  context.err << "depone: damage was found; "
              << (outcome.repaired.empty() ? "nothing" : "but for what was repaired, nothing")
              << " was changed. What is not named above can be read.\n";
  return exit_status(Code::damaged);
}

}  // namespace

Runner install_check(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_flag("--recovery", options->recovery,
               "Open with the recovery sheet, to see that it would open the vault");
  app.add_option("--recovery-file", options->recovery_file,
                 "Read the recovery sheet from FILE, instead of asking for it")
      ->type_name("FILE");
  app.add_flag("--repair", options->repair,
               "Make a damaged copy of vault.json good from the other one");
  return [&context, options] { return check(context, *options); };
}

}  // namespace depone::cli
