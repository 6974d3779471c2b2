#include "sync/remote/http_date.h"

#include <array>

namespace depone {

std::optional<Time> parse_http_date(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kMonths{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT" ||
      text[7] != ' ' || text[11] != ' ' || text[16] != ' ') {
    return std::nullopt;
  }
  for (std::size_t month = 0; month < kMonths.size(); ++month) {
    if (text.substr(8, 3) != kMonths[month]) continue;
    const std::string number = (month < 9 ? "0" : "") + std::to_string(month + 1);
    return Time::parse(std::string(text.substr(12, 4)) + "-" + number + "-" +
                       std::string(text.substr(5, 2)) + "T" + std::string(text.substr(17, 8)) +
                       "Z");
  }
  return std::nullopt;
}

}  // namespace depone
