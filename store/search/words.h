#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace depone {

// The words of a text, as they are searched for. ICU says where words begin and end (UAX #29, with
// dictionaries for Chinese, Japanese, Thai, Lao, Khmer and Burmese); within them everything but
// letters, marks and digits divides (l'homme, example.org). Each is folded
// (store/search/folding.h).
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
  // Written without spaces between words, or a single Hangul syllable: as the last word of a query
  // this means everything that begins with it.
  bool open_ended = false;
};

std::vector<Word> break_words(std::string_view text);
// Each word followed by its other forms (store/search/variants.h), at the same position: what the
// index holds of a text.
std::vector<Word> index_words(std::string_view text);

// The ways in which a word of a script without spaces may be divided in two, besides not at all;
// one of few Chinese characters in more than two.
std::vector<std::vector<std::string>> divisions_of(std::string_view word);

// Stands between the texts of two fields in the index, so that no phrase is found across them.
inline constexpr std::string_view kBetweenFields = "\x1e";

// For comparing tags and names as people write them: the words, with one space between.
std::string folded(std::string_view text);

// Changes whenever the same text may give other words: with ours and with ICU's dictionaries.
std::string words_version();

}  // namespace depone
