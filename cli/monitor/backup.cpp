#include "store/backup.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/prompt.h"
#include "cli/run.h"
#include "crypto/error.h"

namespace depone::cli {

namespace {

BackupReport make(Context& context, const std::string& file, const BackupProgress& progress) {
  if (has_session(context)) {
    Vault vault = open_vault(context);
    return back_up(vault, file, context.now(), progress);
  }
  // Not through open_vault(): another process may be working in the vault, and need not end for
  // this.
  const SecretBytes passphrase = ask_passphrase(context, "Passphrase");
  return back_up(vault_dir(context), passphrase.reveal(), file, context.now(), progress);
}

int backup(Context& context, const std::string& file) {
  refuse_where_no_vault(context);
  if (fs::exists(fs::symlink_status(file))) {
    throw Error(Code::refused, "something of this name is there already; no backup was made", file);
  }
  std::error_code ignored;
  if (fs::equivalent(fs::absolute(file).parent_path(), vault_dir(context), ignored)) {
    throw Error(Code::usage, "a backup in the vault's own directory would be lost with it", file);
  }
  const Stopwatch watch;
  BackupReport report;
  {
    ProgressLine line(context);
    report = make(context, file, [&](std::string_view step, std::uint64_t done, std::uint64_t of) {
      line.update(step, done, of, Unit::bytes);
    });
  }
  const std::string written = fs::absolute(file).lexically_normal().string();
  if (context.json) {
    print_json(context, {{"file", written},
                         {"files", report.files},
                         {"bytes", report.bytes},
                         {"missing", report.missing},
                         {"seconds", watch.seconds()}});
  } else {
    context.out << printable(written) << "\n"
                << report.files << " files, " << human_bytes(report.bytes)
                << ". It opens with the passphrase of now, and with the "
                   "recovery sheet.\n";
  }
  if (report.missing.empty()) return 0;
  for (const std::string& missing : report.missing)
    context.err << "damaged: " << printable(missing) << '\n';
  context.err << "depone: the backup holds all that could be read; what is named above could not\n";
  return exit_status(Code::damaged);
}

}  // namespace

Runner install_backup(CLI::App& app, Context& context) {
  auto file = std::make_shared<std::string>();
  app.add_option("FILE", *file, "A new file, best on another disk")->required()->type_name("");
  return [&context, file] { return backup(context, *file); };
}

}  // namespace depone::cli
