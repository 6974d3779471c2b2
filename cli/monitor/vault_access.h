#pragma once

#include "cli/context.h"
#include "store/vault.h"

namespace depone::cli {

// --vault, else $DEPONE_VAULT, else $XDG_DATA_HOME/depone/default, else
// ~/.local/share/depone/default.
fs::path vault_dir(const Context& context);
// Asks for the passphrase and opens. Code::not_found, before asking, where there is no vault. The
// passphrase is wiped at once unless `keep` is to hold it.
Vault open_vault(Context& context, SecretBytes* keep = nullptr);

}  // namespace depone::cli
