#include "store/search_query.h"

#include <algorithm>
#include <array>
#include <optional>

#include "crypto/bytes.h"
#include "crypto/error.h"

namespace depone {

namespace {

constexpr std::size_t kMaxQuery = 4096;
constexpr std::size_t kBefore = 60;  // bytes of text around a match, about
constexpr std::size_t kAfter = 90;

// Length of the white space at the beginning of a text.
std::size_t space_at(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r')) return 1;
  if (text.starts_with("\u00a0")) return 2;
  if (text.starts_with("\u3000")) return 3;
  return 0;
}

struct Typed {
  std::string_view text;
  bool prefix = false;
};

// Words and quoted phrases, as typed; a quote that is never closed goes on to the end.
std::vector<Typed> typed_terms(std::string_view query) {
  std::vector<Typed> terms;
  while (!query.empty()) {
    if (const std::size_t space = space_at(query); space > 0) {
      query.remove_prefix(space);
    } else if (query[0] == '"') {
      query.remove_prefix(1);
      const std::size_t end = std::min(query.find('"'), query.size());
      Typed term{query.substr(0, end), false};
      query.remove_prefix(std::min(end + 1, query.size()));
      if (query.starts_with('*')) {
        term.prefix = true;
        query.remove_prefix(1);
      }
      terms.push_back(term);
    } else {
      std::size_t end = 0;
      while (end < query.size() && query[end] != '"' && space_at(query.substr(end)) == 0) ++end;
      Typed term{query.substr(0, end), false};
      term.prefix = term.text.ends_with('*');
      terms.push_back(term);
      query.remove_prefix(end);
    }
  }
  return terms;
}

struct Match {
  std::size_t begin;
  std::size_t end;
};

std::optional<Match> first_match(const std::vector<Word>& words, const SearchTerm& term) {
  const std::size_t length = term.words.size();
  for (std::size_t at = 0; at + length <= words.size(); ++at) {
    bool same = true;
    for (std::size_t i = 0; i < length && same; ++i) {
      const std::string& word = words[at + i].text;
      same =
          i + 1 == length && term.prefix ? word.starts_with(term.words[i]) : word == term.words[i];
    }
    if (same) return Match{words[at].begin, words[at + length - 1].end};
  }
  return std::nullopt;
}

bool is_inside_character(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

// Beginnings of words are good places to cut; long texts without any are cut between characters.
std::size_t cut_before(std::string_view text, std::size_t match) {
  if (match <= kBefore) return 0;
  std::size_t at = match - kBefore;
  while (is_inside_character(text, at)) ++at;
  const std::size_t space = text.find_first_of(" \n", at);
  return space != std::string_view::npos && space + 1 < match ? space + 1 : at;
}

std::size_t cut_after(std::string_view text, std::size_t match) {
  if (text.size() - match <= kAfter) return text.size();
  std::size_t at = match + kAfter;
  while (is_inside_character(text, at)) --at;
  const std::size_t space = text.find_last_of(" \n", at);
  return space != std::string_view::npos && space > match ? space : at;
}

}  // namespace

std::vector<SearchTerm> parse_query(std::string_view query) {
  if (query.size() > kMaxQuery)
    throw Error(Code::invalid, "a search may be at most 4096 bytes long");
  if (!is_utf8(as_bytes(query)) || query.find('\0') != std::string_view::npos) {
    throw Error(Code::invalid, "what is searched for is not UTF-8");
  }
  std::vector<SearchTerm> terms;
  for (const Typed& typed : typed_terms(query)) {
    const std::vector<Word> words = break_words(typed.text);
    if (words.empty()) continue;
    SearchTerm term{std::string(typed.text), {}, typed.prefix || words.back().open_ended};
    for (const Word& word : words) term.words.push_back(word.text);
    terms.push_back(std::move(term));
  }
  if (terms.empty()) throw Error(Code::invalid, "there is no word to search for");
  return terms;
}

std::string fts5_expression(const std::vector<SearchTerm>& terms) {
  std::string expression;
  for (const SearchTerm& term : terms) {
    if (!expression.empty()) expression += " AND ";
    expression += '"';
    for (const char c : term.text) expression += c == '"' ? std::string("\"\"") : std::string(1, c);
    expression += term.prefix ? "\" *" : "\"";
  }
  return expression;
}

std::string snippet_of(std::string_view text, const std::vector<SearchTerm>& terms) {
  const std::vector<Word> words = break_words(text);
  std::optional<Match> first;
  for (const SearchTerm& term : terms) {
    const auto match = first_match(words, term);
    if (match && (!first || match->begin < first->begin)) first = match;
  }
  if (!first) return "";
  const std::size_t from = cut_before(text, first->begin);
  const std::size_t to = cut_after(text, first->end);
  std::string snippet(text.substr(from, to - from));
  std::replace_if(
      snippet.begin(), snippet.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; },
      ' ');
  return (from > 0 ? "…" : "") + snippet + (to < text.size() ? "…" : "");
}

}  // namespace depone
