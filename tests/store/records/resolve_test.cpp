#include "store/records/resolve.h"

#include <set>

#include "store/records/custody.h"
#include "tests/store/records/history_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::ConflictFixture;
using testing::kLater;
using testing::seed_of;

const FieldMap kIncident{{"title", "Night raid"}, {"impact", "one"}, {"tags.0", "raid"}};
const FieldMap kTestimony{{"title", "T"},
                          {"consent.status", "given"},
                          {"consent.share.0", "desk"},
                          {"source.identity.name", "N"}};

struct ResolveFixture : ConflictFixture {
  std::string resolve(const Resolution& resolution) {
    Tx tx(vault.db());
    const std::string revision = resolve_conflict(vault, id, resolution, kLater);
    tx.commit();
    return revision;
  }
  Code refusal(const Resolution& resolution) {
    return code_of([&] { resolve(resolution); });
  }
  Json field(const std::string& path) {
    const FieldMap fields = head(id).fields();
    const auto found = fields.find(path);
    return found == fields.end() ? Json(nullptr) : found->second;
  }
};

TEST_CASE_METHOD(ResolveFixture, "A resolution has all newest revisions as parents and ends it",
                 "[resolve]") {
  conflict(kIncident, {{"title", "Mine"}}, {{"title", "Theirs"}});
  const std::string revision = resolve({.take = theirs});
  const RecordView view = get_record(vault, id);
  CHECK(view.heads == std::vector{revision});
  CHECK(std::set<std::string>(view.content.revision.parents.begin(),
                              view.content.revision.parents.end()) == std::set{mine, theirs});
  CHECK(view.summary.title == "Theirs");
  CHECK_FALSE(view.summary.conflict);
  CHECK(custody_of(vault, id).back().back().action == "revised");
  CHECK(custody_of(vault, id).back().back().object == revision);
}

TEST_CASE_METHOD(ResolveFixture, "Nothing is merged that was not decided", "[resolve]") {
  conflict(kIncident, {{"title", "Mine"}}, {{"impact", "two"}});
  CHECK(undecided(vault, id, {}) == std::vector<std::string>{"impact", "title"});
  CHECK(refusal({}) == Code::refused);
  CHECK(refusal({.take_fields = {{"title", mine}}}) == Code::refused);
  CHECK(get_record(vault, id).heads.size() == 2);
}

TEST_CASE_METHOD(ResolveFixture, "Each field is taken from where it is said", "[resolve]") {
  conflict(kIncident, {{"title", "Mine"}, {"tags.1", "mine"}},
           {{"impact", "two"}, {"tags.1", "theirs"}});
  resolve({.take = mine, .take_fields = {{"impact", theirs}}});
  CHECK(field("title") == "Mine");
  CHECK(field("impact") == "two");
  CHECK(field("tags.1") == "mine");
}

TEST_CASE_METHOD(ResolveFixture, "The longest path that fits a field decides it", "[resolve]") {
  conflict(kIncident, {{"tags.1", "mine"}, {"tags.2", "mine too"}},
           {{"tags.1", "theirs"}, {"tags.2", "theirs too"}});
  resolve({.take_fields = {{"tags.1", mine}, {"tags", theirs}}});
  CHECK(field("tags.1") == "mine");
  CHECK(field("tags.2") == "theirs too");
}

TEST_CASE_METHOD(ResolveFixture, "A field that one side took away stays away where that is taken",
                 "[resolve]") {
  conflict(kIncident, {{"impact", nullptr}}, {{"impact", "two"}});
  resolve({.take_fields = {{"impact", mine}}});
  CHECK(field("impact").is_null());
}

TEST_CASE_METHOD(ResolveFixture, "A value by hand stands over everything", "[resolve]") {
  conflict(kIncident, {{"title", "Mine"}, {"description.0", "a"}, {"description.1", "b"}},
           {{"title", "Theirs"}});
  resolve({.take = mine, .set = {{"title", "Ours"}, {"description.0", "c"}}});
  CHECK(field("title") == "Ours");
  CHECK(field("description.0") == "c");
  CHECK(field("description.1").is_null());
}

TEST_CASE_METHOD(ResolveFixture, "Elements of a list can be kept from both sides", "[resolve]") {
  const std::string a(64, 'a'), b(64, 'b');
  conflict(kIncident,
           {{"attachments.0.name", "a.jpg"}, {"attachments.0.sha256", a}, {"tags.1", "x"}},
           {{"attachments.0.name", "b.jpg"},
            {"attachments.0.sha256", b},
            {"tags.1", "x"},
            {"tags.2", "y"}});
  resolve({.keep_all = {"attachments", "tags"}});
  CHECK(field("attachments.0.sha256") == a);
  CHECK(field("attachments.1.sha256") == b);
  CHECK(field("attachments.1.name") == "b.jpg");
  CHECK(field("tags.0") == "raid");
  CHECK(field("tags.1") == "x");
  CHECK(field("tags.2") == "y");
  CHECK(field("tags.3").is_null());
}

TEST_CASE_METHOD(ResolveFixture, "Unchanged lines keep their salt, whichever side had them",
                 "[resolve]") {
  conflict(kIncident, {{"title", "Mine"}}, {{"impact", "two"}});
  std::set<std::string> before;
  for (const std::string& one : {mine, theirs}) {
    for (const Line& line : get_revision(vault, one).lines) before.insert(line.text);
  }
  resolve({.take = mine, .take_fields = {{"impact", theirs}}});
  for (const Line& line : head(id).lines) CHECK(before.contains(line.text));
}

TEST_CASE_METHOD(ResolveFixture, "What names no difference, or no newest revision, is refused",
                 "[resolve]") {
  conflict(kIncident, {{"title", "Mine"}}, {{"title", "Theirs"}});
  CHECK(refusal({.take = mine, .take_fields = {{"impact", mine}}}) == Code::invalid);
  CHECK(refusal({.take = first}) == Code::invalid);
  CHECK(refusal({.take = mine, .keep_all = {"tags"}}) == Code::invalid);
}

TEST_CASE_METHOD(ResolveFixture, "A record without a conflict has nothing to resolve",
                 "[resolve]") {
  id = create(kIncident);
  CHECK(refusal({}) == Code::invalid);
}

TEST_CASE_METHOD(ResolveFixture, "A withdrawal of consent is not undone in passing", "[resolve]") {
  conflict(kTestimony, {{"title", "Mine"}},
           {{"consent.status", "withdrawn"}, {"consent.withdrawn.why", "afraid"}}, "testimony");
  CHECK(refusal({.take = mine}) == Code::refused);
  resolve({.take = mine, .take_fields = {{"consent", theirs}}});
  CHECK(field("consent.status") == "withdrawn");
  CHECK(field("title") == "Mine");
}

TEST_CASE_METHOD(ResolveFixture, "Consent that holds after all must be named", "[resolve]") {
  conflict(kTestimony, {{"title", "Mine"}}, {{"consent.status", "withdrawn"}}, "testimony");
  resolve({.take = mine, .take_fields = {{"consent", mine}}});
  CHECK(field("consent.status") == "given");
}

TEST_CASE_METHOD(ResolveFixture, "Rules for fields hold for what is written by hand", "[resolve]") {
  conflict(kIncident, {{"title", "Mine"}}, {{"title", "Theirs"}});
  CHECK(refusal({.set = {{"title", "x"}, {"rumour", "y"}}}) == Code::invalid);
}

// A record of which this vault was not given every line: `secret` is hidden in all revisions.
struct HiddenFixture : ResolveFixture {
  RevisionContent whole;
  static constexpr const char* kSecret = "impact";

  RevisionContent without_secret(RevisionContent content) {
    std::erase_if(content.lines, [](const Line& line) { return line.path == kSecret; });
    return content;
  }
  RevisionContent next(const RevisionContent& parent, const FieldMap& changes) {
    const RevisionContent* const parents[] = {&parent};
    const RevisionContent made =
        make_revision(id, "incident", changed(parent.fields(), changes),
                      Identity::from_seed(seed_of(9)).bundle_key(), parents);
    receive(without_secret(made));
    return made;
  }
  void begin() {
    id = "0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11";
    whole = make_revision(id, "incident", {{"title", "T"}, {kSecret, "s"}},
                          Identity::from_seed(seed_of(9)).bundle_key(), {});
    receive(without_secret(whole));
  }
};

TEST_CASE_METHOD(HiddenFixture, "What is hidden on both sides alike is carried on", "[resolve]") {
  begin();
  mine = next(whole, {{"title", "A"}}).id();
  theirs = next(whole, {{"title", "B"}}).id();
  resolve({.take = mine});
  CHECK(head(id).revision.commitments.size() == 2);
  CHECK(head(id).lines.size() == 1);
}

TEST_CASE_METHOD(HiddenFixture, "What one side changed out of sight is carried on, once",
                 "[resolve]") {
  begin();
  mine = next(whole, {{"title", "A"}}).id();
  const RevisionContent other = next(whole, {{kSecret, "changed"}});
  theirs = other.id();
  resolve({.take = mine});
  const RevisionContent made = head(id);
  REQUIRE(made.revision.commitments.size() == 2);
  // Whoever holds all lines can take it in.
  std::string lines = lines_file(made.lines);
  for (const Line& line : other.lines) {
    if (line.path == kSecret) lines += line.text + "\n";
  }
  CHECK(check_revision(made.json, lines).complete());
}

TEST_CASE_METHOD(HiddenFixture, "What both sides changed out of sight is for others to resolve",
                 "[resolve]") {
  begin();
  mine = next(whole, {{kSecret, "a"}}).id();
  theirs = next(whole, {{kSecret, "b"}}).id();
  CHECK(refusal({.take = mine}) == Code::refused);
}

TEST_CASE_METHOD(ConflictFixture, "Who was not given all lines does not decide who the source is",
                 "[resolve]") {
  id = "0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11";
  const auto author = Identity::from_seed(seed_of(9)).bundle_key();
  const auto part = [&](const FieldMap& fields) {
    RevisionContent made = make_revision(id, "testimony", fields, author, {});
    std::erase_if(made.lines, [](const Line& line) { return line.path == "summary"; });
    receive(made);
    return made.id();
  };
  mine = part({{"summary", "s"}, {"source.identity.name", "A"}});
  theirs = part({{"summary", "s"}, {"source.identity.name", "B"}});
  CHECK(code_of([&] {
          Tx tx(vault.db());
          resolve_conflict(vault, id, {.take = mine}, kLater);
        }) == Code::refused);
}

TEST_CASE_METHOD(ConflictFixture, "A record flooded with newest revisions is left as it is",
                 "[resolve]") {
  id = create({{"title", "T"}});
  const RevisionContent base = head(id);
  const RevisionContent* const parents[] = {&base};
  const auto author = Identity::from_seed(seed_of(9)).bundle_key();
  Tx tx(vault.db());
  std::vector<RevisionContent> flood;
  for (int i = 0; i < 1025; ++i)
    flood.push_back(make_revision(id, "incident", {{"title", std::to_string(i)}}, author, parents));
  receive_revisions(vault, flood);
  const std::string newest = get_record(vault, id).heads.front();
  CHECK(code_of([&] { resolve_conflict(vault, id, {.take = newest}, kLater); }) == Code::refused);
}

}  // namespace
}  // namespace depone
