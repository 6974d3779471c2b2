#include "store/search/snippet.h"

#include <algorithm>
#include <optional>

#include "store/search/words.h"

namespace depone {

namespace {

constexpr std::size_t kBefore = 60;  // bytes of text around a match, about
constexpr std::size_t kAfter = 90;

struct Match {
  std::size_t begin;
  std::size_t end;
};

bool is_word(const Word& word, const std::string& wanted, bool prefix) {
  return prefix ? word.text.starts_with(wanted) : word.text == wanted;
}

// Whether the phrase's words from the i-th stand in the places that follow `position`; words of one
// place are beside each other, from `at`.
std::optional<std::size_t> end_of_match(const std::vector<Word>& words, std::size_t at,
                                        const SearchPhrase& phrase) {
  std::size_t end = 0;
  std::uint32_t position = words[at].position;
  for (std::size_t i = 0; i < phrase.words.size(); ++i, ++position) {
    const bool prefix = phrase.prefix && i + 1 == phrase.words.size();
    bool found = false;
    if (i > 0) {
      while (at < words.size() && words[at].position < position) ++at;
    }
    for (; at < words.size() && words[at].position == position; ++at) {
      if (is_word(words[at], phrase.words[i], prefix)) {
        found = true;
        end = words[at].end;
        break;
      }
    }
    if (!found) return std::nullopt;
  }
  return end;
}

std::optional<Match> first_match(const std::vector<Word>& words, const SearchPhrase& phrase) {
  const bool alone = phrase.prefix && phrase.words.size() == 1;
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (!is_word(words[at], phrase.words[0], alone)) continue;
    if (const auto end = end_of_match(words, at, phrase)) return Match{words[at].begin, *end};
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

std::string snippet_of(std::string_view text, const std::vector<const SearchQuery*>& terms) {
  const std::vector<Word> words = index_words(text);
  std::optional<Match> first;
  for (const SearchQuery* term : terms) {
    for (const SearchPhrase& phrase : term->phrases) {
      const auto match = first_match(words, phrase);
      if (match && (!first || match->begin < first->begin)) first = match;
    }
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
