#include "crypto/json.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;
using testing::error_of;

std::optional<Code> parsing(std::string_view text) {
  return code_of([&] { parse_json(text, "thing"); });
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST_CASE("What is written is what nlohmann-json would write") {
  std::string bytes;
  for (char c = 1; c < 0x7f; ++c) bytes += c;
  const Json value = {{"a\"b", bytes},
                      {"", "회령\n\u2028\U0001f600\x7f"},
                      {"list", {1, -2, 0.5}},
                      {"none", Json::array()},
                      {"empty", {{"of", Json::object()}}},
                      {"flags", {true, false, nullptr}}};
  CHECK(dump_json(value) == value.dump());
}

TEST_CASE("What is written is read again, keys in their order", "[json]") {
  const std::string text = R"({"b":1,"a":[true,null,-2,1.5,"é \" \\ \n"],"c":{"z":{},"y":[]}})";
  CHECK(dump_json(parse_json(text, "thing")) == text);
}

TEST_CASE("Non-ASCII text is written as it is", "[json]") {
  CHECK(dump_json(Json("회령 ဗမာ")) == "\"회령 ဗမာ\"");
}

TEST_CASE("A key that stands twice is refused", "[json]") {
  CHECK(parsing(R"({"a":1,"a":2})") == Code::malformed);
  CHECK(parsing(R"({"a":1,"\u0061":2})") == Code::malformed);
  CHECK(parsing(R"([{"a":1},{"a":2}])") == std::nullopt);
}

TEST_CASE("Sixteen levels are read and seventeen refused", "[json]") {
  CHECK(parsing(nested(16)) == std::nullopt);
  CHECK(parsing(nested(17)) == Code::malformed);
  CHECK(parsing(nested(1'000'000)) == Code::malformed);
}

TEST_CASE("Integers beyond 2^53-1 are refused", "[json]") {
  CHECK(parsing("9007199254740991") == std::nullopt);
  CHECK(parsing("-9007199254740991") == std::nullopt);
  CHECK(parsing("9007199254740992") == Code::malformed);
  CHECK(parsing("-9007199254740992") == Code::malformed);
  CHECK(parsing("18446744073709551615") == Code::malformed);
  CHECK(parsing("100000000000000000000") == Code::malformed);
}

TEST_CASE("A number that no double can hold is refused", "[json]") {
  CHECK(parsing("1e308") == std::nullopt);
  CHECK(parsing("1e309") == Code::malformed);
}

TEST_CASE("U+0000 is refused in strings and keys", "[json]") {
  CHECK(parsing(R"("a\u0000b")") == Code::malformed);
  CHECK(parsing(R"({"a\u0000b":1})") == Code::malformed);
}

TEST_CASE("A zero byte does not end the text early", "[json]") {
  CHECK(parsing(std::string_view("{}\0{\"a\":1}", 10)) == Code::malformed);
  CHECK(parsing(std::string_view("{}\0", 3)) == Code::malformed);
}

TEST_CASE("A byte-order mark is refused", "[json]") {
  CHECK(parsing("\xEF\xBB\xBF{}") == Code::malformed);
}

TEST_CASE("Invalid UTF-8 is refused", "[json]") {
  for (const char* text : {"\"\xff\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"",
                           "\"\xe2\x82\"", "{\"\xff\":1}"}) {
    CHECK(parsing(text) == Code::malformed);
  }
}

TEST_CASE("Lone surrogates are refused and pairs are read", "[json]") {
  CHECK(parsing(R"("\ud83d")") == Code::malformed);
  CHECK(parsing(R"("\ude00")") == Code::malformed);
  CHECK(parsing(R"("\ud83dx")") == Code::malformed);
  CHECK(parse_json(R"("\ud83d\ude00")", "thing").get<std::string>() == "😀");
}

TEST_CASE("What is not JSON alone is refused", "[json]") {
  for (const char* text : {"", " ", "{", "{}x", "{} {}", "[1,]", "{\"a\":1,}", "01", "+1", "NaN",
                           "'a'", "{a:1}", "// c\n1", "\"\n\""}) {
    INFO(text);
    CHECK(parsing(text) == Code::malformed);
  }
}

TEST_CASE("More than the limit is refused before it is parsed", "[json]") {
  CHECK(code_of([] { parse_json("[1,2,3]", "thing", 6); }) == Code::malformed);
}

// Each would take some fifty bytes of memory.
TEST_CASE("More than two million values are refused, however small", "[json]") {
  std::string text = "[";
  for (int i = 0; i < 1'100'000; ++i) text += "[],0,";
  text += "0]";
  CHECK(code_of([&] { parse_json(text, "values"); }) == Code::malformed);
  std::string members = "{";
  for (int i = 0; i < 2'100'000; ++i) members += "\"" + std::to_string(i) + "\":0,";
  members += "\"x\":0}";
  CHECK(code_of([&] { parse_json(members, "members"); }) == Code::malformed);
  CHECK(parse_json("[" + text.substr(1, 5'000'000) + "0]", "values").size() == 2'000'001);
}

TEST_CASE("An error names the artefact and how far the reader came", "[json]") {
  const auto error = error_of([] { parse_json(R"({"a":1,"a":2})", "manifest.json"); });
  REQUIRE(error);
  CHECK(error->context() == "manifest.json");
  CHECK(error->message() == "the JSON holds a key twice, at byte 10");
}

TEST_CASE("Text that is not UTF-8 is not written", "[json]") {
  CHECK(code_of([] { dump_json(Json("\xff")); }) == Code::invalid);
}

TEST_CASE("An object with a key missing is refused", "[json]") {
  CHECK(code_of([] { JsonObject(Json{{"a", 1}}, "thing", {"a", "b"}); }) == Code::malformed);
}

TEST_CASE("An unknown key is refused, or ignored where that is asked for", "[json]") {
  const Json value{{"a", 1}, {"more", 2}};
  CHECK(code_of([&] { JsonObject(value, "thing", {"a"}); }) == Code::malformed);
  CHECK(code_of([&] { JsonObject(value, "thing", {"a"}, UnknownKeys::ignore); }) == std::nullopt);
}

TEST_CASE("What is no object is refused as one", "[json]") {
  CHECK(code_of([] { JsonObject(Json::array(), "thing", {}); }) == Code::malformed);
}

TEST_CASE("A value of another type than asked for is refused", "[json]") {
  const Json value =
      parse_json(R"({"s":"text","n":-1,"f":1.5,"a":[1,2],"o":{},"z":null})", "thing");
  const JsonObject object(value, "thing", {"s", "n", "f", "a", "o", "z"});
  CHECK(object.string("s") == "text");
  CHECK(object.string_or_null("z") == std::nullopt);
  CHECK(object.array("a", 2).size() == 2);
  CHECK(object.object("o").empty());
  CHECK(code_of([&] { object.string("z"); }) == Code::malformed);
  CHECK(code_of([&] { object.string("s", 3); }) == Code::malformed);
  CHECK(code_of([&] { object.integer("n"); }) == Code::malformed);
  CHECK(code_of([&] { object.integer("f"); }) == Code::malformed);
  CHECK(code_of([&] { object.integer("s"); }) == Code::malformed);
  CHECK(code_of([&] { object.array("a", 1); }) == Code::malformed);
  CHECK(code_of([&] { object.array("o", 1); }) == Code::malformed);
  CHECK(code_of([&] { object.object("a"); }) == Code::malformed);
  CHECK(code_of([&] { object.at("none"); }) == Code::malformed);
}

TEST_CASE("Another version of a format is unsupported, another format malformed", "[json]") {
  const auto format = [](const char* text) {
    return code_of([&] {
      const Json value{{"format", text}};
      JsonObject(value, "thing", {"format"}).format("depone/entry/1");
    });
  };
  CHECK(format("depone/entry/1") == std::nullopt);
  CHECK(format("depone/entry/2") == Code::unsupported);
  CHECK(format("depone/other/1") == Code::malformed);
}

}  // namespace
}  // namespace depone
