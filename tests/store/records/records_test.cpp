#include "store/records/records.h"

#include "store/inbox.h"
#include "store/records/custody.h"
#include "store/records/lines.h"
#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::kNow;
using testing::seed_of;
using testing::VaultFixture;

constexpr Time kLater{kNow.seconds + 60};
const FieldMap kIncident{{"title", "Night raid"},
                         {"dates.initial", Json{{"date", "2026-11-03"}, {"type", "exact"}}},
                         {"place.name", "Harbour"},
                         {"description.0", "They came."},
                         {"description.1", "They left."},
                         {"tags.0", "raid"}};

struct RecordsFixture : VaultFixture {
  std::string create(const FieldMap& fields = kIncident, std::string_view kind = "incident") {
    Tx tx(vault.db());
    const std::string id = create_record(vault, kind, fields, "collected", Json::object(), kNow);
    tx.commit();
    return id;
  }
  std::string revise(const std::string& id, const FieldMap& changes, Time now = kLater) {
    FieldMap fields = get_record(vault, id).content.fields();
    for (const auto& [path, value] : changes) fields[path] = value;
    Tx tx(vault.db());
    const std::string revision = revise_record(vault, id, fields, "revised", Json::object(), now);
    tx.commit();
    return revision;
  }
  void receive(const RevisionContent& content) {
    Tx tx(vault.db());
    receive_revision(vault, content);
    tx.commit();
  }
  // A revision by somebody else.
  static RevisionContent foreign(std::string_view record, const FieldMap& fields,
                                 std::vector<const RevisionContent*> parents = {}) {
    return make_revision(record, "incident", fields, Identity::from_seed(seed_of(9)).bundle_key(),
                         parents);
  }
};

TEST_CASE_METHOD(RecordsFixture, "A record comes back as it was made, with its time", "[records]") {
  const std::string id = create();
  const RecordView view = get_record(vault, id);
  FieldMap expected = kIncident;
  expected.emplace("created", kNow.text());
  CHECK(view.content.fields() == expected);
  CHECK(view.summary.id == id);
  CHECK(view.summary.title == "Night raid");
  CHECK(view.summary.date == "2026-11-03");
  CHECK(view.summary.state == "local");
  CHECK(view.summary.complete);
  CHECK(view.created == kNow.text());
  CHECK(view.updated == kNow.text());
  CHECK(view.heads == std::vector{view.content.id()});
  CHECK(view.content.revision.author == vault.identity().bundle_key().text());
}

TEST_CASE_METHOD(RecordsFixture, "Making a record begins its chain of custody", "[records]") {
  const std::string id = create();
  const auto chains = custody_of(vault, id);
  REQUIRE(chains.size() == 1);
  REQUIRE(chains[0].size() == 1);
  CHECK(chains[0][0].action == "collected");
  CHECK(chains[0][0].object == get_record(vault, id).heads[0]);
}

TEST_CASE_METHOD(RecordsFixture, "The time of making is the program's to say", "[records]") {
  FieldMap fields = kIncident;
  fields.emplace("created", kNow.text());
  CHECK(code_of([&] { create(fields); }) == Code::invalid);
}

TEST_CASE_METHOD(RecordsFixture, "A refused record leaves nothing", "[records]") {
  CHECK(code_of([&] { create({{"title", "x"}, {"rumour", "y"}}); }) == Code::invalid);
  CHECK(list_records(vault, {}).empty());
}

TEST_CASE_METHOD(RecordsFixture, "A revision follows the one before and keeps unchanged lines",
                 "[records]") {
  const std::string id = create();
  const RevisionContent first = get_record(vault, id).content;
  const std::string next = revise(id, {{"title", "Dawn raid"}});
  const RecordView view = get_record(vault, id);
  CHECK(view.heads == std::vector{next});
  CHECK(view.content.revision.parents == std::vector{first.id()});
  CHECK(view.summary.title == "Dawn raid");
  CHECK(view.updated == kLater.text());
  CHECK(view.created == kNow.text());
  std::size_t kept = 0;
  for (const Line& line : view.content.lines) {
    for (const Line& before : first.lines) kept += line.text == before.text;
  }
  CHECK(kept == first.lines.size() - 1);
}

TEST_CASE_METHOD(RecordsFixture, "Every revision stays", "[records]") {
  const std::string id = create();
  const std::string first = get_record(vault, id).heads[0];
  const std::string second = revise(id, {{"title", "Dawn raid"}});
  CHECK(revisions_of(vault, id).size() == 2);
  CHECK(get_revision(vault, first).fields().at("title") == "Night raid");
  CHECK(has_revision(vault, second));
  CHECK_FALSE(has_revision(vault, std::string(64, '0')));
}

TEST_CASE_METHOD(RecordsFixture, "Revisions that are read together are as each by itself",
                 "[records]") {
  const std::string first = create();
  revise(first, {{"title", "Day raid"}});
  revise(first, {{"description.0", "They left."}});
  const std::string second = create();
  std::vector<std::string> ids = revisions_of(vault, first);
  REQUIRE(ids.size() == 3);
  ids.push_back(revisions_of(vault, second).front());
  const std::vector<RevisionContent> together = get_revisions(vault, ids);
  REQUIRE(together.size() == ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    CHECK(together[i].id() == ids[i]);
    CHECK(lines_file(together[i].lines) == lines_file(get_revision(vault, ids[i]).lines));
    CHECK(together[i].lines.size() == together[i].revision.commitments.size());
  }
}

TEST_CASE_METHOD(RecordsFixture, "A line that comes twice is kept once", "[records]") {
  const RevisionContent one = foreign("6b9c0d2e-8d0a-4b7e-9c0e-0c8a4a3f1b11", kIncident);
  receive(one);
  receive(one);
  CHECK(held_commitments(vault, 1).size() == one.lines.size());
  std::size_t held = 0;
  each_held_line(vault, 1, [&](const Sha256&, std::string_view) { ++held; });
  CHECK(held == one.lines.size());
}

TEST_CASE_METHOD(RecordsFixture, "Another object of custody names the revision in its detail",
                 "[records]") {
  const std::string id = create();
  FieldMap fields = get_record(vault, id).content.fields();
  fields["impact"] = "x";
  const std::string object(64, 'a');
  Tx tx(vault.db());
  const std::string revision =
      revise_record(vault, id, fields, "attached", Json::object(), kLater, object);
  tx.commit();
  const CustodyEvent event = custody_of(vault, id)[0][1];
  CHECK(event.object == object);
  CHECK(event.detail.at("revision") == revision);
  CHECK(get_record(vault, id).updated == kLater.text());
}

TEST_CASE_METHOD(RecordsFixture, "Records are resolved by the beginning of their id", "[records]") {
  const std::string id = create();
  CHECK(resolve_record(vault, id) == id);
  CHECK(resolve_record(vault, id.substr(0, 4)) == id);
  CHECK(resolve_record(vault, id.substr(0, 13)) == id);
}

TEST_CASE_METHOD(RecordsFixture, "A beginning that is too short, none or of several is refused",
                 "[records]") {
  const std::string id = create();
  CHECK(code_of([&] { resolve_record(vault, id.substr(0, 3)); }) == Code::invalid);
  CHECK(code_of([&] { resolve_record(vault, "%%%%"); }) == Code::not_found);
  CHECK(code_of([&] { resolve_record(vault, id + "0"); }) == Code::not_found);
  const std::string other = (id[0] == '0' ? "1" : "0") + id.substr(1);
  CHECK(code_of([&] { resolve_record(vault, other); }) == Code::not_found);
  receive(foreign("0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11", {{"title", "a"}}));
  receive(foreign("0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e12", {{"title", "b"}}));
  CHECK(code_of([&] { resolve_record(vault, "0b5d8d1c"); }) == Code::invalid);
}

TEST_CASE_METHOD(RecordsFixture, "A received record is kept as it came, whatever its fields",
                 "[records]") {
  const RevisionContent content =
      foreign("0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11",
              {{"title", "Far away"}, {"field_of_later", "x"}, {"created", kNow.text()}});
  receive(content);
  const RecordView view = get_record(vault, content.revision.record);
  CHECK(view.content.json == content.json);
  CHECK(view.content.fields() == content.fields());
  CHECK(view.created == kNow.text());
}

TEST_CASE_METHOD(RecordsFixture, "A revision that comes twice changes nothing", "[records]") {
  const RevisionContent content =
      foreign("0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11", {{"title", "Far away"}});
  receive(content);
  receive(content);
  CHECK(list_records(vault, {}).size() == 1);
  CHECK(revisions_of(vault, content.revision.record).size() == 1);
}

TEST_CASE_METHOD(RecordsFixture, "A parent that comes after its child is no head", "[records]") {
  const std::string record = "0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11";
  const RevisionContent parent = foreign(record, {{"title", "Old"}});
  const RevisionContent child = foreign(record, {{"title", "New"}}, {&parent});
  receive(child);
  receive(parent);
  const RecordView view = get_record(vault, record);
  CHECK(view.heads == std::vector{child.id()});
  CHECK(view.summary.title == "New");
}

TEST_CASE_METHOD(RecordsFixture,
                 "Two revisions without a line of descent are a conflict, both kept", "[records]") {
  const std::string id = create();
  const RevisionContent first = get_record(vault, id).content;
  const std::string own = revise(id, {{"title", "Mine"}});
  FieldMap theirs = first.fields();
  theirs["title"] = "Theirs";
  const RevisionContent other = foreign(id, theirs, {&first});
  receive(other);
  const RecordView view = get_record(vault, id);
  CHECK(view.heads == std::vector{own, other.id()});
  CHECK(view.summary.title == "Mine");
  CHECK(code_of([&] { revise(id, {{"title", "x"}}); }) == Code::refused);
}

TEST_CASE_METHOD(RecordsFixture, "Lines that were hidden are added when they come", "[records]") {
  const RevisionContent whole =
      foreign("0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11",
              {{"title", "T"}, {"impact", "I"}, {"created", kNow.text()}});
  RevisionContent part = whole;
  std::erase_if(part.lines, [](const Line& line) { return line.path == "title"; });
  receive(part);
  CHECK_FALSE(get_record(vault, whole.revision.record).content.complete());
  CHECK(list_records(vault, {})[0].title == "");
  receive(whole);
  CHECK(get_record(vault, whole.revision.record).content.complete());
  CHECK(list_records(vault, {})[0].title == "T");
}

TEST_CASE_METHOD(RecordsFixture, "A record can't become one of another kind", "[records]") {
  const std::string id = create();
  const RevisionContent other =
      make_revision(id, "testimony", {{"title", "x"}}, vault.identity().bundle_key(), {});
  CHECK(code_of([&] { receive(other); }) == Code::mismatch);
}

TEST_CASE_METHOD(RecordsFixture, "Hidden lines stay part of the next revision", "[records]") {
  const std::string record = "0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11";
  const RevisionContent whole = foreign(record, {{"title", "T"}, {"impact", "secret"}});
  RevisionContent part = whole;
  std::erase_if(part.lines, [](const Line& line) { return line.path == "impact"; });
  receive(part);
  revise(record, {{"title", "New"}});
  const RevisionContent next = get_record(vault, record).content;
  CHECK(next.revision.commitments.size() == 2);
  CHECK(next.lines.size() == 1);
}

TEST_CASE_METHOD(RecordsFixture, "Who does not hold all lines can't edit who the source is",
                 "[records]") {
  const std::string record = "0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11";
  const RevisionContent whole =
      make_revision(record, "testimony", {{"title", "T"}, {"source.identity.name", "N"}},
                    Identity::from_seed(seed_of(9)).bundle_key(), {});
  RevisionContent part = whole;
  std::erase_if(part.lines, [](const Line& line) { return line.path == "source.identity.name"; });
  receive(part);
  CHECK(code_of([&] { revise(record, {{"source.identity.name", "M"}}); }) == Code::refused);
}

TEST_CASE_METHOD(RecordsFixture,
                 "A new element takes the next index, or a random one where lines are hidden",
                 "[records]") {
  const RevisionContent whole =
      foreign("0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11", {{"tags.0", "a"}, {"tags.3", "b"}});
  CHECK(next_index(whole, whole.fields(), "tags") == 4);
  CHECK(next_index(whole, whole.fields(), "attachments") == 0);
  RevisionContent part = whole;
  part.lines.pop_back();
  CHECK(next_index(part, part.fields(), "tags") >= 1u << 20);
}

TEST_CASE_METHOD(RecordsFixture, "Records are listed newest first and filtered", "[list]") {
  const std::string first = create();
  FieldMap fields = kIncident;
  fields["dates.initial"] = Json{{"date", "2026-10"}, {"type", "estimate"}};
  fields["tags.0"] = "arrest";
  const std::string second = create(fields);
  const std::string third = create({{"title", "T"}}, "testimony");
  const auto ids = [&](const RecordFilter& filter) {
    std::vector<std::string> found;
    for (const RecordSummary& record : list_records(vault, filter)) found.push_back(record.id);
    return found;
  };
  using Ids = std::vector<std::string>;
  CHECK(ids({}) == Ids{third, second, first});
  CHECK(ids({.kind = "testimony"}) == Ids{third});
  CHECK(ids({.tag = "raid"}) == Ids{first});
  CHECK(ids({.from = "2026-11"}) == Ids{first});
  CHECK(ids({.to = "2026-10-15"}) == Ids{second});
  CHECK(ids({.from = "2026-10-15", .to = "2026-10-16"}) == Ids{second});
  CHECK(ids({.from = "2027"}).empty());
  CHECK(ids({.limit = 2}) == Ids{third, second});
  CHECK_FALSE(list_records(vault, {.kind = "testimony"})[0].complete);
}

TEST_CASE_METHOD(RecordsFixture, "What was imported is known again by its fields", "[records]") {
  const std::string id = create();
  const Sha256 digest = import_digest("incident", kIncident);
  CHECK(imported_record(vault, digest) == std::nullopt);
  Tx tx(vault.db());
  note_import(vault, digest, id);
  tx.commit();
  CHECK(imported_record(vault, digest) == id);
  FieldMap other = kIncident;
  other["title"] = "x";
  CHECK(import_digest("incident", other) != digest);
  CHECK(import_digest("testimony", kIncident) != digest);
}

// Sets what the outbox and the inbox would.
struct StateFixture : RecordsFixture {
  std::string id = create();
  int bundles = 0;

  void bundle(const std::string& state, const std::string& revision) {
    ++bundles;
    const std::string number = std::to_string(bundles);
    vault.db()
        .prepare(
            "INSERT INTO outgoing(number, sha256, size, minisig, chain, sequence, root, state) "
            "VALUES (?, ?, 1, '', 'c', ?, '', ?)")
        .with(bundles, number, bundles, state)
        .run();
    vault.db()
        .prepare(
            "INSERT INTO outgoing_revisions(bundle, revision, record) "
            "SELECT ?, ?, number FROM records WHERE id = ?")
        .with(bundles, revision, id)
        .run();
  }
  std::string head() { return get_record(vault, id).heads[0]; }
  std::string state() { return get_record(vault, id).summary.state; }
};

TEST_CASE_METHOD(StateFixture, "A record that no bundle holds is local", "[states]") {
  CHECK(state() == "local");
}

TEST_CASE_METHOD(StateFixture, "A record is sealed until every bundle of it is delivered",
                 "[states]") {
  bundle("sealed", head());
  bundle("delivered", head());
  CHECK(state() == "sealed");
  CHECK(count_states(vault).sealed == 1);
}

TEST_CASE_METHOD(StateFixture,
                 "A record is delivered when all that hold it are, refused ones apart",
                 "[states]") {
  bundle("refused", head());
  bundle("delivered", head());
  CHECK(state() == "delivered");
  CHECK(count_states(vault).delivered == 1);
  CHECK(list_records(vault, {.state = "delivered"}).size() == 1);
  CHECK(list_records(vault, {.state = "local"}).empty());
}

TEST_CASE_METHOD(StateFixture, "A record only in a refused bundle is refused", "[states]") {
  bundle("refused", head());
  CHECK(state() == "refused");
}

TEST_CASE_METHOD(StateFixture, "A new revision of a delivered record is local again", "[states]") {
  bundle("delivered", head());
  revise(id, {{"title", "New"}});
  CHECK(state() == "local");
}

TEST_CASE_METHOD(StateFixture, "A record that came in is received", "[states]") {
  const RevisionContent content =
      foreign("0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11", {{"title", "Far away"}});
  receive(content);
  Tx tx(vault.db());
  add_incoming(
      vault,
      IncomingBundle{std::string(64, 'a'), "RW", "c", 1, std::nullopt, 1, std::nullopt, kNow},
      {content.id()});
  tx.commit();
  CHECK(get_record(vault, content.revision.record).summary.state == "received");
  CHECK(count_states(vault).received == 1);
  CHECK(count_states(vault).local == 1);
}

}  // namespace
}  // namespace depone
