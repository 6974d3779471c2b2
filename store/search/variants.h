#pragma once

#include <unicode/unistr.h>

#include <vector>

namespace depone {

// Where a reader sees a new character begin, from the second on, in UTF-16 units: in Chinese each,
// in Thai, Lao, Khmer and Burmese a letter with its vowels and marks. Empty for words with anything
// else in them.
std::vector<std::int32_t> inner_characters(const icu::UnicodeString& word);

// Other forms under which a (folded) word is indexed as well, because people look for them: without
// the particles that Arabic, Hebrew and Ethiopic scripts write as part of the word (والسجن: السجن,
// سجن), and the later parts of a word of a script that has no spaces (北京大学: 京大学, 大学),
// because what the dictionary takes for one word, people take for two.
std::vector<icu::UnicodeString> variants_of(const icu::UnicodeString& word);

}  // namespace depone
