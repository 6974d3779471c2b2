#include "crypto/formats/fields.h"

#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <random>

#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;

std::vector<std::string> paths(const FieldMap& fields) {
  std::vector<std::string> out;
  for (const auto& [path, value] : fields) out.push_back(path);
  return out;
}

std::string joined(const std::vector<std::string>& passages) {
  std::string out;
  for (std::size_t i = 0; i < passages.size(); ++i) out += (i == 0 ? "" : "\n\n") + passages[i];
  return out;
}

Json date(const char* day, const char* type = "exact") {
  return Json{{"date", day}, {"type", type}};
}

std::optional<Code> flattening(const Json& nested) {
  return code_of([&] { flatten(nested); });
}

TEST_CASE("Paths are names and indexes", "[fields]") {
  for (const char* path :
       {"title", "source.identity.name", "acts.0.victim", "tags.2147483647", "a_b._.0", "a.0.0"}) {
    INFO(path);
    CHECK(is_field_path(path));
  }
  for (const char* path : {"", ".", "a.", ".a", "a..b", "0.a", "A", "a.B", "a b", "a-b", "tags.00",
                           "tags.01", "tags.2147483648", "tags.-1", "tags.0x", "a1", "é"}) {
    INFO(path);
    CHECK_FALSE(is_field_path(path));
  }
}

TEST_CASE("Indexes are in the order of numbers", "[fields]") {
  const PathLess less;
  CHECK(less("tags.2", "tags.10"));
  CHECK_FALSE(less("tags.10", "tags.2"));
  CHECK(less("a", "a.b"));
  CHECK(less("a.b", "a_b"));
  CHECK_FALSE(less("a.b", "a.b"));
}

TEST_CASE("Each scalar has a path of its own, a date is one value", "[fields]") {
  const FieldMap fields = flatten(parse_json(
      R"({"title":"t","acts":[{"victim":"v","initial":{"type":"exact","date":"2026-11-24"}}],"tags":["a","b"],"n":1.5,"b":false})",
      "x"));
  CHECK(paths(fields) == std::vector<std::string>{"acts.0.initial", "acts.0.victim", "b", "n",
                                                  "tags.0", "tags.1", "title"});
  CHECK(dump_json(fields.at("acts.0.initial")) == R"({"date":"2026-11-24","type":"exact"})");
}

TEST_CASE("An object with a date and a type of its own is not taken for a date", "[fields]") {
  const FieldMap fields = flatten(parse_json(
      R"({"information":[{"type":"interview","date":{"date":"2026","type":"estimate"}}],"x":{"date":"2026","type":"t","more":1}})",
      "x"));
  CHECK(paths(fields) == std::vector<std::string>{"information.0.date", "information.0.type",
                                                  "x.date", "x.more", "x.type"});
}

TEST_CASE("Null, empty strings and empty arrays are absent", "[fields]") {
  CHECK(flatten(parse_json(R"({"a":null,"b":"","c":[],"d":{},"e":[null,""],"f":[{}]})", "x"))
            .empty());
}

TEST_CASE("What was flattened nests again", "[fields]") {
  const Json nested = parse_json(
      R"({"account":{"text":"one\n\ntwo","translations":[{"text":"eins\n\n\nzwei"},{"text":"x"}]},"acts":[{"v":1},{"v":2}],)"
      R"("date":{"date":"2026-11","type":"estimate"},"tags":["a","b","c","d","e","f","g","h","i","j","k"]})",
      "x");
  CHECK(dump_json(nest(flatten(nested))) == dump_json(nested));
}

TEST_CASE("Long texts are in passages, other texts whole", "[fields]") {
  const FieldMap fields = flatten(parse_json(
      R"({"description":"a\n\nb","summary":"a\n\nb","account":{"text":"c","translations":[{"text":"d\n\ne","language":"en"}]}})",
      "x"));
  CHECK(paths(fields) ==
        std::vector<std::string>{"account.text.0", "account.translations.0.language",
                                 "account.translations.0.text.0", "account.translations.0.text.1",
                                 "description.0", "description.1", "summary"});
}

TEST_CASE("Gaps between indexes are closed", "[fields]") {
  FieldMap fields;
  fields["tags.3"] = "a";
  fields["tags.1048577"] = "c";
  fields["tags.20"] = "b";
  CHECK(dump_json(nest(fields)) == R"({"tags":["a","b","c"]})");
}

TEST_CASE("Names beside indexes are kept as an object", "[fields]") {
  FieldMap fields;
  fields["tags.0"] = "a";
  fields["tags.x"] = "b";
  CHECK(dump_json(nest(fields)) == R"({"tags":{"0":"a","x":"b"}})");
}

TEST_CASE("Passages are split from the left at every blank line with text on both sides",
          "[fields]") {
  using Passages = std::vector<std::string>;
  CHECK(split_passages("a") == Passages{"a"});
  CHECK(split_passages("a\n\nb") == Passages{"a", "b"});
  CHECK(split_passages("a\n\n\nb") == Passages{"a", "\nb"});
  CHECK(split_passages("a\n\n\n\nb") == Passages{"a", "\n\nb"});
  CHECK(split_passages("\n\na") == Passages{"\n\na"});
  CHECK(split_passages("\n\n\na") == Passages{"\n", "a"});
  CHECK(split_passages("a\n\n") == Passages{"a\n\n"});
  CHECK(split_passages("a\n\n\n") == Passages{"a", "\n"});
  CHECK(split_passages("\n\n") == Passages{"\n\n"});
  CHECK(split_passages("a\nb\r\n\r\nc") == Passages{"a\nb\r\n\r\nc"});
}

TEST_CASE("Passages joined again are the text, byte for byte, and none is empty", "[fields]") {
  std::mt19937 random(20261124);
  bool same = true;
  bool none_empty = true;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    const std::size_t size = 1 + random() % 24;
    for (std::size_t k = 0; k < size; ++k) text += random() % 3 == 0 ? 'a' : '\n';
    const std::vector<std::string> passages = split_passages(text);
    same = same && joined(passages) == text;
    for (const std::string& passage : passages) none_empty = none_empty && !passage.empty();
    same = same && nest(flatten(Json{{"description", text}}))["description"] == text;
  }
  CHECK(same);
  CHECK(none_empty);
}

TEST_CASE("Dates have a precision and a type, and exist", "[fields]") {
  for (const Json& value : {date("2026"), date("2026-11"), date("2026-11-24"), date("2024-02-29"),
                            date("2000-02-29", "estimate"), date("2026-11", "unknown day"),
                            date("2026", "unknown month and day")}) {
    CHECK(is_date(value));
  }
  for (const Json& value :
       {date("2026-02-29"), date("1900-02-29"), date("2026-13"), date("2026-00"), date("2026-1"),
        date("26"), date("0000"), date("2026-11-31"), date("2026-11-24T00"), date("2026/11/24"),
        date(""), date("2026", "sure"), Json{{"date", "2026"}},
        Json{{"date", 2026}, {"type", "exact"}},
        Json{{"date", "2026"}, {"type", "exact"}, {"more", 1}}, Json("2026")}) {
    INFO(value.dump());
    CHECK_FALSE(is_date(value));
  }
}

TEST_CASE("A date that is none is refused, with its path", "[fields]") {
  const auto error = testing::error_of([] {
    flatten(Json{{"dates", Json{{"initial", date("2026-02-30")}}}});
  });
  REQUIRE(error);
  CHECK(error->code() == Code::invalid);
  CHECK(error->context() == "dates.initial");
}

TEST_CASE("What the format can't hold is refused", "[fields]") {
  CHECK(flattening(Json::array()) == Code::invalid);
  CHECK(flattening(Json{{"A", 1}}) == Code::invalid);
  CHECK(flattening(Json{{"0", 1}}) == Code::invalid);
  CHECK(flattening(Json{{"a.b", 1}}) == Code::invalid);
  CHECK(flattening(Json{{"a", "\xff"}}) == Code::invalid);
  CHECK(flattening(Json{{"a", std::string("x\0y", 3)}}) == Code::invalid);
  CHECK(flattening(Json{{"a", std::uint64_t{1} << 53}}) == Code::invalid);
  CHECK(flattening(Json{{"a", std::numeric_limits<double>::infinity()}}) == Code::invalid);
  CHECK(flattening(Json{{"description", 1}}) == Code::invalid);
  CHECK(flattening(Json{{"description", Json::array({"a", "b"})}}) == Code::invalid);
  Json deep = 1;
  for (int i = 0; i < 13; ++i) deep = Json{{"a", deep}};
  CHECK(flattening(deep) == Code::invalid);
  CHECK(flattening(deep["a"]) == std::nullopt);
}

TEST_CASE("A line may hold scalars and dates, a long text only passages", "[fields]") {
  CHECK(is_field("title", "t"));
  CHECK(is_field("dates.initial", date("2026")));
  CHECK(is_field("description.0", "t"));
  CHECK_FALSE(is_field("title", ""));
  CHECK_FALSE(is_field("title", nullptr));
  CHECK_FALSE(is_field("title", Json::array({1})));
  CHECK_FALSE(is_field("title", Json{{"a", 1}}));
  CHECK_FALSE(is_field("Title", "t"));
  CHECK_FALSE(is_field("description", "t"));
  CHECK_FALSE(is_field("description.0", 1));
  CHECK_FALSE(is_field("description.x", "t"));
  CHECK_FALSE(is_field("account.text.0.0", "t"));
}

TEST_CASE("A path that is the beginning of another is refused", "[fields]") {
  FieldMap fields;
  fields["a.b"] = 1;
  fields["a.b_c"] = 1;
  CHECK(code_of([&] { check_paths(fields); }) == std::nullopt);
  fields["a.b.c"] = 1;
  CHECK(code_of([&] { check_paths(fields); }) == Code::malformed);
  CHECK(code_of([&] { nest(fields); }) == Code::malformed);
}

}  // namespace
}  // namespace depone
