#include "store/records/text_diff.h"

#include <catch2/catch_test_macros.hpp>

namespace depone {
namespace {

// "same [gone|come] same"
std::string compared(std::string_view before, std::string_view after) {
  std::string out, was, is;
  for (const TextChange& run : compare_texts(before, after)) {
    out += run.same() ? run.before : "[" + run.before + "|" + run.after + "]";
    was += run.before;
    is += run.after;
  }
  CHECK(was == before);
  CHECK(is == after);
  return out;
}

TEST_CASE("Texts that are the same are one run", "[text_diff]") {
  CHECK(compared("They came at night.", "They came at night.") == "They came at night.");
  CHECK(compared("", "").empty());
}

TEST_CASE("A changed word is found", "[text_diff]") {
  CHECK(compared("They came at night.", "They came at dawn.") == "They came at [night|dawn].");
}

TEST_CASE("Words changed beside one another are one change", "[text_diff]") {
  CHECK(compared("He saw two men there.", "He heard three men there.") ==
        "He [saw two|heard three] men there.");
}

TEST_CASE("A line that came in and one that went are found", "[text_diff]") {
  CHECK(compared("a\nb\nc\n", "a\nc\nd\n") == "a\n[b\n|]c\n[|d\n]");
}

TEST_CASE("Words are found in scripts without spaces between them", "[text_diff]") {
  CHECK(compared("我们在北京工作", "我们在上海工作") == "我们在[北京|上海]工作");
  CHECK(compared("ฉันไปโรงเรียน", "ฉันไปโรงพยาบาล") == "ฉันไป[โรงเรียน|โรงพยาบาล]");
}

TEST_CASE("Words of Korean, Arabic and Amharic are found", "[text_diff]") {
  CHECK(compared("어제 북송되었다", "오늘 북송되었다") == "[어제|오늘] 북송되었다");
  CHECK(compared("جاءوا في الليل", "جاءوا في الفجر") == "جاءوا في [الليل|الفجر]");
  CHECK(compared("ሌሊት መጡ", "ጠዋት መጡ") == "[ሌሊት|ጠዋት] መጡ");
}

TEST_CASE("What a letter carries is not torn off it", "[text_diff]") {
  CHECK(compared("cafe", "cafe\u0301") == "[cafe|cafe\u0301]");
}

TEST_CASE("Two changes far apart in one long line are two", "[text_diff]") {
  std::string middle;
  for (int i = 0; i < 3000; ++i) middle += " word" + std::to_string(i) + ".";
  const auto runs = compare_texts("Begin." + middle + " End.", "Start." + middle + " Stop.");
  REQUIRE(runs.size() == 4);
  CHECK(runs[0].before == "Begin");
  CHECK(runs[1].before.size() == middle.size() + 2);
  CHECK(runs[2].after == "Stop");
}

TEST_CASE("Texts of a million characters with nothing in common are compared in time",
          "[text_diff]") {
  std::string a, b;
  for (int i = 0; i < 100'000; ++i) {
    a += "alpha" + std::to_string(i) + " ";
    b += "beta" + std::to_string(i) + " ";
  }
  CHECK_FALSE(compare_texts(a, b).empty());
}

TEST_CASE("A text made to be divided at one place after the other is compared in time",
          "[text_diff]") {
  std::string middle;
  for (int i = 0; i < 20'000; ++i) {
    middle += "b" + std::to_string(i + 1) + "\n";
    middle += "b" + std::to_string(i) + "\n";
  }
  const std::string before = "x\n" + middle + "y\n";
  const std::string after = "v\n" + middle + "w\n";
  std::string all;
  for (const TextChange& run : compare_texts(before, after)) all += run.after;
  CHECK(all == after);
}

TEST_CASE("Text that came to nothing is one change", "[text_diff]") {
  CHECK(compared("All of it.", "") == "[All of it.|]");
  CHECK(compared("", "All of it.") == "[|All of it.]");
}

}  // namespace
}  // namespace depone
