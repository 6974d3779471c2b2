#include "cli/line_reader.h"

#include <catch2/catch_test_macros.hpp>

#include "cli/dialogue.h"
#include "cli/output.h"

namespace depone::cli {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("A line is drawn in rows that leave the last column empty", "[line]") {
  const DrawnLine line = draw_line("> ", "abcdefghijkl", 12, 10);
  CHECK(line.rows == Lines{"> abcdefg", "hijkl"});
  CHECK(line.cursor_row == 1);
  CHECK(line.cursor_column == 5);
}

TEST_CASE("A wide character does not stand half on a row", "[line]") {
  const DrawnLine line = draw_line("> ", "김하나의 집", 12, 10);
  CHECK(line.rows == Lines{"> 김하나", "의 집"});
  CHECK(line.cursor_row == 1);
  CHECK(line.cursor_column == 2);
}

TEST_CASE("Marks take no column", "[line]") {
  const std::string text = "السَّلَامُ";
  const DrawnLine line = draw_line("", text, text.size(), 80);
  CHECK(line.rows == Lines{text});
  CHECK(line.cursor_column == 6);
}

TEST_CASE("A cursor behind a full row stands on the next", "[line]") {
  const DrawnLine line = draw_line("", "abcdefg", 7, 8);
  CHECK(line.rows == Lines{"abcdefg", ""});
  CHECK(line.cursor_row == 1);
  CHECK(line.cursor_column == 0);
}

TEST_CASE("What steers a terminal is drawn made visible", "[line]") {
  const DrawnLine line = draw_line("", "a\x1b[2J\u202eb", 2, 80);
  CHECK(line.rows == Lines{"a<U+001B>[2J<U+202E>b"});
  CHECK(line.cursor_column == 9);
}

TEST_CASE("Columns are those of the terminal, in any script", "[output]") {
  CHECK(columns_of("김하나") == 6);
  CHECK(columns_of("\u1112\u1161\u11ab") == 2);  // conjoining jamo: one syllable
  CHECK(columns_of("မြန်") == 3);
  CHECK(columns_of("עִבְרִית") == 5);
  CHECK(columns_of("हिन्दी") == 5);
  CHECK(columns_of("ไทยนี้") == 4);
  CHECK(columns_of("ｆｕｌｌ") == 8);
}

TEST_CASE("Texts are broken at spaces, and go on behind their indent", "[dialogue]") {
  CHECK(wrapped("one two three", 8) == Lines{"one two", "three"});
  CHECK(wrapped("  one two three", 8) == Lines{"  one", "  two", "  three"});
  CHECK(wrapped("a\n\nb", 8) == Lines{"a", "", "b"});
  CHECK(wrapped("가나다라마바사", 8) == Lines{"가나다라", "마바사"});
  CHECK(wrapped("one two ", 7) == Lines{"one two"});
}

}  // namespace
}  // namespace depone::cli
