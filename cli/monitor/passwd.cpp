#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/prompt.h"

namespace depone::cli {

namespace {

SecretBytes new_passphrase(Context& context, const std::string& file) {
  if (!file.empty()) return new_passphrase_from_file(context, file);
  Context asking = context;
  asking.passphrase_file.clear();  // that one is the old one
  return ask_new_passphrase(asking, "New passphrase");
}

int change(Context& context, const std::string& new_file) {
  SecretBytes old_passphrase;
  Vault vault = open_vault(context, &old_passphrase);
  const SecretBytes passphrase = new_passphrase(context, new_file);
  vault.change_passphrase(old_passphrase.reveal(), passphrase.reveal(), calibrate_argon2id());
  if (context.json) {
    print_json(context, {{"changed", true}});
  } else {
    context.out << "The passphrase is changed. Copies of the vault made before still open with the "
                   "old one.\n";
  }
  return 0;
}

}  // namespace

Runner install_passwd(CLI::App& app, Context& context) {
  auto file = std::make_shared<std::string>();
  app.add_option("--new-passphrase-file", *file,
                 "Take the new passphrase from the first line of FILE")
      ->type_name("FILE");
  return [&context, file] { return change(context, *file); };
}

}  // namespace depone::cli
