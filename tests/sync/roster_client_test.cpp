#include "sync/roster_client.h"

#include "tests/sync/relay_fixture.h"

namespace depone {
namespace {

using namespace testing;

struct JoinFixture : RelayFixture {
  Vault vault = Vault::create(team.dir() / "new", as_bytes(Team::kTeamPassphrase),
                              Argon2idCost{1, 8u << 20}, Seed::random(), Team::kToday);
  Invite invite{relay.url(),       team.authority(),   team.log().key,
                random_array<8>(), random_array<16>(), static_cast<std::uint32_t>(team.version()),
                std::nullopt};

  JoinResult join_now() { return join_relay(vault, invite, "Azalea", clock); }
};

TEST_CASE_METHOD(JoinFixture, "Joining says whom one joins and who will read") {
  const JoinResult joined = join_now();
  CHECK(joined.organisation == "Test");
  CHECK(joined.authority == team.authority().text());
  CHECK(joined.status == "pending");
  CHECK(joined.readers == std::vector<std::string>{"desk-1 (Name of desk-1, class desk)"});
  CHECK(joined.fingerprint.size() == 20);
}

TEST_CASE_METHOD(JoinFixture, "Joining leaves the enrolment and the first roster in the vault") {
  join_now();
  const auto known = enrolment(vault);
  REQUIRE(known);
  CHECK(known->invite == invite.text());
  CHECK(known->name == "Azalea");
  CHECK(known->member_id.empty());
  CHECK(newest_roster(vault)->head.version == team.version());
}

TEST_CASE_METHOD(JoinFixture, "Joining again with the same invite repeats the answer") {
  const std::string first = join_now().fingerprint;
  CHECK(join_now().fingerprint == first);
}

TEST_CASE_METHOD(JoinFixture, "A refused invite leaves the vault as it was") {
  relay.instead = [](const FakeRelay::Request& request) -> std::optional<FakeRelay::Answer> {
    if (!request.target.starts_with("/v1/join")) return std::nullopt;
    return FakeRelay::problem(403, "invite");
  };
  CHECK(code_of([&] { join_now(); }) == Code::refused);
  CHECK_FALSE(enrolment(vault));
  CHECK_FALSE(newest_roster(vault));
}

TEST_CASE_METHOD(JoinFixture,
                 "A roster without the invite's log is refused before anything is sent") {
  invite.log_key = Ed25519Key::generate().public_key();
  CHECK(code_of([&] { join_now(); }) == Code::refused);
  CHECK(asked("POST /v1/join") == 0);
  CHECK_FALSE(enrolment(vault));
}

TEST_CASE_METHOD(JoinFixture, "A roster older than the invite is refused") {
  invite.roster = static_cast<std::uint32_t>(team.version() + 1);
  CHECK(code_of([&] { join_now(); }) == Code::refused);
  CHECK_FALSE(enrolment(vault));
}

TEST_CASE_METHOD(JoinFixture, "A roster of another authority is refused") {
  invite.authority = minisign::PublicKey(Ed25519Key::generate().public_key());
  CHECK(code_of([&] { join_now(); }) == Code::bad_signature);
  CHECK_FALSE(enrolment(vault));
}

TEST_CASE_METHOD(JoinFixture, "A relay that answers with another fingerprint is caught") {
  relay.instead = [](const FakeRelay::Request& request) -> std::optional<FakeRelay::Answer> {
    if (!request.target.starts_with("/v1/join")) return std::nullopt;
    JoinAnswer answer;
    answer.status = "pending";
    answer.fingerprint = std::string(20, '0');
    return FakeRelay::Answer{202, {}, answer.json()};
  };
  CHECK(code_of([&] { join_now(); }) == Code::mismatch);
  CHECK_FALSE(enrolment(vault));
}

TEST_CASE_METHOD(JoinFixture, "A vault joins one organisation only") {
  CHECK(code_of([&] {
          Invite other = invite;
          other.authority = minisign::PublicKey(Ed25519Key::generate().public_key());
          join_relay(monitor.vault, other, "", clock);
        }) == Code::refused);
}

TEST_CASE_METHOD(JoinFixture, "A member that is not approved is told its fingerprint") {
  const std::string fingerprint = join_now().fingerprint;
  relay.instead = [](const FakeRelay::Request& request) -> std::optional<FakeRelay::Answer> {
    return request.target.starts_with("/v1/roster")
               ? std::optional(FakeRelay::problem(403, "pending"))
               : std::nullopt;
  };
  const auto there = relay_of(vault, clock);
  const Error error = error_of([&] { refresh_roster(vault, *there, clock); });
  CHECK(error.code() == Code::refused);
  CHECK(says(error, fingerprint));
}

TEST_CASE_METHOD(RelayFixture, "A newer roster is taken in") {
  team.publish(true);
  const auto there = client(monitor);
  const RosterStep step = refresh_roster(monitor.vault, *there, clock);
  CHECK(step.version == team.version());
  CHECK(step.changed);
  CHECK_FALSE(refresh_roster(monitor.vault, *there, clock).changed);
}

TEST_CASE_METHOD(RelayFixture, "An older roster is refused and reported") {
  const Roster old = team.roster_for(monitor);
  team.publish();
  relay.instead = [&](const FakeRelay::Request& request) -> std::optional<FakeRelay::Answer> {
    if (request.target.starts_with("/v1/roster.minisig"))
      return FakeRelay::Answer{200, {}, old.minisig};
    if (request.target.starts_with("/v1/roster/")) {
      std::string lines;
      for (const ProvenLine& line : old.proven) lines += line.json() + "\n";
      return FakeRelay::Answer{200, {}, lines};
    }
    if (request.target.starts_with("/v1/roster")) return FakeRelay::Answer{200, {}, old.head_json};
    return std::nullopt;
  };
  const auto there = client(monitor);
  CHECK(code_of([&] { refresh_roster(monitor.vault, *there, clock); }) == Code::refused);
  CHECK(refused_rosters(monitor.vault).size() == 1);
  CHECK(newest_roster(monitor.vault)->head.version == team.version());
}

TEST_CASE_METHOD(RelayFixture, "A desk that is not given every member refuses the roster") {
  team.publish(true);
  relay.instead = [&](const FakeRelay::Request& request) -> std::optional<FakeRelay::Answer> {
    if (!request.target.starts_with("/v1/roster/members")) return std::nullopt;
    std::string lines;
    for (const ProvenLine& line : team.roster_for("", false).proven) lines += line.json() + "\n";
    return FakeRelay::Answer{200, {}, lines};
  };
  const auto there = client(desk);
  CHECK(code_of([&] { refresh_roster(desk.vault, *there, clock); }) == Code::mismatch);
}

}  // namespace
}  // namespace depone
