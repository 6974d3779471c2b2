#pragma once

#include <string>
#include <vector>

#include "crypto/formats/roster.h"
#include "crypto/identity.h"
#include "crypto/json.h"

namespace depone::testing {

inline constexpr Time kIssued{1'795'512'600};

inline MemberLine member_line(std::string id, Role role, const Identity& identity) {
  MemberLine line;
  line.id = std::move(id);
  line.name = "Name of " + line.id;
  line.role = role;
  line.member_class = std::string(role_text(role));
  line.request_key = identity.request.public_key();
  if (role != Role::auditor) {
    line.bundle_key = identity.bundle_key();
    line.recipient = identity.recipient.recipient().text();
    line.archive = identity.archive.text();
  }
  line.since = kIssued;
  return line;
}

inline MemberLine member_line(std::string id, Role role) {
  return member_line(std::move(id), role, Identity::from_seed(Seed::random()));
}

// An authority, a log and the heads that the authority signs over some lines.
struct Organisation {
  Ed25519Key authority = Ed25519Key::generate();
  Ed25519Key log = Ed25519Key::generate();
  VerifierKey log_name = VerifierKey::make("relay.example.org/log", log.public_key());

  minisign::PublicKey authority_key() const { return minisign::PublicKey(authority.public_key()); }

  RosterHead head(std::uint64_t version, std::optional<Sha256> previous) const {
    return {"Organisation",
            authority_key(),
            std::nullopt,
            version,
            kIssued,
            Time{kIssued.seconds + 86'400},
            previous ? std::optional(hex(*previous)) : std::nullopt,
            {{{"https://relay.example.org"}, {base64url(sha256("pin"))}}},
            {{log_name.name, log_name, std::nullopt}},
            0,
            {},
            0,
            0,
            merkle::empty_root()};
  }
};

}  // namespace depone::testing
