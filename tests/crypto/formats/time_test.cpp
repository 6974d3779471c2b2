#include "crypto/formats/time.h"

#include <catch2/catch_test_macros.hpp>

namespace depone {
namespace {

TEST_CASE("Times are written and read", "[time]") {
  // Values of GNU date -u -d @N.
  const std::pair<std::int64_t, const char*> known[] = {{0, "1970-01-01T00:00:00Z"},
                                                        {951'827'696, "2000-02-29T12:34:56Z"},
                                                        {1'795'512'600, "2026-11-24T09:30:00Z"},
                                                        {-1, "1969-12-31T23:59:59Z"},
                                                        {253'402'300'799, "9999-12-31T23:59:59Z"},
                                                        {4'107'542'399, "2100-02-28T23:59:59Z"},
                                                        {4'107'542'400, "2100-03-01T00:00:00Z"}};
  for (const auto& [seconds, text] : known) {
    INFO(text);
    CHECK(Time{seconds}.text() == text);
    CHECK(Time::parse(text) == Time{seconds});
  }
}

TEST_CASE("Every day from 1900 to 2100 is read back", "[time]") {
  bool same = true;
  for (std::int64_t day = -25'567; day < 47'482; ++day) {
    const Time time{day * 86'400 + 7};
    same = same && Time::parse(time.text()) == time;
  }
  CHECK(same);
}

TEST_CASE("Any other form is refused", "[time]") {
  for (const char* text :
       {"", "2026-11-24", "2026-11-24T09:30:00", "2026-11-24T09:30:00z", "2026-11-24t09:30:00Z",
        "2026-11-24T09:30:00.0Z", "2026-11-24T09:30:00+00:00", "2026-11-24 09:30:00Z",
        "2026-11-24T09:30:0aZ", "2026-11-24T9:30:00Z", " 2026-11-24T09:30:00Z",
        "2026-11-24T09:30:00Z "}) {
    INFO(text);
    CHECK_FALSE(Time::parse(text));
  }
}

TEST_CASE("A day or time that does not exist is refused", "[time]") {
  for (const char* text : {"2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
                           "2026-04-31T00:00:00Z", "2026-04-00T00:00:00Z", "2026-04-01T24:00:00Z",
                           "2026-04-01T00:60:00Z", "2026-04-01T00:00:60Z"}) {
    INFO(text);
    CHECK_FALSE(Time::parse(text));
  }
}

}  // namespace
}  // namespace depone
