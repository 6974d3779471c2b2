#pragma once

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <array>
#include <cstdint>
#include <memory>

namespace depone {

// One spelling for all the ways in which a word is written. NFKC_Casefold (case, full-width and
// presentation forms, decomposed Hangul), then what readers leave out or write in several ways:
// marks of Latin, Greek, Arabic, Hebrew, Syriac and Ethiopic; Cyrillic stress and the dots of ё;
// Latin letters that do not decompose (đ, ø, ł, ɗ …); Arabic letter variants and tatweel; Hebrew
// final letters; Ethiopic letters of one sound; the nukta and the two spellings of a nasal in
// Devanagari; digits of any script. Marks of other scripts stay: there they are letters. What is
// neither letter, mark nor digit is gone.
class WordFolding {
 public:
  WordFolding();
  icu::UnicodeString fold(const icu::UnicodeString& word) const;

 private:
  // What becomes of a UTF-16 unit that its neighbours do not change; `slow` where they may.
  enum class Kind : std::uint8_t { unknown, one, two, drop, mark, slow };
  struct Unit {
    char16_t first = 0;
    char16_t second = 0;
    Kind kind = Kind::unknown;
  };
  using Block = std::array<Unit, 256>;

  Unit classified(char16_t unit) const;
  const Unit& unit_of(char16_t unit) const;
  icu::UnicodeString fold_slowly(const icu::UnicodeString& word) const;

  const icu::Normalizer2* casefold_;
  const icu::Normalizer2* decompose_;
  const icu::Normalizer2* compose_;
  // Asking ICU about each letter of each word is most of the work of indexing: what it said is
  // kept.
  mutable std::array<std::unique_ptr<Block>, 256> blocks_;
};

bool is_word_character(UChar32 c);

// Throws where ICU failed.
void check_icu(UErrorCode status);

}  // namespace depone
