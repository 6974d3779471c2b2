#include "crypto/structured_fields.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;

std::optional<Code> parsing(std::string_view text) {
  return code_of([&] { sf::parse_dictionary(text, "Header"); });
}

TEST_CASE("Every kind of value is read", "[sf]") {
  const auto fields =
      sf::parse_dictionary(R"(a=1, b=-12.5 ,c="x\"\\y",	d=tok/en:*, e=:AQI=:, f=?0, g)", "Header");
  REQUIRE(fields.size() == 7);
  CHECK(sf::find(fields, "a")->items[0].item.integer == 1);
  CHECK(sf::find(fields, "b")->items[0].item.text == "-12.5");
  CHECK(sf::find(fields, "c")->items[0].item.text == "x\"\\y");
  CHECK(sf::find(fields, "d")->items[0].item.text == "tok/en:*");
  CHECK(sf::find(fields, "e")->items[0].item.bytes == Bytes{1, 2});
  CHECK(sf::find(fields, "f")->items[0].item.integer == 0);
  CHECK(sf::find(fields, "g")->items[0].item.integer == 1);
}

TEST_CASE("An inner list is read with the parameters of its items and its own", "[sf]") {
  const auto fields = sf::parse_dictionary(
      R"(sig1=("@method" "x";sf;key="k");created=5;tag="t", other=1)", "Header");
  const sf::Member& member = fields.at(0);
  CHECK(member.inner_list);
  REQUIRE(member.items.size() == 2);
  CHECK(member.items[1].parameters.size() == 2);
  CHECK(sf::find(member.parameters, "tag")->text == "t");
  CHECK(member.raw == R"(("@method" "x";sf;key="k");created=5;tag="t")");
}

TEST_CASE("An empty header is an empty dictionary", "[sf]") {
  CHECK(sf::parse_dictionary("", "Header").empty());
}

TEST_CASE("What breaks the grammar is refused", "[sf]") {
  for (const char* text : {"a=1,",
                           ",a=1",
                           "a=1 b=2",
                           "A=1",
                           "a=",
                           "a=(",
                           "a=(1",
                           "a=(1)x",
                           "a=(1\"b\")",
                           "a=\"x",
                           "a=\"\\x\"",
                           "a=\"\x7f\"",
                           "a=:A:",
                           "a=:AQI=",
                           "a=?2",
                           "a=-",
                           "a=1.",
                           "a=1.2345",
                           "a=1234567890123456",
                           "a=1;",
                           "a=1;B",
                           "1a=1",
                           "a=(\"x\",)",
                           "a=1\n",
                           "a=\"\xc3\xa9\""}) {
    INFO(text);
    CHECK(parsing(text) == Code::malformed);
  }
}

TEST_CASE("A key or parameter that stands twice is refused", "[sf]") {
  CHECK(parsing("a=1, a=2") == Code::malformed);
  CHECK(parsing("a=1;b=1;b=2") == Code::malformed);
}

TEST_CASE("A header beyond the limit is refused", "[sf]") {
  CHECK(parsing("a=\"" + std::string(sf::kMaxField, 'x') + "\"") == Code::malformed);
}

TEST_CASE("A quoted string is read back", "[sf]") {
  const std::string text = "a \"b\" \\c";
  CHECK(sf::parse_dictionary("k=" + sf::quoted(text), "Header")[0].items[0].item.text == text);
  CHECK(code_of([] { sf::quoted("é"); }) == Code::invalid);
}

}  // namespace
}  // namespace depone
