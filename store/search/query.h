#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace depone {

// Words in a row; of the last one the beginning is enough where `prefix`.
struct SearchPhrase {
  std::vector<std::string> words;  // never empty
  bool prefix = false;
};

// What a person searches for: words, "phrases", begin*, joined by AND (or nothing), OR and NOT, in
// round brackets where that is needed. NOT binds more than AND, AND more than OR. Only the capital
// letters and characters named here mean something.
struct SearchQuery {
  enum class Kind { term, all, any };
  Kind kind = Kind::term;
  // term: what was typed, in the ways in which the index may hold it (one is enough).
  std::vector<SearchPhrase> phrases = {};
  // all, any: never empty. all: and none of `excluded`.
  std::vector<SearchQuery> parts = {};
  std::vector<SearchQuery> excluded = {};
};

// Code::invalid, in words: no word, an operator with nothing beside it, brackets that do not match,
// only what must not be there, too long or too deep.
SearchQuery parse_query(std::string_view query);
// All words of a text, one after the other; for filters. Code::invalid where it has none.
SearchQuery words_query(std::string_view text);

// For MATCH. Everything typed is in quotes: nothing of it is syntax to FTS5.
std::string fts5_expression(const SearchQuery& query);
// In the order in which FTS5 numbers them; `wanted`: not under NOT.
struct NumberedPhrase {
  const SearchPhrase* phrase;
  bool wanted;
};
std::vector<NumberedPhrase> phrases_of(const SearchQuery& query);
// The terms of a query that are not under NOT.
std::vector<const SearchQuery*> wanted_terms(const SearchQuery& query);

}  // namespace depone
