#pragma once

#include <string>
#include <vector>

#include "sync/limits.h"
#include "sync/link.h"

namespace depone {

struct SealRequest {
  std::vector<std::string> records;  // ids; empty: everything that was never sealed
  std::string to;                    // member id or class; "": every active desk
  bool archive = true;               // the sender's own archive recipient among the recipients
  std::uint64_t bundle_limit = 2ull << 30;
  std::size_t full_members = kFullMembers;  // a bundle with as many files is full; 1: a bundle a record
};

struct SealRefusal {
  std::string record;
  std::string reason;  // which record, which member, what consent says
};

struct SealResult {
  std::vector<std::string> bundles;  // sha256
  std::uint64_t records = 0;
  std::vector<SealRefusal> refused;
  std::vector<std::string> notes;  // an expired roster
};

// Packs records into few bundles in the outbox, each one pass: archived, encrypted, hashed,
// written, synced. Records that consent keeps back from one of the readers are refused and listed,
// for all of them; the rest goes. A reader is sent what he lacks: so one bundle for each set of
// readers. Code::refused where the vault has no roster or no reader.
SealResult seal(Vault& vault, const SealRequest& request, const Clock& clock,
                const Progress& progress);

// What `seal` without ids would keep back, and why; nothing is sealed. Empty where the vault has no
// roster yet. Looks at every record that was not sealed as it is now.
std::vector<SealRefusal> kept_back(Vault& vault, const Clock& clock, const Progress& progress);

}  // namespace depone
