#include "store/records/reading.h"

#include "store/enrolment.h"
#include "store/export/view.h"
#include "store/records/records.h"
#include "tests/store/roster_fixture.h"
#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::kNow;  // 2026-11-24
using testing::VaultFixture;

const FieldMap kTestimony{{"title", "T"},
                          {"source.pseudonym", "P"},
                          {"source.identity.name", "N"},
                          {"consent.status", "given"},
                          {"consent.share.0", "desk"},
                          {"consent.share.1", "court"},
                          {"consent.identity.0", "desk"}};
const std::string kPhoto(64, 'a');
const std::string kMap(64, 'b');

FieldMap with_attachments(FieldMap fields) {
  fields["attachments.0.name"] = "photo.jpg";
  fields["attachments.0.sha256"] = kPhoto;
  fields["attachments.1.name"] = "map.png";
  fields["attachments.1.sha256"] = kMap;
  fields["attachments.1.identifies"] = false;
  return fields;
}

constexpr Readable kAll{true, true, "", kNow};
constexpr Readable kAccount{true, false, "", kNow};
constexpr Readable kNothing{false, false, "", kNow};

struct ReadingFixture : VaultFixture {
  std::string create(const FieldMap& fields, std::string_view kind = "testimony") {
    Tx tx(vault.db());
    const std::string id = create_record(vault, kind, fields, "collected", Json::object(), kNow);
    tx.commit();
    return id;
  }
  // A revision by somebody else beside the one that is there, or after it.
  void receive(const std::string& id, const FieldMap& changes, bool beside) {
    const RevisionContent head = get_record(vault, id).content;
    FieldMap fields = head.fields();
    for (const auto& [path, value] : changes) fields[path] = value;
    const RevisionContent* const parents[] = {&head};
    const RevisionContent next = make_revision(
        id, head.revision.kind, fields, Identity::from_seed(testing::seed_of(9)).bundle_key(),
        beside ? std::span<const RevisionContent* const>() : parents);
    Tx tx(vault.db());
    receive_revision(vault, next);
    tx.commit();
  }
};

TEST_CASE_METHOD(ReadingFixture, "A class reads what the consent of the record names",
                 "[reading]") {
  const std::string id = create(kTestimony);
  CHECK(readable_by(vault, id, "desk", kNow).identity);
  const Readable court = readable_by(vault, id, "court", kNow);
  CHECK(court.record);
  CHECK_FALSE(court.identity);
  CHECK(court.reason == "the source's consent lets desk read who the source is, not court");
  CHECK_FALSE(readable_by(vault, id, "public", kNow).record);
}

TEST_CASE_METHOD(ReadingFixture, "A class that nobody knows reads nothing", "[reading]") {
  const std::string id = create({{"title", "T"}}, "incident");
  CHECK(readable_by(vault, id, "partner", kNow).record);
  CHECK_FALSE(readable_by(vault, id, "partners", kNow).record);
  CHECK_FALSE(readable_by(vault, id, "", kNow).record);
}

TEST_CASE_METHOD(ReadingFixture, "A withdrawal in one of two newest revisions refuses the record",
                 "[reading]") {
  const std::string id = create(kTestimony);
  receive(id, {{"consent.status", "withdrawn"}}, true);
  const Readable desk = readable_by(vault, id, "desk", kNow);
  CHECK_FALSE(desk.record);
  CHECK(desk.reason == "the source has withdrawn consent");
}

TEST_CASE_METHOD(ReadingFixture, "What an older revision allowed does not count", "[reading]") {
  const std::string id = create(kTestimony);
  receive(id, {{"consent.status", "withdrawn"}}, false);
  CHECK_FALSE(readable_by(vault, id, "desk", kNow).record);
}

TEST_CASE_METHOD(ReadingFixture, "Both of two newest revisions must allow the identity",
                 "[reading]") {
  const std::string id = create(kTestimony);
  receive(id, {{"consent.identity.0", "legal"}}, true);
  const Readable desk = readable_by(vault, id, "desk", kNow);
  CHECK(desk.record);
  CHECK_FALSE(desk.identity);
}

TEST_CASE_METHOD(ReadingFixture, "A clock set back brings no consent to life again", "[reading]") {
  FieldMap fields = kTestimony;
  fields["consent.until"] = Json{{"date", "2026-11-23"}, {"type", "exact"}};
  const std::string id = create(fields);
  const Time earlier{kNow.seconds - 3 * 86'400};
  CHECK(readable_by(vault, id, "desk", earlier).record);
  const testing::Organisation organisation;
  testing::enrol(vault, organisation.enrolment());
  accept_roster(vault, organisation.roster(1), kNow);
  const Readable desk = readable_by(vault, id, "desk", earlier);
  CHECK(desk.judged == kNow);  // the roster's
  CHECK_FALSE(desk.record);
}

TEST_CASE_METHOD(ReadingFixture, "Who may read a record that is not here is not found",
                 "[reading]") {
  CHECK(code_of([&] {
          readable_by(vault, "9f1c3f0e-0000-4000-8000-000000000000", "desk", kNow);
        }) == Code::not_found);
}

TEST_CASE("Who may not read the identity gets its lines and identifying attachments not",
          "[reading]") {
  const FieldMap part = readable_fields(with_attachments(kTestimony), kAccount);
  CHECK_FALSE(part.contains("source.identity.name"));
  CHECK_FALSE(part.contains("attachments.0.name"));
  CHECK_FALSE(part.contains("attachments.0.sha256"));
  CHECK(part.contains("attachments.1.name"));
  CHECK(part.contains("source.pseudonym"));
  CHECK(part.contains("consent.identity.0"));
}

TEST_CASE("Who may read the identity gets every line, who may read nothing none", "[reading]") {
  const FieldMap whole = with_attachments(kTestimony);
  CHECK(readable_fields(whole, kAll) == whole);
  CHECK(readable_fields(whole, kNothing).empty());
}

TEST_CASE("A content that identifies under one name does so under another", "[reading]") {
  FieldMap fields = with_attachments(kTestimony);
  fields["attachments.1.sha256"] = kPhoto;
  CHECK_FALSE(readable_fields(fields, kAccount).contains("attachments.1.name"));
}

TEST_CASE("What names a held-back content by its hash is held back", "[reading]") {
  FieldMap fields = with_attachments(kTestimony);
  fields["attachments.1.transformations.0"] = "blurred from " + kPhoto;
  const FieldMap part = readable_fields(fields, kAccount);
  CHECK_FALSE(part.contains("attachments.1.transformations.0"));
  CHECK(part.contains("attachments.1.name"));
}

TEST_CASE_METHOD(ReadingFixture, "An export leaves it out under every name as well", "[reading]") {
  FieldMap fields = with_attachments(kTestimony);
  const std::string separate = create(fields);
  fields["attachments.1.sha256"] = kPhoto;
  const std::string same = create(fields);
  std::string reason;
  CHECK(record_for(vault, {}, separate, "court", kNow, reason)->attachments.size() == 1);
  CHECK(record_for(vault, {}, same, "court", kNow, reason)->attachments.empty());
}

TEST_CASE_METHOD(ReadingFixture, "An export has nothing for a class that nobody has", "[reading]") {
  Tx tx(vault.db());
  const std::string id = create_record(vault, "incident", {{"title", "Night raid"}}, "collected",
                                       Json::object(), kNow);
  tx.commit();
  std::string reason;
  CHECK(record_for(vault, {}, id, "partner", kNow, reason));
  CHECK_FALSE(record_for(vault, {}, id, "partners", kNow, reason));
  CHECK_FALSE(reason.empty());
}

}  // namespace
}  // namespace depone
