#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "crypto/formats/manifest.h"
#include "crypto/hash.h"
#include "crypto/minisign.h"

namespace depone {

// A leaf of the relay's log: depone/entry/1 or depone/roster-entry/1 (docs/format.md, "Log entry").
struct BundleEntry {
  Digests digests;
  minisign::PublicKey key;
  std::string minisig;  // the four lines
  std::string text() const;
};

struct RosterEntry {
  std::uint64_t version;
  Digests digests;
  minisign::PublicKey authority;
  std::string minisig;
  std::string text() const;
};

using Entry = std::variant<BundleEntry, RosterEntry>;
Entry parse_entry(std::string_view bytes);  // Code::malformed; checks form, not signatures

// Both signatures of the entry's minisig over its BLAKE2b digest, and for a roster that the trusted
// comment says the same version.
bool entry_signature_ok(const Entry& entry);

inline constexpr std::size_t kMaxEntry =
    65535;  // an entry bundle has 16-bit lengths (c2sp.org/tlog-tiles)

}  // namespace depone
