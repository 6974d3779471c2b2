#include <CLI/CLI.hpp>
#include <csignal>

#include "cli/monitor/commands.h"
#include "cli/monitor/lock_shell.h"
#include "cli/monitor/session.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "crypto/error.h"

namespace depone::cli {

namespace {

int lock(Context& context) {
  if (has_session(context)) {
    context.session->lock();
    if (context.json)
      print_json(context, {{"locked", true}, {"process", nullptr}});
    else
      context.out << "The vault is locked.\n";
    return 0;
  }
  refuse_where_no_vault(context);
  const auto holder = lock_open_shell(vault_dir(context));
  if (holder && holder->still_open) {
    throw Error(Code::busy, "process " + std::to_string(holder->process) + " (" + holder->program +
                                ") has the vault open and is at work: it closes the vault when it "
                                "ends");
  }
  if (context.json) {
    print_json(context,
               {{"locked", true}, {"process", holder ? Json(holder->process) : Json(nullptr)}});
  } else if (holder) {
    context.out << "Process " << holder->process << " has closed the vault.\n";
  } else {
    context.out << "No program has this vault open: it is locked.\n";
  }
  return 0;
}

}  // namespace

Runner install_lock(CLI::App&, Context& context) {
  return [&context] { return lock(context); };
}

}  // namespace depone::cli
