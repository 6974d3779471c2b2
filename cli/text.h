#pragma once

#include <cstddef>
#include <string_view>

namespace depone::cli {

// One character of a text: of UTF-8 where valid, else one byte.
struct Character {
  char32_t code = 0;
  std::size_t length = 1;  // bytes
  bool valid = false;
};
Character character_at(std::string_view text, std::size_t at);

// Columns that a terminal gives a character: 0 for combining and joining ones, 2 for wide ones.
std::size_t columns_of_character(char32_t code);

// Control characters, direction marks and overrides, line separators, tags: what may move a cursor,
// turn text around or hide it. Joiners, which Persian and Burmese need, are not among them.
bool steers_terminal(char32_t code);

}  // namespace depone::cli
