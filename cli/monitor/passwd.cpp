#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/recovery_input.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/prompt.h"
#include "crypto/error.h"

namespace depone::cli {

namespace {

struct Options {
  std::string new_file;
  std::string recovery_file;
  bool recovery = false;
  bool rekey = false;
};

constexpr const char* kSheetForRekey =
    "encrypting the vault anew takes the recovery sheet as well, because the vault can't make its "
    "key; nothing was changed. Type the seed on a terminal, or name the sheet with --recovery-file "
    "FILE";
constexpr const char* kSheetToOpen =
    "the recovery sheet is needed to open the vault without its passphrase. Type the seed on a "
    "terminal, or name the sheet with --recovery-file FILE";

SecretBytes new_passphrase(Context& context, const std::string& file) {
  if (!file.empty()) return new_passphrase_from_file(context, file);
  Context asking = context;
  asking.passphrase_file.clear();  // that one is the old one
  return ask_new_passphrase(asking, "New passphrase");
}

void rekey(Context& context, Vault& vault, const SecretBytes& passphrase, const Seed& seed) {
  ProgressLine progress(context);
  vault.rekey(passphrase.reveal(), calibrate_argon2id(), seed,
              [&](std::uint64_t done, std::uint64_t of) {
                progress.update("encrypting anew, pages", done, of);
              });
}

int change(Context& context, const Options& options) {
  refuse_in_shell(context, "passwd");
  // The sheet before anything that takes long.
  std::optional<Seed> seed;
  if (options.recovery || options.rekey) {
    refuse_where_no_vault(context);
    seed =
        ask_seed(context, options.recovery_file, options.recovery ? kSheetToOpen : kSheetForRekey);
  }
  Vault vault = options.recovery ? open_vault_with(context, *seed) : open_vault(context);
  const std::size_t said = vault.notes().size();
  const SecretBytes passphrase = new_passphrase(context, options.new_file);
  if (options.rekey) {
    rekey(context, vault, passphrase, *seed);
  } else {
    vault.set_passphrase(passphrase.reveal(), calibrate_argon2id());
  }
  print_vault_notes(context, vault, said);
  if (context.json) {
    print_json(context, {{"changed", true}, {"rekeyed", options.rekey}});
  } else if (options.rekey) {
    context.out
        << "The passphrase is changed and the vault is encrypted under a new key. Copies "
           "and backups made before still\nopen with what opened them, to what they held.\n";
  } else {
    context.out << "The passphrase is changed. Copies of the vault made before still open with the "
                   "old one.\n";
  }
  return 0;
}

}  // namespace

Runner install_passwd(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("--new-passphrase-file", options->new_file,
                 "Take the new passphrase from the first line of FILE")
      ->type_name("FILE");
  app.add_flag("--recovery", options->recovery,
               "Open with the recovery sheet: the passphrase is forgotten");
  app.add_flag("--rekey", options->rekey,
               "Encrypt the database under a new key too; needs the recovery sheet as well");
  app.add_option("--recovery-file", options->recovery_file,
                 "Read the recovery sheet from FILE, instead of asking for it")
      ->type_name("FILE");
  return [&context, options] { return change(context, *options); };
}

}  // namespace depone::cli
