#include <array>

#include "cli/audit/commands.h"
#include "cli/run.h"

int main(int argc, char** argv) {
  using namespace depone::cli;
  static constexpr std::array kCommands{
      Command{"join", "Make a request key and join an organisation as its auditor",
              "depone-audit join 'depone:1:https://relay.example.org#…' --key auditor.key --name "
              "court-expert",
              audit_join},
      Command{"verify", "Check sealed bundles: who signed them, and that no byte was altered",
              "depone-audit verify courier/bundles/*.age --roster courier/audit/roster.json "
              "--authority authority.pub",
              audit_verify},
      Command{
          "receipt", "Check a receipt: that a bundle is in the relay's log",
          "depone-audit receipt courier/receipts/5f….tlog-proof --roster courier/audit/roster.json "
          "--authority authority.pub",
          audit_receipt},
      Command{"log", "Check a whole log: every signature, the tree, each member's chain",
              "depone-audit log courier --authority authority.pub --save state.json", audit_log},
  };
  const Program program{
      "depone-audit",
      "Check, without any key that opens them, that bundles are authentic, complete and unaltered.",
      kCommands,
      version_text("depone-audit"),
      nullptr,
      "depone-audit log courier --authority authority.pub"};
  return run(program, argc, argv);
}
