#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sync/relay/blobs.h"
#include "sync/relay/ledger.h"
#include "sync/relay/new_tree.h"

namespace depone::relay {

// Every bundle of a ledger, copied out of a storage into a directory as BlobsDir has them.

// What the ledger names.
struct BundleTotal {
  std::uint64_t bundles = 0;
  std::uint64_t bytes = 0;
};
using CountProgress = std::function<void(std::uint64_t bundles)>;
BundleTotal total_of(Ledger& ledger, const CountProgress& progress);

struct UncopiedBundle {
  std::string sha256;
  std::string why;  // a sentence
};
struct CopiedBundles {
  std::uint64_t bundles = 0;
  std::uint64_t bytes = 0;
  std::vector<UncopiedBundle> missing;  // not there, unreadable, or with other bytes: left out
};
using CopyProgress = std::function<void(std::uint64_t bytes)>;

// No hard links: a copy has to outlive damage of the original. Each is read once, and held against
// its size and hash on the way.
CopiedBundles copy_bundles(Ledger& ledger, Blobs& from, NewTree& to, const fs::path& below,
                           const CopyProgress& progress);

}  // namespace depone::relay
