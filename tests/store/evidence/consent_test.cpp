#include "store/evidence/evidence.h"
#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::kNow;  // 2026-11-24

const FieldMap kGiven{{"consent.status", "given"},
                      {"consent.share.0", "desk"},
                      {"consent.share.1", "court"},
                      {"consent.identity.0", "desk"}};

FieldMap with(FieldMap fields, const char* path, Json value) {
  fields[path] = std::move(value);
  return fields;
}

bool allows(const FieldMap& fields, std::string_view reader, Time now = kNow) {
  return may_read("testimony", fields, reader, now).record;
}

TEST_CASE("Consent lets in the classes that it names", "[consent]") {
  CHECK(allows(kGiven, "desk"));
  CHECK(allows(kGiven, "court"));
  CHECK_FALSE(allows(kGiven, "legal"));
  CHECK_FALSE(allows(kGiven, ""));
}

TEST_CASE("A refusal says what consent says", "[consent]") {
  CHECK(may_read("testimony", kGiven, "legal", kNow).reason ==
        "the source's consent names desk and court, not legal");
  CHECK(may_read("testimony", {{"consent.status", "given"}}, "desk", kNow).reason ==
        "the source's consent names nobody, not desk");
}

TEST_CASE("The identity is for the classes that consent names for it", "[consent]") {
  CHECK(may_read("testimony", kGiven, "desk", kNow).identity);
  CHECK_FALSE(may_read("testimony", kGiven, "court", kNow).identity);
}

TEST_CASE("Only consent that was given counts", "[consent]") {
  for (const char* status : {"refused", "withdrawn", "not asked", "something of later"}) {
    INFO(status);
    CHECK_FALSE(allows(with(kGiven, "consent.status", status), "desk"));
  }
  FieldMap silent = kGiven;
  silent.erase("consent.status");
  CHECK_FALSE(allows(silent, "desk"));
}

TEST_CASE("A withdrawal counts whatever the status says", "[consent]") {
  CHECK_FALSE(allows(with(kGiven, "consent.withdrawn.why", "afraid"), "desk"));
}

TEST_CASE("Consent holds to the end of the day, month or year that it names", "[consent]") {
  const auto until = [](const char* day) {
    return with(kGiven, "consent.until", Json{{"date", day}, {"type", "exact"}});
  };
  CHECK(allows(until("2026-11-24"), "desk"));
  CHECK(allows(until("2026-11"), "desk"));
  CHECK(allows(until("2026"), "desk"));
  CHECK_FALSE(allows(until("2026-11-23"), "desk"));
  CHECK_FALSE(allows(until("2026-10"), "desk"));
  CHECK_FALSE(allows(until("2025"), "desk"));
}

TEST_CASE("An end of consent that can't be read is not taken for none", "[consent]") {
  CHECK_FALSE(allows(with(kGiven, "consent.until", "for ever"), "desk"));
}

TEST_CASE("A report without confidentiality is for members and courts", "[consent]") {
  for (const FieldMap& fields : {FieldMap{}, FieldMap{{"confidentiality", "members"}}}) {
    for (const char* reader : {"desk", "legal", "medical", "partner", "court"}) {
      CHECK(may_read("incident", fields, reader, kNow).record);
    }
    CHECK_FALSE(may_read("incident", fields, "public", kNow).record);
  }
}

TEST_CASE("A public report is for anyone", "[consent]") {
  CHECK(may_read("incident", {{"confidentiality", "public"}}, "public", kNow).record);
}

TEST_CASE("A report for desks is for desks only, as is one of an unknown level", "[consent]") {
  for (const FieldMap& fields :
       {FieldMap{{"confidentiality", "desk"}}, FieldMap{{"confidentiality", "top"}},
        FieldMap{{"confidentiality", 1}}}) {
    CHECK(may_read("incident", fields, "desk", kNow).record);
    CHECK_FALSE(may_read("incident", fields, "court", kNow).record);
  }
}

TEST_CASE("A record of an unknown kind is for nobody", "[consent]") {
  CHECK_FALSE(may_read("rumour", kGiven, "desk", kNow).record);
}

TEST_CASE("The identity and attachments hold who the source is, unless said otherwise",
          "[consent]") {
  CHECK_FALSE(holds_identity("testimony", kGiven));
  CHECK(holds_identity("testimony", with(kGiven, "source.identity.name", "N")));
  CHECK(holds_identity("testimony", with(kGiven, "attachments.0.name", "a.jpg")));
  CHECK(holds_identity("testimony",
                       {{"attachments.0.name", "a"}, {"attachments.0.identifies", true}}));
  CHECK_FALSE(holds_identity("testimony",
                             {{"attachments.0.name", "a"}, {"attachments.0.identifies", false}}));
  CHECK(holds_identity("testimony", {{"attachments.0.name", "a"},
                                     {"attachments.0.identifies", false},
                                     {"attachments.1048577.name", "b"}}));
}

}  // namespace
}  // namespace depone
