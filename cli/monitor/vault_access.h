#pragma once

#include "cli/context.h"
#include "store/vault.h"

namespace depone::cli {

// --vault, else $DEPONE_VAULT, else $XDG_DATA_HOME/depone/default, else
// ~/.local/share/depone/default.
fs::path vault_dir(const Context& context);
void refuse_where_no_vault(const Context& context);  // Code::not_found
void refuse_where_a_vault_is(const fs::path& dir);   // Code::refused

// Asks for the passphrase and opens. Code::not_found, before asking, where there is no vault. The
// passphrase is wiped at once unless `keep` is to hold it. Inside `shell` it is the vault that the
// shell has open; where it is locked, the passphrase is asked for and the shell has it open again.
// Says on standard error what opening did or found, and whom it waits for.
Vault open_vault(Context& context, SecretBytes* keep = nullptr);
// The same with the recovery sheet; not inside `shell`.
Vault open_vault_with(Context& context, const Seed& seed);

// The vault's notes, from that one on, to standard error.
void print_vault_notes(Context& context, const Vault& vault, std::size_t from = 0);

// Whether this command runs inside `shell`, on the shell's vault.
bool has_session(const Context& context);
// Code::usage inside `shell`, for what can only be done from outside.
void refuse_in_shell(const Context& context, const char* command);

}  // namespace depone::cli
