#pragma once

#include <string>
#include <vector>

#include "crypto/formats/roster.h"
#include "store/inbox.h"
#include "sync/bundle_stage.h"

namespace depone {

struct ImportResult {
  std::uint64_t records = 0;
  std::vector<std::string> notes;
};

// Holds every revision and custody chain to its rules (Code::malformed, mismatch, unsupported name
// record or revision), then takes all of it in, in one transaction, with what the vault keeps of
// the bundle. `sender`: the member's id.
ImportResult import_bundle(Vault& vault, const Roster& roster, StagedBundle staged,
                           const IncomingBundle& incoming, std::string_view sender, Time now);

}  // namespace depone
