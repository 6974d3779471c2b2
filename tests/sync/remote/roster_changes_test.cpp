#include "sync/remote/roster_changes.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/store/vault_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

MemberLine line(const std::string& id, std::uint8_t seed, Role role = Role::monitor) {
  const Identity identity = Identity::from_seed(seed_of(seed));
  MemberLine out;
  out.id = id;
  out.name = "Somebody";
  out.role = role;
  out.member_class = std::string(role_text(role));
  out.bundle_key = identity.bundle_key();
  out.request_key = identity.request.public_key();
  out.recipient = identity.recipient.recipient().text();
  out.archive = identity.archive.text();
  out.since = kNow;
  return out;
}

Roster roster(std::vector<MemberLine> members) {
  RosterHead head{"Example",
                  minisign::PublicKey(Ed25519Key::from_seed(seed_of(7)).public_key()),
                  std::nullopt,
                  1,
                  kNow,
                  kNow,
                  std::nullopt,
                  {{{"https://relay.example.org"}, {}}},
                  {},
                  0,
                  {},
                  members.size(),
                  0,
                  Sha256{}};
  Roster out{"", "", head, {}, std::move(members)};
  out.proven.resize(out.members.size());
  return out;
}

}  // namespace

TEST_CASE("A roster that changes nothing has nothing to say", "[remote]") {
  const Roster same = roster({line("monitor-1", 1)});
  CHECK(roster_changes(same, same).empty());
}

TEST_CASE("Who joins, who leaves and whose keys are new is said", "[remote]") {
  const Roster before = roster({line("monitor-1", 1), line("monitor-2", 2)});
  MemberLine revoked = line("monitor-1", 1);
  revoked.until = kNow;
  const Roster after =
      roster({revoked, line("monitor-2", 2), line("monitor-2", 3), line("desk-1", 4, Role::desk)});
  const auto changes = roster_changes(before, after);
  REQUIRE(changes.size() == 3);
  CHECK(changes[0].starts_with("leaves, keys revoked from " + kNow.text() + " on: monitor-1"));
  CHECK(changes[1].starts_with("new keys: monitor-2"));
  CHECK(changes[2] ==
        "joins: desk-1 (desk) \"Somebody\", fingerprint " + after.members[3].fingerprint());
}

TEST_CASE("A line that is left out is said where both sides hold all", "[remote]") {
  const Roster before = roster({line("monitor-1", 1), line("monitor-2", 2)});
  Roster after = roster({line("monitor-1", 1)});
  REQUIRE(roster_changes(before, after).size() == 1);
  CHECK(roster_changes(before, after)[0].starts_with("IS LEFT OUT"));
  after.head.member_count = 2;  // the other is not held here
  CHECK(roster_changes(before, after).empty());
}

TEST_CASE("Another address, TLS key or authority is said with what was before", "[remote]") {
  const Roster before = roster({});
  Roster after = before;
  after.head.relays[0].urls.push_back("http://example.onion");
  after.head.relays[0].pins.push_back(std::string(43, 'A'));
  after.head.authority = minisign::PublicKey(Ed25519Key::from_seed(seed_of(8)).public_key());
  const auto changes = roster_changes(before, after);
  REQUIRE(changes.size() == 3);
  CHECK(changes[0].starts_with("authority: "));
  CHECK(changes[1] ==
        "addresses of the relay: https://relay.example.org, http://example.onion, "
        "before https://relay.example.org");
  CHECK(changes[2] == "TLS keys of the relay: " + std::string(43, 'A') + ", before none");
}
