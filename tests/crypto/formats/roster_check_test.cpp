#include <catch2/catch_test_macros.hpp>

#include "tests/crypto/formats/altered.h"
#include "tests/crypto/formats/roster_fixture.h"
#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;
using testing::error_of;
using testing::member_line;

std::vector<MemberLine> some_lines() {
  return {member_line("monitor-1", Role::monitor), member_line("desk-1", Role::desk),
          member_line("auditor-1", Role::auditor), member_line("desk-2", Role::desk),
          member_line("monitor-2", Role::monitor)};
}

struct Fixture {
  testing::Organisation organisation;
  std::string members;
  std::string json;
  std::string minisig;

  Fixture() { publish(members_file(some_lines())); }

  // With head.readers and .member_count as given, where they are: what an authority could sign
  // wrongly.
  void publish(const std::string& file, std::optional<std::uint64_t> readers = std::nullopt) {
    members = file;
    RosterHead head = organisation.head(1, std::nullopt);
    if (readers) {
      std::vector<Sha256> leaves;
      const auto lines = lines_of(file).value();
      for (const std::string_view line : lines) leaves.push_back(merkle::leaf_hash(as_bytes(line)));
      head.member_count = leaves.size();
      head.readers = *readers;
      head.member_root = merkle::root_of(leaves);
    } else {
      fill_members(head, file);
    }
    json = head.json();
    minisig = sign_roster(json, head, organisation.authority);
  }
  std::vector<ProvenLine> proven(const std::vector<std::uint64_t>& indexes) const {
    return prove_lines(members, indexes);
  }
  Roster check(std::vector<ProvenLine> lines) const {
    return Roster::check(json, minisig, organisation.authority_key(), std::move(lines));
  }
  Roster check_all(const std::string& file) const {
    return Roster::check_all(json, minisig, organisation.authority_key(), file);
  }
};

TEST_CASE("Desks come first, the others in the order given", "[roster]") {
  std::vector<std::string> ids;
  const std::string file = members_file(some_lines());
  const auto lines = lines_of(file).value();
  for (const std::string_view line : lines) ids.push_back(MemberLine::parse(line).id);
  CHECK(ids == std::vector<std::string>{"desk-1", "desk-2", "monitor-1", "auditor-1", "monitor-2"});
}

TEST_CASE_METHOD(Fixture, "A head is filled from its lines", "[roster]") {
  RosterHead head = organisation.head(1, std::nullopt);
  fill_members(head, members);
  CHECK(head.member_count == 5);
  CHECK(head.readers == 2);
  fill_members(head, "");
  CHECK(head.member_count == 0);
  CHECK(head.member_root == merkle::empty_root());
}

TEST_CASE_METHOD(Fixture, "A head is not filled from lines in another order", "[roster]") {
  RosterHead head = organisation.head(1, std::nullopt);
  const std::vector<MemberLine> lines = some_lines();
  CHECK(code_of([&] { fill_members(head, lines[0].json() + "\n" + lines[1].json() + "\n"); }) ==
        Code::invalid);
  CHECK(code_of([&] { fill_members(head, "{}"); }) == Code::malformed);
}

TEST_CASE_METHOD(Fixture, "A whole roster is taken from its file", "[roster]") {
  const Roster roster = check_all(members);
  CHECK(roster.whole());
  CHECK(roster.members.size() == 5);
  CHECK(check(roster.proven).whole());
}

TEST_CASE_METHOD(Fixture, "A monitor takes the desks and its own line", "[roster]") {
  const Roster roster = check(proven({4, 1, 0}));
  CHECK_FALSE(roster.whole());
  CHECK(roster.proven[2].index == 4);
  CHECK(roster.members[2].id == "monitor-2");
  CHECK(roster.active_desks().size() == 2);
}

TEST_CASE_METHOD(Fixture, "A desk's line that is missing is noticed", "[roster]") {
  const auto error = error_of([&] { check(proven({0, 4})); });
  REQUIRE(error);
  CHECK(error->code() == Code::mismatch);
  CHECK(error->context() == "members.jsonl line 2");
  CHECK(code_of([&] { check({}); }) == Code::mismatch);
}

TEST_CASE_METHOD(Fixture, "A line that stands twice is refused", "[roster]") {
  CHECK(code_of([&] { check(proven({0, 1, 4, 4})); }) == Code::mismatch);
}

TEST_CASE_METHOD(Fixture, "Millions of empty member lines are counted and refused", "[roster]") {
  const auto error = error_of([&] { check_all(std::string(16u << 20, '\n')); });
  REQUIRE(error);
  CHECK(error->code() == Code::mismatch);
  CHECK(error->message().starts_with("there are 16777216 member lines"));
}

TEST_CASE_METHOD(Fixture, "A line that is not the one signed is refused", "[roster]") {
  std::vector<ProvenLine> lines = proven({0, 1, 2});
  lines[1].line = member_line("desk-2", Role::desk).json();
  CHECK(code_of([&] { check(lines); }) == Code::mismatch);
  lines = proven({0, 1, 2});
  lines[2].index = 4;
  CHECK(code_of([&] { check(lines); }) == Code::mismatch);
}

TEST_CASE_METHOD(Fixture, "Every truncation and flipped bit of the member lines fails",
                 "[roster]") {
  publish(members_file(std::vector{member_line("auditor-1", Role::auditor),
                                   member_line("auditor-2", Role::auditor)}));
  CHECK(testing::unnoticed(members, [&](const std::string& altered) { check_all(altered); }) ==
        std::nullopt);
}

TEST_CASE_METHOD(Fixture, "Every truncation and flipped bit of a proven line fails", "[roster]") {
  publish(members_file(std::vector{member_line("auditor-1", Role::auditor),
                                   member_line("auditor-2", Role::auditor)}));
  const std::string line = proven({1})[0].line;
  CHECK(testing::unnoticed(line, [&](const std::string& altered) {
          std::vector<ProvenLine> lines = proven({1});
          lines[0].line = altered;
          check(lines);
        }) == std::nullopt);
}

TEST_CASE_METHOD(Fixture, "A line more or less than the head says is noticed", "[roster]") {
  CHECK(code_of([&] {
          check_all(members + member_line("monitor-3", Role::monitor).json() + "\n");
        }) == Code::mismatch);
  CHECK(code_of([&] {
          check_all(members.substr(0, members.rfind('\n', members.size() - 2) + 1));
        }) == Code::mismatch);
}

TEST_CASE_METHOD(Fixture, "A desk after the first lines, or another among them, is refused",
                 "[roster]") {
  publish(members, 1);
  CHECK(code_of([&] { check_all(members); }) == Code::mismatch);
  CHECK(code_of([&] { check(proven({0, 4})); }) == std::nullopt);
  publish(members, 3);
  CHECK(code_of([&] { check_all(members); }) == Code::mismatch);
}

TEST_CASE_METHOD(Fixture, "A key of two members is refused", "[roster]") {
  const MemberLine one = member_line("monitor-1", Role::monitor);
  const auto publishing = [&](const MemberLine& two) {
    publish(members_file(std::vector{one, two}));
    return code_of([&] { check_all(members); });
  };
  MemberLine two = member_line("monitor-2", Role::monitor);
  CHECK(publishing(two) == std::nullopt);
  two.bundle_key = one.bundle_key;
  CHECK(publishing(two) == Code::mismatch);
  two = member_line("monitor-2", Role::monitor);
  two.request_key = one.request_key;
  CHECK(publishing(two) == Code::mismatch);
  two = member_line("monitor-2", Role::monitor);
  two.recipient = one.archive;
  CHECK(publishing(two) == Code::mismatch);
  two = one;
  two.since = Time{one.since.seconds + 1};
  CHECK(publishing(two) == std::nullopt);
}

TEST_CASE_METHOD(Fixture, "Lines are found by their keys", "[roster]") {
  const Roster roster = check_all(members);
  const MemberLine& monitor = roster.members[2];
  CHECK(roster.by_bundle_key(*monitor.bundle_key) == &monitor);
  CHECK(roster.by_request_key(monitor.request_key) == &monitor);
  CHECK(roster.by_bundle_key(organisation.authority_key()) == nullptr);
  CHECK(roster.by_request_key(organisation.authority.public_key()) == nullptr);
  CHECK(roster.newest("nobody") == nullptr);
}

TEST_CASE_METHOD(Fixture,
                 "A member is sealed to by the newest line, a desk that was closed not at all",
                 "[roster]") {
  MemberLine rotated = member_line("desk-1", Role::desk);
  rotated.until = Time{rotated.since.seconds + 5};
  MemberLine fresh = member_line("desk-1", Role::desk);
  fresh.since = *rotated.until;
  MemberLine gone = member_line("desk-2", Role::desk);
  gone.until = gone.since;
  publish(members_file(std::vector{fresh, rotated, gone, member_line("desk-3", Role::desk)}));
  const Roster roster = check_all(members);
  CHECK(roster.newest("desk-1")->since == fresh.since);
  CHECK_FALSE(roster.newest("desk-2")->active());
  std::vector<std::string> ids;
  for (const MemberLine* line : roster.active_desks()) ids.push_back(line->id);
  CHECK(ids == std::vector<std::string>{"desk-1", "desk-3"});
}

TEST_CASE_METHOD(Fixture, "Of two lines of one second the open one is newer", "[roster]") {
  MemberLine open = member_line("desk-1", Role::desk);
  MemberLine closed = member_line("desk-1", Role::desk);
  closed.until = closed.since;
  for (const auto& lines : {std::vector{open, closed}, std::vector{closed, open}}) {
    publish(members_file(lines));
    CHECK(check_all(members).newest("desk-1")->active());
  }
}

TEST_CASE_METHOD(Fixture, "A line that is not there is not proved", "[roster]") {
  CHECK(code_of([&] { proven({5}); }) == Code::invalid);
}

}  // namespace
}  // namespace depone
