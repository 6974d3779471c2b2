#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "store/keyslots.h"
#include "store/vault.h"

namespace depone::cli {

// What opens a vault, for commands that need it more than once: the seed of the recovery sheet, or
// the passphrase as it was typed.
struct VaultSecret {
  std::optional<Seed> seed;
  SecretBytes passphrase;

  std::vector<FoundKey> keys(const VaultHeader& header) const;  // Code::wrong_key
  Vault open(const fs::path& dir) const;
};

// Asks for the sheet or for the passphrase, under `prompt`. `no_sheet`: what to say where the sheet
// can't be asked for.
VaultSecret ask_vault_secret(Context& context, bool recovery, const std::string& recovery_file,
                             const std::string& no_sheet, const std::string& prompt);

}  // namespace depone::cli
