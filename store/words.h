#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace depone {

// The words of a text, as they are searched for. ICU says where words begin and end (UAX #29, with
// dictionaries for Chinese, Japanese, Thai, Lao, Khmer and Burmese). Each is folded: NFKC_Casefold;
// marks that readers leave out are removed (Latin and Greek accents, Arabic and Hebrew vowel signs,
// Cyrillic stress and the dots of ё); Arabic letter variants become one. Marks of other scripts
// stay: there they are letters.
//
// Hangul is taken in pairs of syllables, because Korean words carry their endings with them:
// 북송되었다 is 북송, 송되, 되었, 었다, each at its own position, so that 북송 is found in it, and
// 강제북송 too. A query is taken apart in the same way and looked for as a phrase.
struct Word {
  std::string text;            // folded
  std::uint32_t position = 0;  // counts words; a line that is kBetweenFields alone is one
  std::uint32_t begin =
      0;  // where it stands in the text, in bytes; of a Hangul pair: its whole word
  std::uint32_t end = 0;
  // As the last word of a query this means everything that begins with it: in scripts without
  // spaces between words, and for a single Hangul syllable.
  bool open_ended = false;
};

std::vector<Word> break_words(std::string_view text);

// Stands between the texts of two fields in the index, so that no phrase is found across them.
inline constexpr std::string_view kBetweenFields = "\x1e";

}  // namespace depone
