#include "store/enrolment.h"

#include "tests/store/roster_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::kNow;
using testing::Organisation;
using testing::VaultFixture;

struct EnrolledFixture : VaultFixture {
  Organisation organisation;
  EnrolledFixture() { testing::enrol(vault, organisation.enrolment()); }
  void accept(const Roster& roster) { accept_roster(vault, roster, kNow); }
  std::uint64_t held() { return newest_roster(vault)->head.version; }
};

TEST_CASE_METHOD(VaultFixture, "A new vault has joined nothing") {
  CHECK_FALSE(enrolment(vault));
  CHECK_FALSE(newest_roster(vault));
  CHECK(authorities(vault).empty());
}

TEST_CASE_METHOD(EnrolledFixture, "An enrolment stays") {
  reopen();
  const auto found = enrolment(vault);
  REQUIRE(found);
  CHECK(found->authority == organisation.authority_key());
  CHECK(found->name == "Name");
  CHECK(found->member_id.empty());
}

TEST_CASE_METHOD(EnrolledFixture, "A first roster is taken in and names this vault's member") {
  accept(organisation.roster(4));
  reopen();
  const auto roster = newest_roster(vault);
  REQUIRE(roster);
  CHECK(roster->head.version == 4);
  CHECK(roster->whole());
  CHECK(enrolment(vault)->member_id == "monitor-1");
}

TEST_CASE_METHOD(EnrolledFixture, "The next roster is taken in where it follows the held one") {
  const Roster first = organisation.roster(1);
  accept(first);
  accept(organisation.roster(2, &first));
  CHECK(held() == 2);
  CHECK(roster_version(vault, 1)->head.version == 1);
}

TEST_CASE_METHOD(EnrolledFixture, "A later roster is taken in whatever lies between") {
  accept(organisation.roster(1));
  accept(organisation.roster(7));
  CHECK(held() == 7);
}

TEST_CASE_METHOD(EnrolledFixture,
                 "The next roster is refused where it does not follow the held one") {
  accept(organisation.roster(1));
  CHECK(code_of([&] { accept(organisation.roster(2)); }) == Code::refused);
  CHECK(held() == 1);
}

TEST_CASE_METHOD(EnrolledFixture, "A lower roster is refused, kept and reported") {
  accept(organisation.roster(3));
  CHECK(code_of([&] { accept(organisation.roster(2)); }) == Code::refused);
  reopen();
  CHECK(held() == 3);
  REQUIRE(refused_rosters(vault).size() == 1);
  CHECK(refused_rosters(vault)[0] == "version 2 of 2026-11-24T09:30:00Z: a newer one is held");
}

TEST_CASE_METHOD(EnrolledFixture,
                 "Another roster of the same version is refused, the same one changes nothing") {
  const Roster first = organisation.roster(3);
  accept(first);
  accept(first);
  CHECK(refused_rosters(vault).empty());
  RosterHead other = organisation.head(3, std::nullopt);
  other.organisation = "Another name";
  CHECK(code_of([&] { accept(organisation.sign(other)); }) == Code::refused);
  CHECK(refused_rosters(vault).size() == 1);
}

TEST_CASE_METHOD(EnrolledFixture, "A roster by another authority is refused") {
  CHECK(code_of([&] { accept(Organisation().roster(1)); }) == Code::refused);
  CHECK_FALSE(newest_roster(vault));
}

TEST_CASE_METHOD(
    EnrolledFixture,
    "A successor that was announced becomes the authority, and the old one is refused then") {
  Organisation next;
  RosterHead announcing = organisation.head(1, std::nullopt);
  announcing.successor = next.authority_key();
  const Roster first = organisation.sign(announcing);
  accept(first);
  accept(next.roster(2, &first));
  CHECK(enrolment(vault)->authority == next.authority_key());
  CHECK(authorities(vault) == std::vector{next.authority_key(), organisation.authority_key()});
  CHECK(code_of([&] { accept(organisation.roster(5)); }) == Code::refused);
  CHECK(held() == 2);
}

TEST_CASE_METHOD(EnrolledFixture,
                 "The first roster must name the invite's log and be no older than the invite") {
  const Invite invite{
      "http://127.0.0.1:1", organisation.authority_key(), organisation.log.public_key(), {}, {}, 5,
      std::nullopt};
  Enrolment enrolled = organisation.enrolment();
  enrolled.invite = invite.text();
  testing::enrol(vault, enrolled);
  CHECK(code_of([&] { accept(organisation.roster(4)); }) == Code::refused);
  Organisation other_log;
  other_log.authority = organisation.authority.clone();
  CHECK(code_of([&] { accept(other_log.roster(5)); }) == Code::refused);
  accept(organisation.roster(5));
  CHECK(held() == 5);
}

TEST_CASE_METHOD(EnrolledFixture, "Lines that come later with the same head are added") {
  const Roster whole = organisation.roster(1);
  auto desk_only = whole.proven;
  desk_only.pop_back();
  accept(Roster::check(whole.head_json, whole.minisig, organisation.authority_key(), desk_only));
  CHECK(enrolment(vault)->member_id.empty());
  accept(whole);
  CHECK(newest_roster(vault)->whole());
  CHECK(enrolment(vault)->member_id == "monitor-1");
}

TEST_CASE_METHOD(EnrolledFixture, "Inside a transaction a roster comes and goes with it") {
  {
    Tx tx(vault.db());
    accept(organisation.roster(1));
  }
  CHECK_FALSE(newest_roster(vault));
}

TEST_CASE_METHOD(VaultFixture, "The largest checkpoint of each log is kept") {
  save_checkpoint(vault, "a/log", 5, "five");
  save_checkpoint(vault, "a/log", 3, "three");
  save_checkpoint(vault, "b/log", 1, "one");
  CHECK(newest_checkpoint(vault, "a/log") == "five");
  CHECK(newest_checkpoint(vault, "b/log") == "one");
  CHECK_FALSE(newest_checkpoint(vault, "c/log"));
}

TEST_CASE_METHOD(VaultFixture, "The place in a mailbox stays, index 0 too") {
  CHECK_FALSE(mailbox_position(vault, "a/log"));
  set_mailbox_position(vault, "a/log", 0);
  CHECK(mailbox_position(vault, "a/log") == 0);
  set_mailbox_position(vault, "a/log", 17);
  reopen();
  CHECK(mailbox_position(vault, "a/log") == 17);
}

}  // namespace
}  // namespace depone
