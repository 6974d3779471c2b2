#include "store/evidence/evidence.h"

#include <algorithm>

#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;

Json date(const char* day, const char* type = "exact") {
  return Json{{"date", day}, {"type", type}};
}

std::string refusal(std::string_view kind, const FieldMap& fields) {
  try {
    check_fields(kind, fields);
  } catch (const Error& error) {
    CHECK(error.code() == Code::invalid);
    return error.what();
  }
  return "";
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("A complete testimony is accepted and lacks nothing", "[evidence]") {
  const FieldMap fields{{"title", "T"},
                        {"source.pseudonym", "P"},
                        {"consent.status", "given"},
                        {"account.text.0", "A"}};
  check_fields("testimony", fields);
  CHECK(missing_fields("testimony", fields).empty());
}

TEST_CASE("A complete incident is accepted and lacks nothing", "[evidence]") {
  const FieldMap fields{{"title", "T"},
                        {"dates.initial", date("2026-11")},
                        {"place.name", "P"},
                        {"description.0", "D"}};
  check_fields("incident", fields);
  CHECK(missing_fields("incident", fields).empty());
}

TEST_CASE("Needed fields that are absent are named", "[evidence]") {
  CHECK(missing_fields("testimony", {}) ==
        std::vector<std::string>{"title", "source.pseudonym", "consent.status", "account.text"});
  CHECK(missing_fields("incident", {}) ==
        std::vector<std::string>{"title", "dates.initial", "place.name", "description"});
}

TEST_CASE("Who was not asked needs a reason", "[evidence]") {
  const FieldMap fields{{"title", "T"},
                        {"source.pseudonym", "P"},
                        {"consent.status", "not asked"},
                        {"account.text.0", "A"}};
  CHECK(missing_fields("testimony", fields) == std::vector<std::string>{"consent.reason"});
}

TEST_CASE("Unknown fields are refused by name", "[evidence]") {
  CHECK(has(refusal("incident", {{"rumour", "x"}}), "rumour"));
  CHECK(has(refusal("incident", {{"account.text.0", "x"}}), "account.text.0"));
  CHECK(
      has(refusal("testimony", {{"source.identity.shoe_size", 42}}), "source.identity.shoe_size"));
  CHECK(has(refusal("testimony", {{"tags.0.name", "x"}}), "tags.0.name"));
}

TEST_CASE("Values of another type are refused with what is expected", "[evidence]") {
  CHECK(has(refusal("incident", {{"title", 7}}), "text"));
  CHECK(has(refusal("incident", {{"place.latitude", "12"}}), "number"));
  CHECK(has(refusal("incident", {{"place.latitude", 90.5}}), "degrees"));
  CHECK(has(refusal("incident", {{"victims.0.number", 1.5}}), "whole number"));
  CHECK(has(refusal("incident", {{"victims.0.number", -1}}), "whole number"));
  CHECK(has(refusal("incident", {{"attachments.0.identifies", "no"}}), "true or false"));
  CHECK(has(refusal("incident", {{"attachments.0.sha256", "abc"}}), "SHA-256"));
  CHECK(has(refusal("incident", {{"dates.initial", "2026-11-24"}}), "date"));
}

TEST_CASE("Words outside of a vocabulary are refused with the words in it", "[evidence]") {
  CHECK(has(refusal("testimony", {{"consent.status", "maybe"}}), "not asked"));
  CHECK(has(refusal("testimony", {{"consent.share.0", "everyone"}}), "partner"));
  CHECK(has(refusal("testimony", {{"reliability", "good"}}), "highly reliable"));
  CHECK(has(refusal("incident", {{"confidentiality", "secret"}}), "members"));
}

TEST_CASE("Messages never repeat the value", "[evidence]") {
  CHECK_FALSE(has(refusal("testimony", {{"consent.status", "Kim Ha-na"}}), "Kim"));
  CHECK_FALSE(has(refusal("incident", {{"dates.initial", "Kim Ha-na"}}), "Kim"));
}

TEST_CASE("Dates that do not exist are refused", "[evidence]") {
  CHECK(refusal("incident", {{"dates.initial", date("2024-02-29")}}).empty());
  CHECK_FALSE(refusal("incident", {{"dates.initial", date("2026-02-29")}}).empty());
  CHECK_FALSE(refusal("incident", {{"dates.initial", date("2026-13")}}).empty());
  CHECK_FALSE(refusal("incident", {{"dates.initial", date("2026-11-24", "rumoured")}}).empty());
}

TEST_CASE("A finding needs its clinician", "[evidence]") {
  CHECK_FALSE(refusal("testimony", {{"findings.consistency", "typical of"}}).empty());
  CHECK(
      refusal("testimony", {{"findings.consistency", "typical of"}, {"findings.clinician", "Dr A"}})
          .empty());
}

TEST_CASE("Texts and records have a bound, which is named", "[evidence]") {
  CHECK(has(refusal("incident", {{"impact", std::string((1u << 20) + 1, 'x')}}), "1 MiB"));
  FieldMap many;
  for (int i = 0; i <= 20'000; ++i) many.emplace("tags." + std::to_string(i), "t");
  CHECK(has(refusal("incident", many), "20,000"));
  FieldMap large;
  for (int i = 0; i < 17; ++i)
    large.emplace("description." + std::to_string(i), std::string(1u << 20, 'x'));
  CHECK(has(refusal("incident", large), "16 MiB"));
}

TEST_CASE("What was there before is not held to the table", "[evidence]") {
  const FieldMap known{{"title", "T"}, {"field_of_later", "x"}};
  FieldMap next = known;
  next["impact"] = "y";
  check_fields("incident", next, &known);
  next["field_of_later"] = "z";
  CHECK(code_of([&] { check_fields("incident", next, &known); }) == Code::invalid);
}

TEST_CASE("No field of the tables is the beginning of a needed one of another type", "[evidence]") {
  for (const char* kind : {"testimony", "incident"}) {
    std::vector<std::string_view> patterns;
    for (const FieldRule& rule : field_rules(kind)) {
      CHECK_FALSE(rule.label.empty());
      const bool chosen = rule.type == FieldType::choice || rule.type == FieldType::class_name;
      CHECK(chosen == (rule.words != nullptr && !rule.words->open));
      patterns.push_back(rule.pattern);
    }
    std::sort(patterns.begin(), patterns.end());
    CHECK(std::adjacent_find(patterns.begin(), patterns.end()) == patterns.end());
  }
}

TEST_CASE("An unknown kind is refused", "[evidence]") {
  CHECK_FALSE(is_kind("rumour"));
  CHECK(code_of([] { check_fields("rumour", {}); }) == Code::invalid);
}

TEST_CASE("A list shows the day of the interview or of the first event", "[evidence]") {
  CHECK(record_date("testimony", {{"interview.date", date("2026-10-02")}}) == "2026-10-02");
  CHECK(record_date("incident", {{"dates.initial", date("2026-10", "estimate")}}) == "2026-10");
  CHECK(record_date("incident", {}) == "");
}

TEST_CASE("Written dates are read", "[written date]") {
  CHECK(parse_written_date("2020-06-05") == date("2020-06-05"));
  CHECK(parse_written_date("2020-06") == date("2020-06", "unknown day"));
  CHECK(parse_written_date("2020") == date("2020", "unknown month and day"));
  CHECK(parse_written_date("(Believed to be) 2020-06-05") == date("2020-06-05", "estimate"));
  CHECK(parse_written_date("  circa 2020 ") == date("2020", "estimate"));
  CHECK(parse_written_date("about 2020-06") == date("2020-06", "estimate"));
}

TEST_CASE("What is no date is not read as one", "[written date]") {
  for (const char* text :
       {"", "June 2020", "2020-6-5", "2020-02-30", "05-06-2020", "2020-06-05T10:00:00Z",
        "(2020-06-05", "20200605", "(about)", "2020-06-05 2020-06-06"}) {
    INFO(text);
    CHECK(parse_written_date(text) == std::nullopt);
  }
}

TEST_CASE("Only places of dates are read as dates", "[written date]") {
  FieldMap fields{{"title", "2020"}, {"dates.initial", "2020-06-05"}, {"dates.final", "some day"}};
  read_written_dates("incident", fields);
  CHECK(fields["title"] == "2020");
  CHECK(fields["dates.initial"] == date("2020-06-05"));
  CHECK(fields["dates.final"] == "some day");
}

}  // namespace
}  // namespace depone
