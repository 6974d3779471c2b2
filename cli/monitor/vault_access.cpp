#include "cli/monitor/vault_access.h"

#include "cli/monitor/session.h"
#include "cli/progress.h"
#include "cli/prompt.h"
#include "crypto/error.h"
#include "store/records/discard.h"
#include "store/search/index.h"

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

void refuse_where_no_vault(const Context& context) {
  const fs::path dir = vault_dir(context);
  std::error_code ignored;
  if (fs::exists(dir / "vault.json", ignored) || fs::exists(dir / "vault.json.copy", ignored))
    return;
  throw Error(Code::not_found,
              "there is no vault at this place. `depone init` makes one; --vault DIR or "
              "DEPONE_VAULT names another place",
              fs::absolute(dir).string());
}

void refuse_where_a_vault_is(const fs::path& dir) {
  std::error_code ignored;
  if (fs::exists(dir / "vault.json", ignored) || fs::exists(dir / "vault.json.copy", ignored)) {
    throw Error(Code::refused,
                "there is a vault already; it was left as it is. --vault DIR names another place",
                dir.string());
  }
}

bool has_session(const Context& context) {
  return context.session != nullptr && vault_dir(context) == context.session->dir();
}

void refuse_in_shell(const Context& context, const char* command) {
  if (context.session == nullptr) return;
  throw Error(Code::usage, std::string("`") + command +
                               "` is not done from inside the shell: leave it with `exit` and run "
                               "depone " +
                               command);
}

void print_vault_notes(Context& context, const Vault& vault, std::size_t from) {
  const std::vector<std::string>& notes = vault.notes();
  for (std::size_t i = from; i < notes.size(); ++i)
    context.err << "depone: " << printable(notes[i]) << '\n';
}

namespace {

void say_whom_it_waits_for(Context& context, const fs::path& dir) {
  const auto holder = lock_holder(dir / "lock");
  if (!holder || !context.err_is_terminal) return;
  context.err << "Another program (process " << holder->process
              << (holder->program.empty() ? "" : ", ") << printable(holder->program)
              << ") has this vault open; waiting for it, ten seconds at most.\n"
              << std::flush;
}

Vault opened(Context& context, Vault vault) {
  print_vault_notes(context, vault);
  std::error_code ignored;
  const fs::perms found = fs::status(vault.dir(), ignored).permissions();
  if ((found & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none) {
    context.err << "depone: other users of this computer can look into the vault's directory, and "
                   "copy, and perhaps remove, what is in it (encrypted as it is). `chmod 700` "
                   "closes it: "
                << printable(vault.dir().string()) << '\n';
  }
  if (!index_is_current(vault)) {
    ProgressLine progress(context);
    rebuild_index(vault, [&](std::uint64_t done, std::uint64_t of) {
      progress.update("making the search index anew", done, of);
    });
  }
  finish_discard(vault);
  return vault;
}

}  // namespace

Vault open_vault(Context& context, SecretBytes* keep) {
  const bool in_shell = has_session(context);
  if (in_shell && context.session->is_open() && keep == nullptr) return context.session->vault();
  const fs::path dir = vault_dir(context);
  refuse_where_no_vault(context);
  SecretBytes passphrase = ask_passphrase(context, "Passphrase");
  say_whom_it_waits_for(context, dir);
  Vault vault = opened(context, Vault::open(dir, passphrase.reveal()));
  if (keep != nullptr) *keep = std::move(passphrase);
  if (in_shell) context.session->open(vault.share());
  return vault;
}

Vault open_vault_with(Context& context, const Seed& seed) {
  refuse_where_no_vault(context);
  const fs::path dir = vault_dir(context);
  say_whom_it_waits_for(context, dir);
  return opened(context, Vault::open_with_recovery(dir, seed));
}

}  // namespace depone::cli
