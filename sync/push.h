#pragma once

#include <optional>

#include "crypto/error.h"
#include "sync/link.h"

namespace depone {

struct PushResult {
  std::uint64_t pushed = 0;  // bundles whose last byte the relay has now
  std::uint64_t receipts = 0;
  std::uint64_t refused =
      0;  // bundles that the relay will never take: sealed again with the next seal
  std::uint64_t waiting = 0;  // bundles that are still without a receipt
  std::vector<std::string> problems;
  std::optional<Code> stopped;  // why not everything went: unreachable, refused (quota), a receipt
                                // that does not hold
};

// Uploads what waits in the outbox (going on where an earlier upload stopped) and fetches receipts;
// each is checked against the roster's log keys and the bundle before it counts. A bundle that the
// relay will never take ends its chain.
PushResult push(Vault& vault, RelayClient& relay, const Clock& clock, const Progress& progress);

}  // namespace depone
