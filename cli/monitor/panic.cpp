#include "store/panic.h"

#include <CLI/CLI.hpp>

#include "cli/monitor/commands.h"
#include "cli/monitor/lock_shell.h"
#include "cli/monitor/session.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/prompt.h"
#include "crypto/error.h"

namespace depone::cli {

namespace {

// What has the vault open now, this shell apart.
std::optional<Asked> close_elsewhere(Context& context, const fs::path& dir) {
  if (!has_session(context)) return lock_open_shell(dir);
  context.session->lock();
  return std::nullopt;
}

int panic(Context& context) {
  refuse_where_no_vault(context);
  const fs::path dir = fs::absolute(vault_dir(context)).lexically_normal();
  if (!confirm(context, "This destroys the keys of the vault at " + dir.string() +
                            ". Nobody will open it again, with or without its passphrase or "
                            "recovery sheet; only a backup made before will. Destroy them?")) {
    throw Error(Code::interrupted, "nothing was destroyed");
  }
  destroy_key_slots(dir);
  const auto open = close_elsewhere(context, dir);
  const bool still_open = open && open->still_open;
  if (context.json) {
    print_json(context, {{"destroyed", true},
                         {"vault", dir.string()},
                         {"still_open", still_open ? Json(open->process) : Json(nullptr)}});
    return 0;
  }
  context.out << "The keys of the vault at " << printable(dir.string())
              << " are destroyed.\n"
                 "No passphrase and no recovery sheet opens it any more.\n"
                 "What this does not do:\n"
                 "- On an SSD, a stick or a memory card, overwriting does not reach every old copy "
                 "of the keys'\n  slots. Who takes the drive apart may find one, and opens it with "
                 "the passphrase or the sheet.\n"
                 "- Backups and other copies of the vault still open, and so does what was sealed "
                 "and sent,\n  for its readers.\n"
                 "- It does not hide that there was a vault.\n";
  if (still_open) {
    context.out << "- Process " << open->process << " (" << printable(open->program)
                << ") has the vault open, and its key in memory: end it, or switch the machine "
                   "off.\n";
  }
  return 0;
}

}  // namespace

Runner install_panic(CLI::App&, Context& context) {
  return [&context] { return panic(context); };
}

}  // namespace depone::cli
