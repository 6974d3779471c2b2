#include "cli/change_lines.h"

#include <catch2/catch_test_macros.hpp>

namespace depone::cli {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("The words that changed are marked in the line as it was and as it is",
          "[change_lines]") {
  CHECK(changed_lines("They came at night.", "They came at dawn.") ==
        Lines{"- They came at [-night-].", "+ They came at {+dawn+}."});
}

TEST_CASE("A text that came or went needs no marks", "[change_lines]") {
  CHECK(changed_lines("", "new") == Lines{"+ new"});
  CHECK(changed_lines("old", "") == Lines{"- old"});
  CHECK(changed_lines("alpha", "beta") == Lines{"- alpha", "+ beta"});
}

TEST_CASE("Lines that did not change are left out, and that is shown", "[change_lines]") {
  CHECK(changed_lines("a\nb\nc\nd\n", "x\nb\nc\ny\n") == Lines{"- a", "+ x", "…", "- d", "+ y"});
}

TEST_CASE("A passage that was added at the end leaves the one before it alone", "[change_lines]") {
  CHECK(changed_lines("They came.", "They came.\n\nThey left.") == Lines{"+ ", "+ They left."});
}

TEST_CASE("Of a long line the surroundings of the change are shown", "[change_lines]") {
  const std::string before = std::string(500, 'a') + " night " + std::string(500, 'b');
  const std::string after = std::string(500, 'a') + " dawn " + std::string(500, 'b');
  const Lines lines = changed_lines(before, after);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "- …" + std::string(39, 'a') + " [-night-] " + std::string(39, 'b') + "…");
}

TEST_CASE("Wide and right-to-left scripts are marked by words", "[change_lines]") {
  CHECK(changed_lines("어제 북송되었다", "오늘 북송되었다") ==
        Lines{"- [-어제-] 북송되었다", "+ {+오늘+} 북송되었다"});
  CHECK(changed_lines("جاءوا في الليل", "جاءوا في الفجر") ==
        Lines{"- جاءوا في [-الليل-]", "+ جاءوا في {+الفجر+}"});
}

TEST_CASE("Nothing in a changed text steers the terminal", "[change_lines]") {
  for (const std::string& line : changed_lines("a \x1b[2J b", "a \x1b[2J c \u202e")) {
    CHECK(line.find('\x1b') == std::string::npos);
    CHECK(line.find("\u202e") == std::string::npos);
  }
}

}  // namespace
}  // namespace depone::cli
