#include "store/records/history.h"

#include "store/enrolment.h"
#include "store/records/custody.h"
#include "tests/store/records/history_fixture.h"
#include "tests/store/roster_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::ConflictFixture;
using testing::HistoryFixture;
using testing::kLater;
using testing::kNow;

const FieldMap kIncident{{"title", "Night raid"},
                         {"description.0", "They came."},
                         {"description.1", "They left."},
                         {"tags.0", "raid"}};

std::vector<std::string> paths(const std::vector<FieldChange>& changes) {
  std::vector<std::string> found;
  for (const FieldChange& change : changes) found.push_back(change.path);
  return found;
}

TEST_CASE("A long text counts as one field", "[history]") {
  FieldMap after = kIncident;
  after["description.1"] = "They left at dawn.";
  const auto changes = field_changes(kIncident, after);
  REQUIRE(paths(changes) == std::vector<std::string>{"description"});
  CHECK(changes[0].before == Json("They came.\n\nThey left."));
  CHECK(changes[0].after == Json("They came.\n\nThey left at dawn."));
}

TEST_CASE("What came, what went and what changed is told apart", "[history]") {
  const auto changes =
      field_changes({{"title", "a"}, {"impact", "x"}}, {{"title", "b"}, {"tags.0", "t"}});
  REQUIRE(paths(changes) == std::vector<std::string>{"impact", "tags.0", "title"});
  CHECK_FALSE(changes[0].after);
  CHECK_FALSE(changes[1].before);
  CHECK((changes[2].before == Json("a") && changes[2].after == Json("b")));
}

TEST_CASE_METHOD(HistoryFixture, "Revisions are told oldest first, with maker, time and action",
                 "[history]") {
  const std::string id = create(kIncident);
  const std::string first = head(id).id();
  const std::string second = revise(id, {{"title", "Dawn raid"}});
  const auto entries = history_of(vault, id);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].revision == first);
  CHECK(entries[0].action == "collected");
  CHECK(entries[0].time == kNow);
  CHECK(entries[0].author.own);
  CHECK(entries[1].revision == second);
  CHECK(entries[1].action == "revised");
  CHECK(entries[1].time == kLater);
  CHECK(entries[1].newest);
  CHECK_FALSE(entries[0].newest);
  CHECK(paths(changes_of(vault, entries[1]).front().fields) == std::vector<std::string>{"title"});
}

TEST_CASE_METHOD(ConflictFixture, "A revision is told behind its parents, whatever came first",
                 "[history]") {
  const std::string record = create({{"title", "x"}});
  const RevisionContent parent =
      make_revision("0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11", "incident", {{"title", "Old"}},
                    Identity::from_seed(testing::seed_of(9)).bundle_key(), {});
  const RevisionContent* const parents[] = {&parent};
  const RevisionContent child =
      make_revision(parent.revision.record, "incident", {{"title", "New"}},
                    Identity::from_seed(testing::seed_of(9)).bundle_key(), parents);
  receive(child);
  receive(parent);
  const auto entries = history_of(vault, parent.revision.record);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].revision == parent.id());
  CHECK(entries[1].revision == child.id());
}

TEST_CASE_METHOD(HistoryFixture,
                 "A parent that never came is said, and there is nothing to compare", "[history]") {
  const RevisionContent parent =
      make_revision("0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11", "incident", {{"title", "Old"}},
                    Identity::from_seed(testing::seed_of(9)).bundle_key(), {});
  const RevisionContent child = [&] {
    const RevisionContent* const parents[] = {&parent};
    return make_revision(parent.revision.record, "incident", {{"title", "New"}},
                         Identity::from_seed(testing::seed_of(9)).bundle_key(), parents);
  }();
  receive(child);
  const auto entries = history_of(vault, parent.revision.record);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].parents == std::vector{parent.id()});
  CHECK_FALSE(changes_of(vault, entries[0]).front().from);
}

TEST_CASE_METHOD(HistoryFixture, "The author is named where the roster knows the key",
                 "[history]") {
  const testing::Organisation organisation;  // desk-1 has seed 9
  testing::enrol(vault, organisation.enrolment());
  accept_roster(vault, organisation.roster(1), kNow);
  const std::string id = create(kIncident);
  foreign({head(id)}, {{"title", "Desk's"}});
  const auto entries = history_of(vault, id);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].author.member == "monitor-1");
  CHECK(entries[0].author.own);
  CHECK(entries[1].author.member == "desk-1");
  CHECK(entries[1].author.name == "Name of desk-1");
  CHECK_FALSE(entries[1].author.own);
}

TEST_CASE_METHOD(HistoryFixture, "A clock that went back is accepted and marked", "[history]") {
  const std::string id = create(kIncident);
  revise(id, {{"title", "Earlier"}}, Time{kNow.seconds - 3600});
  const auto entries = history_of(vault, id);
  CHECK_FALSE(entries[0].early);
  CHECK(entries[1].early);
}

TEST_CASE_METHOD(HistoryFixture, "What was hidden and changed is counted", "[history]") {
  const std::string id = create(kIncident);
  RevisionContent next = foreign({head(id)}, {{"title", "New"}});
  const RevisionContent* const parents[] = {&next};
  RevisionContent part =
      make_revision(id, "incident", changed(next.fields(), {{"impact", "I"}}),
                    Identity::from_seed(testing::seed_of(9)).bundle_key(), parents);
  std::erase_if(part.lines, [](const Line& line) { return line.path == "impact"; });
  receive(part);
  const RevisionChanges changes = compare_revisions(vault, next.id(), part.id());
  CHECK(changes.fields.empty());
  CHECK(changes.hidden_come == 1);
  CHECK(changes.hidden_gone == 0);
}

TEST_CASE_METHOD(HistoryFixture, "A revision is found by its beginning, of this record only",
                 "[history]") {
  const std::string id = create(kIncident);
  const std::string other = create(kIncident);
  const std::string revision = head(id).id();
  CHECK(resolve_revision(vault, id, revision.substr(0, 8)) == revision);
  CHECK(code_of([&] { resolve_revision(vault, other, revision); }) == Code::not_found);
  CHECK(code_of([&] { resolve_revision(vault, id, revision.substr(0, 3)); }) == Code::invalid);
  CHECK(code_of([&] { resolve_revision(vault, id, "head"); }) == Code::not_found);
}

TEST_CASE_METHOD(ConflictFixture, "What the newest revisions differ in is told", "[history]") {
  conflict(kIncident, {{"title", "Mine"}, {"description.1", "They stayed."}},
           {{"title", "Theirs"}, {"impact", "x"}});
  const auto found = differences_between(vault, {mine, theirs});
  REQUIRE(found.size() == 3);
  CHECK(found[0].path == "description");
  CHECK(found[0].in(0).at("description.1") == "They stayed.");
  CHECK(found[1].path == "impact");
  CHECK(found[1].in(0).empty());
  CHECK(found[2].path == "title");
}

TEST_CASE_METHOD(ConflictFixture, "A record with two newest revisions is marked in lists",
                 "[history]") {
  conflict(kIncident, {{"title", "Mine"}}, {{"title", "Theirs"}});
  create(kIncident);
  const auto records = list_records(vault, {});
  REQUIRE(records.size() == 2);
  CHECK_FALSE(records[0].conflict);
  CHECK(records[1].conflict);
}

}  // namespace
}  // namespace depone
