#include <array>

#include "cli/relay/commands.h"
#include "cli/run.h"
#include "store/sql.h"

int main(int argc, char** argv) {
  using namespace depone::cli;
  static constexpr std::array kCommands{
      Command{"init", "Make a relay's directory",
              "depone-relay init relay --organisation 'Example Organisation' --origin relay.example.org/log "
              "--url http://127.0.0.1:8080",
              relay_init},
      Command{"serve", "Receive, keep, log and hand out sealed bundles, until stopped",
              "depone-relay serve relay --listen 127.0.0.1:8080", relay_serve},
      Command{"invite", "Invite somebody to become a member", "depone-relay invite relay --role monitor --name monitor-1",
              relay_invite},
      Command{"members", "List, approve and revoke members",
              "depone-relay members approve relay monitor-1 --fingerprint 0123456789abcdef0123", relay_members},
      Command{"roster", "Show, sign and publish the list of members", "depone-relay roster show relay", relay_roster},
      Command{"status", "Say what the relay holds; exit 1 where the operator has to act", "depone-relay status relay --json", relay_status},
      Command{"check", "Check every bundle, every signature and the whole log", "depone-relay check relay", relay_check},
      Command{"backup", "Copy the whole relay into a new directory, while it serves",
              "depone-relay backup relay /media/disk/relay-2026-11-24", relay_backup},
      Command{"restore", "Make a relay's directory of a backup",
              "depone-relay restore /media/disk/relay-2026-11-24 relay", relay_restore},
      Command{"export", "Copy bundles for somebody without a network, or for an auditor",
              "depone-relay export relay --courier /media/stick --audit", relay_export},
      Command{"import", "Take in bundles that a courier brings, and give back their receipts",
              "depone-relay import relay --courier /media/stick", relay_import},
  };
  const Program program{"depone-relay",
                        "Run a relay: it takes sealed bundles that it cannot read, logs them, and hands them to whom they "
                        "are addressed.",
                        kCommands,
                        version_text("depone-relay", "SQLCipher " + depone::sqlcipher_version()),
                        nullptr,
                        "depone-relay serve relay"};
  return run(program, argc, argv);
}
