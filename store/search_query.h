#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/words.h"

namespace depone {

// What a person searches for, taken apart: all terms must be there; a term is a word, the beginning
// of one, or a phrase.
struct SearchTerm {
  std::string text;                // as typed, for FTS5 to break into words as it broke the records
  std::vector<std::string> words;  // never empty
  bool prefix = false;             // the last word is the beginning of one
};
std::vector<SearchTerm> parse_query(
    std::string_view query);  // Code::invalid where there is no word

// For MATCH. Everything typed is in quotes: nothing of it is syntax to FTS5.
std::string fts5_expression(const std::vector<SearchTerm>& terms);

// "…text around the first match…" on one line; "" where no term is in the text.
std::string snippet_of(std::string_view text, const std::vector<SearchTerm>& terms);

}  // namespace depone
