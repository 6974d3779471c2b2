#include "cli/monitor/vault_secret.h"

#include "cli/monitor/recovery_input.h"
#include "cli/prompt.h"

namespace depone::cli {

std::vector<FoundKey> VaultSecret::keys(const VaultHeader& header) const {
  return seed ? keys_with_seed(header, *seed)
              : keys_with_passphrase(header, normalise_passphrase(passphrase.reveal()).reveal());
}

Vault VaultSecret::open(const fs::path& dir) const {
  return seed ? Vault::open_with_recovery(dir, *seed) : Vault::open(dir, passphrase.reveal());
}

VaultSecret ask_vault_secret(Context& context, bool recovery, const std::string& recovery_file,
                             const std::string& no_sheet, const std::string& prompt) {
  VaultSecret secret;
  if (recovery) {
    secret.seed = ask_seed(context, recovery_file, no_sheet);
  } else {
    secret.passphrase = ask_passphrase(context, prompt);
  }
  return secret;
}

}  // namespace depone::cli
