#pragma once

#include <string>
#include <vector>

#include "crypto/formats/roster.h"
#include "store/enrolment.h"
#include "tests/store/vault_fixture.h"

namespace depone::testing {

inline MemberLine member_line(std::string id, Role role, const Seed& seed) {
  const Identity identity = Identity::from_seed(seed);
  MemberLine line;
  line.id = std::move(id);
  line.name = "Name of " + line.id;
  line.role = role;
  line.member_class = role == Role::desk ? "desk" : "monitor";
  line.bundle_key = identity.bundle_key();
  line.request_key = identity.request.public_key();
  line.recipient = identity.recipient.recipient().text();
  line.archive = identity.archive.text();
  line.since = kNow;
  return line;
}

// An authority with a desk and the vault's member, and the rosters that it signs.
struct Organisation {
  Ed25519Key authority = Ed25519Key::generate();
  Ed25519Key log = Ed25519Key::generate();
  std::string members =
      members_file(std::vector<MemberLine>{member_line("desk-1", Role::desk, seed_of(9)),
                                           member_line("monitor-1", Role::monitor, seed_of(1))});

  minisign::PublicKey authority_key() const { return minisign::PublicKey(authority.public_key()); }

  RosterHead head(std::uint64_t version, std::optional<std::string> previous) const {
    RosterHead head{"Test",
                    authority_key(),
                    std::nullopt,
                    version,
                    kNow,
                    Time{kNow.seconds + 86'400},
                    std::move(previous),
                    {{{"http://127.0.0.1:1"}, {}}},
                    {{"test.example/log", VerifierKey::make("test.example/log", log.public_key()),
                      std::nullopt}},
                    0,
                    {},
                    0,
                    0,
                    Sha256{}};
    fill_members(head, members);
    return head;
  }
  Roster sign(const RosterHead& head) const {
    const std::string json = head.json();
    return Roster::check_all(json, sign_roster(json, head, authority), authority_key(), members);
  }
  Roster roster(std::uint64_t version, const Roster* before = nullptr) const {
    return sign(
        head(version, before ? std::optional(hex(sha256(before->head_json))) : std::nullopt));
  }
  Enrolment enrolment() const { return {"", authority_key(), "Name", ""}; }
};

inline void enrol(Vault& vault, const Enrolment& enrolment) {
  Tx tx(vault.db());
  save_enrolment(vault, enrolment);
  tx.commit();
}

}  // namespace depone::testing
