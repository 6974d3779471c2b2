#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace depone {

// The code points of a text; nullopt where it is not valid UTF-8.
std::optional<std::u32string> code_points(std::string_view utf8);

// White_Space of the Unicode Character Database.
bool is_unicode_space(char32_t point);
// Controls (Cc), line and paragraph separators, and the marks that turn the direction of writing:
// what a name that is shown to somebody may not hold.
bool is_unsafe_to_show(char32_t point);

}  // namespace depone
