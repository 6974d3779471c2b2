#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/monitor/vault_secret.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "store/backup.h"

namespace depone::cli {

namespace {

struct Options {
  std::string file;
  std::string recovery_file;
  bool recovery = false;
};

constexpr const char* kSheet =
    "the recovery sheet is needed to open the backup without its passphrase. Type the seed on a "
    "terminal, or name the sheet with --recovery-file FILE";

int restore(Context& context, const Options& options) {
  refuse_in_shell(context, "restore");
  const fs::path dir = fs::absolute(vault_dir(context)).lexically_normal();
  refuse_where_a_vault_is(dir);
  // Before the passphrase is asked for.
  { const FileSource there(options.file, true); }
  const VaultSecret secret = ask_vault_secret(context, options.recovery, options.recovery_file,
                                              kSheet, "Passphrase of the backup");
  const Stopwatch watch;
  RestoreReport report;
  {
    ProgressLine line(context);
    report = restore_backup(
        options.file, dir, context.now(), [&](const VaultHeader& header) { secret.keys(header); },
        [&](const fs::path& at) { return secret.open(at); },
        [&](std::string_view step, std::uint64_t done, std::uint64_t of) {
          line.update(step, done, of, Unit::bytes);
        });
  }
  for (const std::string& note : report.notes) context.err << printable(note) << ".\n";
  if (context.json) {
    print_json(context, {{"vault", dir.string()},
                         {"id", report.vault},
                         {"made", report.made.text()},
                         {"files", report.files},
                         {"bytes", report.bytes},
                         {"seconds", watch.seconds()}});
    return 0;
  }
  context.out
      << "The vault as it was at " << report.made.text() << " is at " << printable(dir.string())
      << ": every file's hash holds.\n"
         "It numbers its bundles in a new chain, so that the vault that the backup was made of can "
         "be in use still.\nUse one of the two only: what is written in one is not in the other. "
         "`depone sync` sends what the backup\nheld and the relay does not have; `depone check` "
         "reads everything.\n";
  return 0;
}

}  // namespace

Runner install_restore(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file, "What `depone backup` wrote")->required()->type_name("");
  app.add_flag("--recovery", options->recovery, "Open it with the recovery sheet");
  app.add_option("--recovery-file", options->recovery_file,
                 "Read the recovery sheet from FILE, instead of asking for it")
      ->type_name("FILE");
  return [&context, options] { return restore(context, *options); };
}

}  // namespace depone::cli
