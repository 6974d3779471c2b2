#pragma once

#include "sync/link.h"

namespace depone {

struct RosterStep {
  std::uint64_t version = 0;  // newest held now
  bool changed = false;
};
// Fetches the relay's newest roster and takes it in. Code::refused for pending and revoked members
// (says what to do).
RosterStep refresh_roster(Vault& vault, RelayClient& relay, const Clock& clock);

struct JoinResult {
  std::string organisation;
  std::string authority;
  std::string fingerprint;
  std::string status;                // pending | member
  std::vector<std::string> readers;  // "desk-1 (name, class legal)": who will be able to read
};
// Sends the join for this vault; the enrolment is stored with the relay's answer, so that a refused
// invite leaves the vault as it was. After a crash the same command goes on. `name` empty: one that
// says nothing.
JoinResult join_relay(Vault& vault, const Invite& invite, std::string_view name,
                      const Clock& clock);

}  // namespace depone
