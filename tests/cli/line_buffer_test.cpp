#include "cli/line_buffer.h"

#include <catch2/catch_test_macros.hpp>

namespace depone::cli {
namespace {

using Event = LineBuffer::Event;

constexpr const char* kLeft = "\x1b[D";
constexpr const char* kRight = "\x1bOC";
constexpr const char* kBackspace = "\x7f";

std::string typed(std::string_view keys) {
  LineBuffer line;
  line.feed(keys);
  return line.text();
}

std::string typed(std::initializer_list<std::string_view> keys) {
  std::string all;
  for (const std::string_view key : keys) all += key;
  return typed(all);
}

TEST_CASE("Text of any script is taken as it is typed", "[line]") {
  for (const char* text : {"김하나", "မြန်မာစာ", "السَّلَامُ عَلَيْكُمْ", "ትግርኛ", "é", "👩‍👧"})
    CHECK(typed(text) == text);
}

TEST_CASE("A character may come in pieces", "[line]") {
  LineBuffer line;
  for (const char byte : std::string("한é")) {
    std::string_view one(&byte, 1);
    line.feed(one);
  }
  CHECK(line.text() == "한é");
  CHECK_FALSE(line.lost_bytes());
}

TEST_CASE("Backspace takes one character with all its bytes", "[line]") {
  CHECK(typed({"김하나", kBackspace}) == "김하");
  CHECK(typed({"မြန်", kBackspace}) == "မြန");
  CHECK(typed({"عَ", kBackspace, kBackspace}) == "");
  CHECK(typed({kBackspace, "a"}) == "a");
  CHECK(typed({"ab", kLeft, kBackspace}) == "b");
}

TEST_CASE("The cursor moves over a letter with its marks", "[line]") {
  LineBuffer line;
  std::string_view keys = "aعَb";
  line.feed(keys);
  keys = kLeft;
  line.feed(keys);
  CHECK(line.cursor() == line.text().size() - 1);
  keys = kLeft;
  line.feed(keys);
  CHECK(line.cursor() == 1);
  keys = kRight;
  line.feed(keys);
  CHECK(line.cursor() == line.text().size() - 1);
}

TEST_CASE("Keys of an editor work", "[line]") {
  CHECK(typed({"abc", "\x1b[H", "x"}) == "xabc");
  CHECK(typed({"abc", "\x01", "x", "\x05", "y"}) == "xabcy");
  CHECK(typed({"abc", "\x1b[1~", "\x1b[3~"}) == "bc");
  CHECK(typed({"one two  ", "\x17"}) == "one ");
  CHECK(typed({"one", kLeft, "\x15"}) == "e");
  CHECK(typed({"one", kLeft, "\x0b"}) == "on");
}

TEST_CASE("What ends a line is told, and the rest is left for the next", "[line]") {
  LineBuffer line;
  std::string_view keys = "ab\ncd";
  CHECK(line.feed(keys) == Event::enter);
  CHECK(line.text() == "ab");
  CHECK(keys == "cd");
  keys = "\x03";
  CHECK(line.feed(keys) == Event::interrupt);
}

TEST_CASE("Ctrl-D ends an empty line only, and Tab recalls into one only", "[line]") {
  LineBuffer line;
  std::string_view keys = "\x04";
  CHECK(line.feed(keys) == Event::end_of_input);
  keys = "\t";
  CHECK(line.feed(keys) == Event::recall);
  CHECK(typed({"ab", kLeft, "\x04", "\t"}) == "a");
}

TEST_CASE("Typed control characters and unknown keys do nothing", "[line]") {
  CHECK(typed({"a", "\x1a", "\x1b[5~", "\x1b[15;2~", "\x1bx", "\x02\x06", "b"}) == "ab");
}

TEST_CASE("What is pasted goes in as it is, line ends too", "[line]") {
  LineBuffer line;
  std::string_view keys = "a\x1b[200~b\r\nc\rd\x1b[31m\x03\t\x1b[201~e";
  CHECK(line.feed(keys) == Event::none);
  CHECK(line.text() == "ab\nc\nd\x1b[31m\x03\te");
}

TEST_CASE("Bytes that are not UTF-8 are left out, and that is known", "[line]") {
  for (const std::string bytes : {"\xff", "\xc0\xaf", "\xed\xa0\x80",
                                  "\xe1\x80"
                                  "a",
                                  "\xe1\n"}) {
    LineBuffer line;
    std::string_view keys = bytes;
    line.feed(keys);
    CHECK(line.lost_bytes());
  }
}

TEST_CASE("A line holds no more than a field", "[line]") {
  LineBuffer line;
  const std::string much((1u << 20) + 1, 'x');
  std::string_view keys = much;
  line.feed(keys);
  CHECK(line.text().size() == 1u << 20);
  CHECK(line.full());
}

TEST_CASE("What is pasted and no field can hold is not kept", "[line]") {
  LineBuffer line;
  const std::string much = "\x1b[200~" + std::string(5u << 20, 'x') + "\x1b[201~";
  std::string_view keys = much;
  line.feed(keys);
  CHECK(line.full());
  CHECK(line.text().empty());
  std::string_view enter = "y\r";
  CHECK(line.feed(enter) == Event::enter);
  CHECK(line.text() == "y");
}

}  // namespace
}  // namespace depone::cli
