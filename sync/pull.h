#pragma once

#include "sync/link.h"

namespace depone {

struct PullResult {
  std::uint64_t pulled = 0;   // bundles that came whole
  std::uint64_t opened = 0;   // taken into the vault
  std::uint64_t refused = 0;  // could not be opened
  double pull_seconds = 0;
  double open_seconds = 0;
  std::vector<std::string> problems;  // bundles that could not be opened, and why
  std::vector<std::string> notes;
};

// Fetches what is in this member's mailbox, in the log's order, and opens each. A bundle that can't
// be opened is kept in a list (store/inbox.h) and does not hold up those behind it; it is asked for
// again once the roster or the program is another one, or at once where the relay gave other bytes
// than the log says. A download that stopped goes on.
PullResult pull(Vault& vault, RelayClient& relay, const Clock& clock, const Progress& progress);

}  // namespace depone
