#pragma once

#include <string>
#include <string_view>

namespace depone {

// How words are handed to FTS5, as values and in queries: one space between them; a word that
// stands where the one before it does begins with kSamePlace. Words hold neither.
inline constexpr char kSamePlace = '\x02';

inline void append_word(std::string& words, std::string_view word, bool same_place) {
  if (!words.empty()) words += ' ';
  if (same_place) words += kSamePlace;
  words += word;
}

}  // namespace depone
