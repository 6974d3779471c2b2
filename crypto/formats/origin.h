#pragma once

#include <string>
#include <string_view>

#include "crypto/formats/entry.h"
#include "crypto/formats/roster.h"
#include "crypto/merkle.h"

namespace depone {

// depone/origin/1: that a revision which another member passes on was in a bundle of its author's
// (docs/format.md, "Revision").
struct Origin {
  BundleEntry entry;        // the log entry of that bundle
  std::uint64_t index = 0;  // the revision's place among the leaves of the bundle's root
  std::uint64_t leaves = 0;
  merkle::Path path;
  std::string roster;  // a roster.json that names the author, as it stands
  std::string roster_minisig;
  ProvenLine member;  // the author's line in it

  static Origin parse(std::string_view json);  // Code::malformed names the key; unsupported
  std::string json() const;
};

// The author's line, once all of it holds: both signatures of the entry, the revision's place in
// the root that they name, the roster's signature by the authority, the line's place in that
// roster, its bundle key and the revision's author being the key of the entry. Code::bad_signature,
// mismatch, malformed. Whether a key set that was closed since covers the bundle is for the caller
// to ask.
MemberLine check_origin(const Origin& origin, std::string_view revision_json,
                        const minisign::PublicKey& authority);

}  // namespace depone
