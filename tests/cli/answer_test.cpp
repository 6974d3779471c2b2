#include "cli/interview/answer.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/error.h"

namespace depone::cli {
namespace {

Json date(const char* day, const char* type = "exact") {
  return Json{{"date", day}, {"type", type}};
}

bool is_refused(std::string_view kind, std::string_view path, std::string_view line) {
  try {
    value_of_answer(kind, path, line);
  } catch (const Error& error) {
    return error.code() == Code::invalid;
  }
  return false;
}

TEST_CASE("Signs are known in the forms that keyboards have", "[interview]") {
  for (const char* help : {"?", "？", "؟"}) CHECK(sign_of(help) == Sign::help);
  for (const char* back : {"<", "＜"}) CHECK(sign_of(back) == Sign::back);
  for (const char* nothing : {"", "  ", "\t"}) CHECK(sign_of(nothing) == Sign::nothing);
  for (const char* none : {"??", "a", " ?", "..."}) CHECK(sign_of(none) == Sign::none);
}

TEST_CASE("A space before a sign makes it an answer", "[interview]") {
  CHECK(answer_in(" ?") == "?");
  CHECK(answer_in("  two spaces") == "  two spaces");
}

TEST_CASE("Digits of any script are digits", "[interview]") {
  CHECK(with_plain_digits("٢٠٢٦-١٠-٠٢") == "2026-10-02");
  CHECK(with_plain_digits("၂၀၂၆") == "2026");
  CHECK(with_plain_digits("２０２６年") == "2026年");
  CHECK(number_in("٣", 5) == 3);
  CHECK(number_in("0", 5) == std::nullopt);
  CHECK(number_in("6", 5) == std::nullopt);
  CHECK(numbers_in("1، 3", 5) == std::vector<std::size_t>{1, 3});
  CHECK(numbers_in("1,2 5", 5) == std::vector<std::size_t>{1, 2, 5});
  CHECK(numbers_in("1 x", 5) == std::nullopt);
}

TEST_CASE("Dates are read as people write them", "[interview]") {
  CHECK(value_of_answer("incident", "dates.initial", "2026-11-02") == date("2026-11-02"));
  CHECK(value_of_answer("incident", "dates.initial", "2026.11.2.") == date("2026-11-02"));
  CHECK(value_of_answer("incident", "dates.initial", "2026년 11월 2일") == date("2026-11-02"));
  CHECK(value_of_answer("incident", "dates.initial", "2026年11月") ==
        date("2026-11", "unknown day"));
  CHECK(value_of_answer("incident", "dates.initial", "٢٠٢٦") ==
        date("2026", "unknown month and day"));
  CHECK(value_of_answer("incident", "dates.initial", "about 2026-11") ==
        date("2026-11", "estimate"));
}

TEST_CASE("What is no date that exists is refused", "[interview]") {
  for (const char* line : {"2026-02-30", "2026.13.1", "02.11.2026", "yesterday", "2026-11-24T10"})
    CHECK(is_refused("incident", "dates.initial", line));
}

TEST_CASE("A word is chosen by its number, by itself, or by its beginning", "[interview]") {
  for (const char* line : {"2", "٢", "refused", "REF"})
    CHECK(value_of_answer("testimony", "consent.status", line) == "refused");
  for (const char* line : {"5", "0", "maybe", ""})
    CHECK(is_refused("testimony", "consent.status", line));
  CHECK(is_refused("testimony", "reliability", "un"));  // unsure, unknown
}

TEST_CASE("Where own words will do, they are taken as they are", "[interview]") {
  CHECK(value_of_answer("testimony", "source.connection", "1") == "victim");
  CHECK(value_of_answer("testimony", "source.connection", "이웃") == "이웃");
  CHECK(value_of_answer("testimony", "source.connection", "vic") == "vic");
  CHECK(is_refused("testimony", "source.connection", "77"));
}

TEST_CASE("Numbers are read in any script, and held to their bounds", "[interview]") {
  CHECK(value_of_answer("incident", "victims.0.number", "١٢") == 12);
  CHECK(value_of_answer("incident", "place.latitude", "-37.5") == -37.5);
  CHECK(is_refused("incident", "victims.0.number", "-1"));
  CHECK(is_refused("incident", "victims.0.number", "1.5"));
  CHECK(is_refused("incident", "place.latitude", "91"));
}

TEST_CASE("A value can be brought into the line again", "[interview]") {
  CHECK(as_line(date("2026-11", "estimate")) == "about 2026-11");
  CHECK(as_line(date("2026-11", "unknown day")) == "2026-11");
  CHECK(as_line("한글") == "한글");
  CHECK(as_line("?") == " ?");
  CHECK(as_line("two\nlines") == "");
  CHECK(as_line(12) == "12");
}

TEST_CASE("Control and direction characters are stored as they are, and shown made visible",
          "[interview]") {
  const Json value = value_of_answer("testimony", "title", "a\u202eb\x1b[2J");
  CHECK(value == "a\u202eb\x1b[2J");
  CHECK(shown(value) == "a<U+202E>b<U+001B>[2J");
}

}  // namespace
}  // namespace depone::cli
