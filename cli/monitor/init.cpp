#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/recovery_sheet.h"
#include "cli/monitor/swap_warning.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/prompt.h"
#include "cli/terminal.h"
#include "cli/terminal_mode.h"
#include "crypto/error.h"
#include "store/vault.h"
#include "store/work_directory.h"

namespace depone::cli {

namespace {

struct Options {
  std::string recovery_file;
};

std::string fingerprint_of(const Identity& identity) {
  return fingerprint(identity.bundle_key().text(), request_key_text(identity.request.public_key()),
                     identity.recipient.recipient().text(), identity.archive.text());
}

// What was there already, and was open to others, is for its owner only from now on.
void say_where_permissions_change(Context& context, const fs::path& dir) {
  std::error_code missing;
  const fs::perms found = fs::status(dir, missing).permissions();
  constexpr fs::perms kOthers = fs::perms::group_all | fs::perms::others_all;
  if (missing || !fs::exists(dir) || (found & kOthers) == fs::perms::none) return;
  context.err << "depone: other users of this computer could look into " << printable(dir.string())
              << "; from now on only you can\n";
}

// The seed stands nowhere but on this sheet: where it does not get out, the vault goes too.
void print_sheet_of(Context& context, const fs::path& dir, const RecoverySheet& sheet) {
  try {
    sheet.write([&](ByteView part) { context.out << as_text(part); });
    context.out.flush();
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(dir, ignored);
    throw;
  }
  if (!context.out_is_terminal) return;
  try {
    Terminal().read_line(
        "Press Enter once the sheet is copied: then it is cleared from the screen. ",
        context.waiting);
  } catch (const Error& error) {
    if (error.code() != Code::interrupted) throw;  // the vault is there, whichever key it was
  }
  context.out << kClearAll << std::flush;
}

int init(Context& context, const Options& options) {
  refuse_in_shell(context, "init");
  if (context.json && options.recovery_file.empty()) {
    throw Error(Code::usage,
                "with --json, --recovery-file FILE says where the recovery sheet goes");
  }
  const fs::path dir = fs::absolute(vault_dir(context)).lexically_normal();
  refuse_where_a_vault_is(dir);
  refuse_where_taken(dir);
  say_where_permissions_change(context, dir);
  warn_of_swap(context);
  const SecretBytes passphrase = ask_new_passphrase(context, "New passphrase");

  const Seed seed = Seed::random();
  const Identity identity = Identity::from_seed(seed);
  const std::string print = fingerprint_of(identity);
  const Time now = context.now();
  const RecoverySheet sheet(seed, identity.bundle_key().text(), print, now);
  const auto create = [&] {
    Vault::create(dir, passphrase.reveal(), calibrate_argon2id(), seed, now);
  };

  if (options.recovery_file.empty()) {
    create();
    context.err << "A new vault is at " << printable(dir.string()) << ".\n";
    print_sheet_of(context, dir, sheet);
    return 0;
  }
  // The sheet first: a sheet without a vault does no harm, a vault without a sheet cannot be
  // recovered.
  FileSink file(options.recovery_file, false);
  sheet.write([&](ByteView part) { file.write(part); });
  file.finish();
  try {
    create();
  } catch (...) {
    remove_file(options.recovery_file);
    throw;
  }
  const std::string sheet_path = fs::absolute(options.recovery_file).string();
  if (context.json) {
    print_json(context, {{"vault", dir.string()},
                         {"bundle_key", identity.bundle_key().text()},
                         {"fingerprint", print},
                         {"recovery_file", sheet_path}});
  } else {
    context.out
        << "vault           " << printable(dir.string()) << "\nfingerprint     " << print
        << "\nrecovery sheet  " << printable(sheet_path)
        << "\nKeep the sheet apart from this machine, best on paper, and remove the file.\n";
  }
  return 0;
}

}  // namespace

Runner install_init(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("--recovery-file", options->recovery_file,
                 "Write the recovery sheet to a new FILE, not to the screen")
      ->type_name("FILE");
  return [&context, options] { return init(context, *options); };
}

}  // namespace depone::cli
