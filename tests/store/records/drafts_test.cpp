#include "store/records/drafts.h"

#include <algorithm>

#include "store/records/custody.h"
#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::kNow;
using testing::VaultFixture;

constexpr Time kLater{kNow.seconds + 60};

FieldMap night_raid() {
  return {{"title", "밤의 급습"},
          {"dates.initial", Json{{"date", "2026-11"}, {"type", "unknown day"}}}};
}

struct DraftFixture : VaultFixture {
  Draft saved(const FieldMap& fields = night_raid()) {
    Draft draft = begin_draft("incident", kNow);
    save_draft(vault, draft, fields, "place.name", kLater);
    return draft;
  }
  std::string record(const FieldMap& fields = night_raid()) {
    Tx tx(vault.db());
    const std::string id =
        create_record(vault, "incident", fields, "collected", Json::object(), kNow);
    tx.commit();
    return id;
  }
  std::string revise(const std::string& id, const std::string& path, const Json& value) {
    FieldMap fields = get_record(vault, id).content.fields();
    fields[path] = value;
    Tx tx(vault.db());
    const std::string revision = revise_record(vault, id, fields, "revised", Json::object(), kNow);
    tx.commit();
    return revision;
  }
};

TEST_CASE_METHOD(DraftFixture, "A draft is there again after the vault was closed", "[drafts]") {
  const Draft draft = saved();
  reopen();
  const Draft found = get_draft(vault, draft.id);
  CHECK(found.kind == "incident");
  CHECK(found.fields == night_raid());
  CHECK(found.place == "place.name");
  CHECK(found.begun == kNow);
  CHECK(found.updated == kLater);
  CHECK_FALSE(found.is_edit());
}

TEST_CASE_METHOD(DraftFixture, "What was taken away from a draft stays away", "[drafts]") {
  Draft draft = saved();
  save_draft(vault, draft, {{"title", "T"}}, "title", kLater);
  CHECK(get_draft(vault, draft.id).fields == FieldMap{{"title", "T"}});
}

TEST_CASE_METHOD(DraftFixture, "A draft is no record, and cannot be sealed as one", "[drafts]") {
  const Draft draft = saved();
  CHECK(list_records(vault, {}).empty());
  CHECK(code_of([&] { resolve_record(vault, draft.id); }) == Code::not_found);
}

TEST_CASE_METHOD(DraftFixture, "Finished, a draft is a record of the same id with custody",
                 "[drafts]") {
  const Draft draft = saved();
  const std::string revision = finish_draft(vault, draft, kLater);
  const RecordView view = get_record(vault, draft.id);
  CHECK(view.heads == std::vector<std::string>{revision});
  FieldMap fields = view.content.fields();
  CHECK(fields.at("created") == kLater.text());
  fields.erase("created");
  CHECK(fields == night_raid());
  const CustodyEvent event = custody_of(vault, draft.id).at(0).at(0);
  CHECK(event.action == "collected");
  CHECK(event.detail.at("begun") == kNow.text());
  CHECK(code_of([&] { get_draft(vault, draft.id); }) == Code::not_found);
}

TEST_CASE_METHOD(DraftFixture, "What no record can hold leaves the draft as it was", "[drafts]") {
  const Draft draft = saved({{"rumour", "x"}});
  CHECK(code_of([&] { finish_draft(vault, draft, kLater); }) == Code::invalid);
  CHECK(list_records(vault, {}).empty());
  CHECK(get_draft(vault, draft.id).fields == FieldMap{{"rumour", "x"}});
}

TEST_CASE_METHOD(DraftFixture, "Drafts are listed with what they lack, and filtered", "[drafts]") {
  const Draft draft = saved();
  const auto listed = list_drafts(vault, {}, false);
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].id == draft.id);
  CHECK(listed[0].title == "밤의 급습");
  CHECK(listed[0].date == "2026-11");
  CHECK(listed[0].state == "draft");
  CHECK(listed[0].missing == std::vector<std::string>{"place.name", "description"});
  CHECK(list_drafts(vault, {.kind = "testimony"}, false).empty());
  CHECK(list_drafts(vault, {.state = "local"}, false).empty());
  CHECK(list_drafts(vault, {.tag = "t"}, false).empty());
  CHECK(list_drafts(vault, {.from = "2026-11-24"}, false).size() == 1);
  CHECK(list_drafts(vault, {.to = "2026-10"}, false).empty());
  CHECK(list_drafts(vault, {.place = "x"}, false).empty());
  CHECK(list_drafts(vault, {.author = "me"}, false).size() == 1);
  CHECK(list_drafts(vault, {.author = "desk-1"}, false).empty());
}

TEST_CASE_METHOD(DraftFixture, "A draft is found by the beginning of its id", "[drafts]") {
  const Draft draft = saved();
  CHECK(find_draft(vault, draft.id.substr(0, 6)) == draft.id);
  CHECK(find_draft(vault, draft.id.substr(0, 3)) == std::nullopt);
  CHECK(draft_to_resume(vault, "") == draft.id);
  CHECK(code_of([&] { draft_to_resume(vault, "ffffffff-0000"); }) == Code::not_found);
  saved();
  CHECK(code_of([&] { draft_to_resume(vault, ""); }) == Code::usage);
}

TEST_CASE_METHOD(DraftFixture, "Discarded, a draft is gone with its fields", "[drafts]") {
  const Draft draft = saved();
  discard_draft(vault, draft.id);
  CHECK(code_of([&] { discard_draft(vault, draft.id); }) == Code::not_found);
  Statement row = vault.db().prepare("SELECT count(*) FROM draft_fields");
  row.step();
  CHECK(row.integer(0) == 0);
}

TEST_CASE_METHOD(DraftFixture, "A draft that cannot be read is damage, and can be discarded",
                 "[drafts]") {
  const Draft draft = saved();
  vault.db().execute("UPDATE draft_fields SET value = '{' WHERE path = 'title'");
  CHECK(code_of([&] { get_draft(vault, draft.id); }) == Code::damaged);
  discard_draft(vault, draft.id);
}

TEST_CASE_METHOD(DraftFixture, "An edit keeps what changed, and becomes a revision", "[drafts]") {
  const std::string id = record();
  Draft draft = begin_edit(vault, id, kNow);
  FieldMap fields = draft.fields;
  fields["title"] = "T";
  fields.erase("dates.initial");
  save_draft(vault, draft, fields, "title", kNow);
  reopen();
  const Draft found = get_draft(vault, id);
  CHECK(found.is_edit());
  CHECK(found.fields == fields);
  CHECK(list_drafts(vault, {}, false).empty());
  CHECK(list_drafts(vault, {}, true).size() == 1);
  CHECK(count_drafts(vault).edited == 1);
  CHECK(count_drafts(vault).made == 0);
  const std::string before = get_record(vault, id).heads.front();
  const std::string revision = finish_draft(vault, found, kLater);
  const RecordView view = get_record(vault, id);
  CHECK(view.heads == std::vector<std::string>{revision});
  CHECK(view.content.revision.parents == std::vector<std::string>{before});
  CHECK(view.content.fields() == fields);
  CHECK(custody_of(vault, id).at(0).back().action == "revised");
}

TEST_CASE_METHOD(DraftFixture, "An edit that was begun is gone on with", "[drafts]") {
  const std::string id = record();
  Draft draft = begin_edit(vault, id, kNow);
  FieldMap fields = draft.fields;
  fields["title"] = "T";
  save_draft(vault, draft, fields, "title", kNow);
  CHECK(begin_edit(vault, id, kLater).fields == fields);
}

TEST_CASE_METHOD(DraftFixture, "A value that is as before again is no change", "[drafts]") {
  const std::string id = record();
  Draft draft = begin_edit(vault, id, kNow);
  const FieldMap before = draft.fields;
  FieldMap fields = before;
  fields["title"] = "T";
  save_draft(vault, draft, fields, "title", kNow);
  save_draft(vault, draft, before, "title", kNow);
  Statement row = vault.db().prepare("SELECT count(*) FROM draft_fields");
  row.step();
  CHECK(row.integer(0) == 0);
}

TEST_CASE_METHOD(DraftFixture, "An edit of what was revised meanwhile is refused and kept",
                 "[drafts]") {
  const std::string id = record();
  Draft draft = begin_edit(vault, id, kNow);
  FieldMap fields = draft.fields;
  fields["title"] = "T";
  save_draft(vault, draft, fields, "title", kNow);
  revise(id, "impact", "i");
  CHECK_FALSE(is_current(vault, draft));
  CHECK(code_of([&] { finish_draft(vault, draft, kLater); }) == Code::refused);
  CHECK(get_draft(vault, id).fields.at("title") == "T");
}

TEST_CASE_METHOD(DraftFixture,
                 "Put on the newest revision, an edit has its changes and names those of both",
                 "[drafts]") {
  const std::string id = record();
  Draft draft = begin_edit(vault, id, kNow);
  FieldMap fields = draft.fields;
  fields["title"] = "mine";
  fields.erase("dates.initial");
  save_draft(vault, draft, fields, "title", kNow);
  revise(id, "impact", "i");
  const std::string newest = revise(id, "title", "theirs");
  CHECK(rebase_draft(vault, draft, kLater) == std::vector<std::string>{"title"});
  CHECK(draft.base.id() == newest);
  const Draft found = get_draft(vault, id);
  CHECK(found.fields == draft.fields);
  CHECK(found.fields.at("title") == "mine");
  CHECK(found.fields.at("impact") == "i");
  CHECK_FALSE(found.fields.contains("dates.initial"));
  finish_draft(vault, found, kLater);
  CHECK(get_record(vault, id).heads.size() == 1);
}

}  // namespace
}  // namespace depone
