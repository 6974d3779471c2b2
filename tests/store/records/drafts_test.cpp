#include "store/records/drafts.h"

#include "store/check.h"
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
  const auto listed = list_drafts(vault, {}, false).drafts;
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].id == draft.id);
  CHECK(listed[0].title == "밤의 급습");
  CHECK(listed[0].date == "2026-11");
  CHECK(listed[0].state == "draft");
  CHECK(listed[0].missing == std::vector<std::string>{"place.name", "description"});
  CHECK(list_drafts(vault, {.kind = "testimony"}, false).drafts.empty());
  CHECK(list_drafts(vault, {.state = "local"}, false).drafts.empty());
  CHECK(list_drafts(vault, {.tag = "t"}, false).drafts.empty());
  CHECK(list_drafts(vault, {.from = "2026-11-24"}, false).drafts.size() == 1);
  CHECK(list_drafts(vault, {.to = "2026-10"}, false).drafts.empty());
  CHECK(list_drafts(vault, {.place = "x"}, false).drafts.empty());
  CHECK(list_drafts(vault, {.author = "me"}, false).drafts.size() == 1);
  CHECK(list_drafts(vault, {.author = "desk-1"}, false).drafts.empty());
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
  CHECK(list_drafts(vault, {}, false).drafts.empty());
  CHECK(list_drafts(vault, {}, true).drafts.size() == 1);
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

TEST_CASE_METHOD(DraftFixture, "Put on the newest revision, an edit has its changes", "[drafts]") {
  const std::string id = record();
  Draft draft = begin_edit(vault, id, kNow);
  FieldMap fields = draft.fields;
  fields["title"] = "mine";
  fields.erase("dates.initial");
  save_draft(vault, draft, fields, "title", kNow);
  const std::string newest = revise(id, "impact", "i");
  CHECK(rebase_draft(vault, draft, kLater).both.empty());
  CHECK(draft.base.id() == newest);
  const Draft found = get_draft(vault, id);
  CHECK(found.fields == draft.fields);
  CHECK(found.fields.at("title") == "mine");
  CHECK(found.fields.at("impact") == "i");
  CHECK_FALSE(found.fields.contains("dates.initial"));
  finish_draft(vault, found, kLater);
  CHECK(get_record(vault, id).heads.size() == 1);
}

TEST_CASE_METHOD(DraftFixture, "Where both changed the same, an edit stands beside the other one",
                 "[drafts]") {
  const std::string id = record();
  Draft draft = begin_edit(vault, id, kNow);
  FieldMap fields = draft.fields;
  fields["title"] = "mine";
  save_draft(vault, draft, fields, "title", kNow);
  const std::string theirs = revise(id, "title", "theirs");
  const Rebase rebase = rebase_draft(vault, draft, kLater);
  CHECK(rebase.both == std::vector<std::string>{"title"});
  CHECK(rebase.newest.id() == theirs);
  CHECK(get_draft(vault, id).fields == fields);
  const std::string mine = finish_beside(vault, draft, kLater);
  CHECK(get_record(vault, id).heads == std::vector<std::string>{theirs, mine});
  CHECK(get_record(vault, id).summary.title == "theirs");
  CHECK(list_records(vault, {}).at(0).conflict);
  CHECK(get_revision(vault, mine).fields().at("title") == "mine");
  CHECK(custody_of(vault, id).at(0).back().object == mine);
  CHECK(code_of([&] { get_draft(vault, id); }) == Code::not_found);
}

TEST_CASE_METHOD(DraftFixture, "A draft that can't be read keeps no other one out of the list",
                 "[drafts]") {
  const Draft damaged = saved();
  const Draft whole = saved({{"title", "whole"}});
  vault.db().prepare("UPDATE draft_fields SET value = '{' WHERE draft = ?").with(damaged.id).run();
  const DraftList list = list_drafts(vault, {}, false);
  REQUIRE(list.drafts.size() == 1);
  CHECK(list.drafts[0].id == whole.id);
  CHECK(list.damaged == std::vector<std::string>{damaged.id});
  const auto damage = check_vault(vault, {}).damage;
  REQUIRE(damage.size() == 1);
  CHECK(damage[0].starts_with("unfinished interview " + damaged.id));
}

TEST_CASE_METHOD(DraftFixture, "An edit whose revision is not there any more is damage",
                 "[drafts]") {
  const std::string id = record();
  Draft draft = begin_edit(vault, id, kNow);
  save_draft(vault, draft, {{"title", "T"}}, "title", kNow);
  vault.db().prepare("UPDATE drafts SET base = ?").with(std::string(64, 'a')).run();
  CHECK(code_of([&] { get_draft(vault, id); }) == Code::damaged);
}

TEST_CASE_METHOD(DraftFixture, "A beginning that a record and another one's draft have is refused",
                 "[drafts]") {
  const std::string id = record();
  const std::string other = id.substr(0, 6) + (id[6] == 'f' ? "e" : "f") + id.substr(7);
  Draft draft = begin_draft("incident", kNow);
  draft.id = other;
  save_draft(vault, draft, night_raid(), "title", kNow);
  CHECK(code_of([&] { find_record_or_draft(vault, id.substr(0, 6)); }) == Code::invalid);
  CHECK(find_record_or_draft(vault, id).record);
  CHECK_FALSE(find_record_or_draft(vault, id).draft);
  CHECK(find_record_or_draft(vault, other.substr(0, 7)).draft);
  CHECK_FALSE(find_record_or_draft(vault, other).record);
  CHECK(code_of([&] { find_record_or_draft(vault, "ffffffff-0"); }) == Code::not_found);
}

TEST_CASE_METHOD(DraftFixture, "An edit and its record are named by one id", "[drafts]") {
  const std::string id = record();
  Draft draft = begin_edit(vault, id, kNow);
  save_draft(vault, draft, {{"title", "T"}}, "title", kNow);
  const Named named = find_record_or_draft(vault, id.substr(0, 8));
  CHECK(named.id == id);
  CHECK(named.record);
  CHECK(named.draft);
  CHECK(named.draft_is_edit);
  CHECK(named.draft_kind == "incident");
}

TEST_CASE_METHOD(DraftFixture, "Drafts are filtered by tag and place as records are", "[drafts]") {
  Draft draft = begin_draft("testimony", kNow);
  save_draft(vault, draft,
             {{"tags.0", "Night Raid"},
              {"interview.place", "회령"},
              {"source.identity.birth.place", "무산"}},
             "title", kNow);
  CHECK(list_drafts(vault, {.tag = "night raid"}, false).drafts.size() == 1);
  CHECK(list_drafts(vault, {.place = "회령"}, false).drafts.size() == 1);
  CHECK(list_drafts(vault, {.place = "무산"}, false).drafts.empty());
}

}  // namespace
}  // namespace depone
