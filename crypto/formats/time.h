#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace depone {

// A moment, in whole seconds of UTC since 1970. The layers take it as an argument; only cli/ reads
// a clock.
struct Time {
  std::int64_t seconds = 0;
  auto operator<=>(const Time&) const = default;
  std::string text() const;                                 // "2026-11-24T09:30:00Z"
  static std::optional<Time> parse(std::string_view text);  // that form only
};

}  // namespace depone
