#pragma once

#include <functional>
#include <optional>
#include <string>

#include "sync/link.h"

namespace depone {

struct OpenResult {
  std::string sha256;
  std::string sender;  // member id
  std::uint64_t records = 0;
  std::uint64_t attachments = 0;
  bool already = false;            // was taken in before
  std::vector<std::string> notes;  // "2 earlier bundles of monitor-1 never came", a second vault, …
};

// Fetches a newer roster when a bundle asks for one; null where there is no relay at hand (opening
// by hand).
using RosterFetch = std::function<void()>;

// Opens NAME.age with its signature, in the decided order of verdicts, and imports it in one
// transaction. The vault is unchanged after any failure (but for a newer roster). `log_index`: as a
// receipt proves it, where there is one; a revoked sender's bundle may need it. Codes:
// bad_signature, no_identity, mismatch, malformed, unsupported, refused; unreachable where the
// bundle waits for a roster that is not to be had.
OpenResult open_bundle(Vault& vault, const fs::path& age_file, std::string_view minisig,
                       std::optional<std::uint64_t> log_index, const RosterFetch& fetch,
                       const Clock& clock, const Progress& progress);

}  // namespace depone
