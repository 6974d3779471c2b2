#include "cli/monitor/vault_access.h"

#include "cli/progress.h"
#include "cli/prompt.h"
#include "crypto/error.h"
#include "store/search_index.h"

namespace depone::cli {

fs::path vault_dir(const Context& context) {
  if (!context.vault.empty()) return context.vault;
  const auto from_env = [&](const char* name) {
    const char* value = context.env(name);
    return fs::path(value ? value : "");
  };
  if (const fs::path vault = from_env("DEPONE_VAULT"); !vault.empty()) return vault;
  // The XDG base directory specification has relative paths ignored.
  if (const fs::path data = from_env("XDG_DATA_HOME"); data.is_absolute())
    return data / "depone" / "default";
  const fs::path home = from_env("HOME");
  if (home.empty()) {
    throw Error(
        Code::usage,
        "there is no home directory to look for a vault in. Name the vault with --vault DIR");
  }
  return home / ".local" / "share" / "depone" / "default";
}

Vault open_vault(Context& context, SecretBytes* keep) {
  const fs::path dir = vault_dir(context);
  std::error_code ignored;
  if (!fs::exists(dir / "vault.json", ignored) && !fs::exists(dir / "vault.json.copy", ignored)) {
    throw Error(Code::not_found,
                "there is no vault at this place. `depone init` makes one; --vault DIR or "
                "DEPONE_VAULT names another place",
                fs::absolute(dir).string());
  }
  SecretBytes passphrase = ask_passphrase(context, "Passphrase");
  Vault vault = Vault::open(dir, passphrase.reveal());
  if (!index_is_current(vault)) {
    ProgressLine progress(context);
    rebuild_index(vault, [&](std::uint64_t done, std::uint64_t of) {
      progress.update("making the search index anew", done, of);
    });
  }
  if (keep != nullptr) *keep = std::move(passphrase);
  return vault;
}

}  // namespace depone::cli
