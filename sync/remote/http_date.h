#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/formats/time.h"

namespace depone {

// The IMF-fixdate of RFC 9110 section 5.6.7, "Tue, 24 Nov 2026 09:30:00 GMT": the only form that is
// written or read here.
std::optional<Time> parse_http_date(std::string_view text);  // the weekday is not compared

}  // namespace depone
