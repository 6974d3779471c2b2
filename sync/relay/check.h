#pragma once

#include <functional>
#include <string>
#include <vector>

#include "crypto/formats/checkpoint.h"
#include "sync/relay/directory.h"

namespace depone::relay {

struct CheckReport {
  std::uint64_t bundles = 0;
  std::uint64_t bytes = 0;
  std::uint64_t rosters = 0;
  std::uint64_t entries = 0;  // that the checkpoint covers
  std::vector<std::string> problems;  // damage, one sentence each, naming what is hit and what would help
  std::vector<std::string> notes;     // to be looked at, no damage
};
using CheckProgress = std::function<void(const char* step, std::uint64_t done, std::uint64_t of)>;

// Everything, against everything: the ledger's pages; each entry's signature; the tree against tiles and checkpoint; every
// roster; each bundle's object, its size and hashes; nothing missing, nothing unknown. Repairs nothing. Works while the
// relay serves: it looks at the log as it stood when it began.
CheckReport check_relay(Directory& relay, const CheckProgress& progress);

}  // namespace depone::relay
