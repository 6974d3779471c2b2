#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/json.h"
#include "store/evidence/evidence.h"

namespace depone::cli {

// What a typed line asks for besides being an answer. The signs are on every keyboard, in any
// script, and are taken in their wide and Arabic forms too.
enum class Sign {
  none,
  nothing,  // an empty line: left out, kept, gone on
  help,     // ?
  back,     // <
  stop,     // !
  review,   // >
  remove,   // -
  add       // +
};
Sign sign_of(std::string_view line);
// The answer that a line holds: the line, but for one space before what would be a sign.
std::string answer_in(std::string_view line);

// Digits of any script as 0 to 9, for numbers and dates.
std::string with_plain_digits(std::string_view text);
// A number from 1 to `most`; nullopt where it is none.
std::optional<std::size_t> number_in(std::string_view line, std::size_t most);
// Several of them, parted by spaces or commas; nullopt where one is none.
std::optional<std::vector<std::size_t>> numbers_in(std::string_view line, std::size_t most);

// The line as a value of a field. Code::invalid, with what is expected, where it can't be one.
Json value_of_answer(std::string_view kind, std::string_view path, std::string_view line);

// What is expected, in a few words: "a date: 2026-11-24, 2026-11 or 2026".
std::string expected_of(const FieldRule& rule);
// A value as people read it, on one line.
std::string shown(const Json& value);
// The line that would give this value again, to be changed; "" where a line shown to people could
// not.
std::string as_line(const Json& value);

}  // namespace depone::cli
