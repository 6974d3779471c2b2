#pragma once

#include "crypto/formats/entry.h"
#include "sync/link.h"

namespace depone {

// Fetches the bundle of a log entry into inbox/<sha256>.age, going on where an earlier download
// stopped; never more than the entry's size. Gives its path. Code::not_found where the relay has it
// no longer, unreachable, io.
fs::path download_bundle(Vault& vault, RelayClient& relay, const BundleEntry& entry,
                         const Progress& progress);

}  // namespace depone
