#include "cli/text.h"

#include <catch2/catch_test_macros.hpp>

#include "cli/context.h"
#include "cli/output.h"
#include "cli/progress.h"

namespace depone::cli {
namespace {

TEST_CASE("Plain text of any script is printed as it is", "[text]") {
  const std::string text = "북송 拘留 مرحبا ትግርኛ é 👩‍👧";
  CHECK(printable(text) == text);
}

TEST_CASE("What steers a terminal is made visible", "[text]") {
  CHECK(printable("a\x1b[31mb") == "a<U+001B>[31mb");
  CHECK(printable("a\nb\tc\r") == "a<U+000A>b<U+0009>c<U+000D>");
  CHECK(printable("\xc2\x9b") == "<U+009B>");
  CHECK(printable("\x7f") == "<U+007F>");
  CHECK(printable("exe.\u202etxt") == "exe.<U+202E>txt");
  CHECK(printable("\u2066a\u2069") == "<U+2066>a<U+2069>");
  CHECK(printable("\U000e0041") == "<U+E0041>");
}

TEST_CASE("Bytes that are no UTF-8 are made visible", "[text]") {
  CHECK(printable("a\xff"
                  "b") == "a<byte FF>b");
  CHECK(printable("\xed\xa0\x80") == "<byte ED><byte A0><byte 80>");
  CHECK(printable("\xc0\xaf") == "<byte C0><byte AF>");
  CHECK(printable("\xe2\x82") == "<byte E2><byte 82>");
}

TEST_CASE("JSON says the same and holds nothing that steers a terminal", "[text]") {
  const Json value{{"a", "\x1b\u202e\x7f\xc2\x9b é"}};
  const std::string text = json_text(value);
  CHECK(text == "{\"a\":\"\\u001b\\u202e\\u007f\\u009b é\"}");
  CHECK(parse_json(text, "test") == value);
}

TEST_CASE("Columns count wide and combining characters", "[text]") {
  CHECK(columns_of("abc") == 3);
  CHECK(columns_of("북송") == 4);
  CHECK(columns_of("e\u0301") == 1);
}

TEST_CASE("A text is cut between characters", "[text]") {
  CHECK(cut_to("abcdef", 6) == "abcdef");
  CHECK(cut_to("abcdef", 5) == "abcd…");
  CHECK(cut_to("북송되었다", 5) == "북송…");
  CHECK(padded_to("북송", 6) == "북송  ");
}

TEST_CASE("Sizes are shown in the largest unit", "[text]") {
  CHECK(human_bytes(1023) == "1023 B");
  CHECK(human_bytes(1536) == "1.5 KiB");
  CHECK(human_bytes(3ull << 30) == "3.0 GiB");
}

}  // namespace
}  // namespace depone::cli
