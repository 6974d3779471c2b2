#include "crypto/formats/time.h"

#include <array>
#include <cstddef>

namespace depone {
namespace {

// Civil calendar from days since 1970-01-01 and back (proleptic Gregorian), by eras of 400 years.
struct Civil {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

Civil civil_from_days(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const unsigned day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted = (5 * day_of_year + 2) / 153;
  const unsigned day = day_of_year - (153 * shifted + 2) / 5 + 1;
  const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  const std::int64_t year =
      static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0);
  return {year, month, day};
}

std::int64_t days_from_civil(Civil date) {
  const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year =
      (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

void put(std::string& out, std::int64_t value, std::size_t digits) {
  std::string text = std::to_string(value);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  out += text;
}

}  // namespace

std::string Time::text() const {
  const std::int64_t day = (seconds >= 0 ? seconds : seconds - 86399) / 86400;
  const std::int64_t rest = seconds - day * 86400;
  const Civil date = civil_from_days(day);
  std::string out;
  put(out, date.year, 4);
  out += '-';
  put(out, date.month, 2);
  out += '-';
  put(out, date.day, 2);
  out += 'T';
  put(out, rest / 3600, 2);
  out += ':';
  put(out, rest / 60 % 60, 2);
  out += ':';
  put(out, rest % 60, 2);
  out += 'Z';
  return out;
}

std::optional<Time> Time::parse(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:ddZ";
  if (text.size() != kForm.size()) return std::nullopt;
  std::array<unsigned, 6> parts{};
  std::size_t part = 0;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    if (kForm[i] == 'd') {
      if (text[i] < '0' || text[i] > '9') return std::nullopt;
      parts[part] = parts[part] * 10 + static_cast<unsigned>(text[i] - '0');
    } else {
      if (text[i] != kForm[i]) return std::nullopt;
      ++part;
    }
  }
  const auto [year, month, day, hour, minute, second] = parts;
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::int64_t days = days_from_civil({static_cast<std::int64_t>(year), month, day});
  const Time time{days * 86400 + hour * 3600 + minute * 60 + second};
  if (time.text() != text) return std::nullopt;  // a day that does not exist
  return time;
}

}  // namespace depone
