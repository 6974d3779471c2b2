#include "store/search/query.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "crypto/bytes.h"
#include "crypto/error.h"
#include "store/search/words.h"

namespace depone {

namespace {

constexpr std::size_t kMaxQuery = 4096;
constexpr std::size_t kMaxTerms = 64;
constexpr std::size_t kMaxDepth = 16;

// Length of the white space at the beginning of a text.
std::size_t space_at(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r')) return 1;
  if (text.starts_with("\u00a0")) return 2;
  if (text.starts_with("\u3000")) return 3;
  return 0;
}

bool is_hebrew_letter(std::string_view text) {
  return text.size() >= 2 && static_cast<unsigned char>(text[0]) == 0xd7 &&
         static_cast<unsigned char>(text[1]) >= 0x90;
}

// צה"ל has a double quote inside, which opens no phrase.
bool is_inside_hebrew(std::string_view text, std::size_t quote) {
  return quote >= 2 && is_hebrew_letter(text.substr(quote - 2)) &&
         is_hebrew_letter(text.substr(quote + 1));
}

[[noreturn]] void refuse(const std::string& why) {
  throw Error(Code::invalid, why + "; nothing was searched");
}

struct Token {
  enum class Kind { term, open, close, conjunction, disjunction, negation, end };
  Kind kind = Kind::end;
  SearchQuery term = {};
};

void add_way(SearchQuery& term, SearchPhrase phrase) {
  const auto same = [&](const SearchPhrase& known) { return known.words == phrase.words; };
  if (std::none_of(term.phrases.begin(), term.phrases.end(), same))
    term.phrases.push_back(std::move(phrase));
}

// Without spaces, where a word ends is for the dictionary to guess, and what stands beside it may
// make it guess otherwise in the text.
void add_other_divisions(SearchQuery& term, const std::string& whole) {
  add_way(term, {{whole}, true});
  for (std::vector<std::string>& parts : divisions_of(whole))
    add_way(term, {std::move(parts), true});
}

// Nothing where the text has no word.
std::optional<SearchQuery> term_of(std::string_view text, bool prefix) {
  const std::vector<Word> words = break_words(text);
  if (words.empty()) return std::nullopt;
  SearchQuery term;
  term.phrases.push_back({{}, prefix || words.back().open_ended});
  bool unspaced = true;
  std::string whole;
  std::uint32_t end = words.front().begin;
  for (const Word& word : words) {
    term.phrases[0].words.push_back(word.text);
    whole += word.text;
    unspaced = unspaced && word.open_ended && word.begin == end;
    end = word.end;
  }
  if (unspaced) add_other_divisions(term, whole);
  return term;
}

std::vector<Token> tokens_of(std::string_view query) {
  using Kind = Token::Kind;
  std::vector<Token> tokens;
  const auto add_term = [&](std::string_view text, bool prefix) {
    if (auto term = term_of(text, prefix)) tokens.push_back({Kind::term, std::move(*term)});
    if (tokens.size() > 4 * kMaxTerms) refuse("a search may have at most 64 words");
  };
  for (std::size_t at = 0; at < query.size();) {
    if (const std::size_t space = space_at(query.substr(at)); space > 0) {
      at += space;
    } else if (query[at] == '(' || query[at] == ')') {
      tokens.push_back({query[at++] == '(' ? Kind::open : Kind::close});
    } else if (query[at] == '"') {
      // A quote that is never closed goes on to the end.
      const std::size_t end = std::min(query.find('"', at + 1), query.size());
      const std::string_view text = query.substr(at + 1, end - at - 1);
      at = std::min(end + 1, query.size());
      const bool prefix = at < query.size() && query[at] == '*';
      if (prefix) ++at;
      add_term(text, prefix);
    } else {
      const std::size_t from = at;
      while (at < query.size() && query[at] != '(' && query[at] != ')' &&
             space_at(query.substr(at)) == 0 && (query[at] != '"' || is_inside_hebrew(query, at))) {
        ++at;
      }
      const std::string_view text = query.substr(from, at - from);
      if (text == "AND") {
        tokens.push_back({Kind::conjunction});
      } else if (text == "OR") {
        tokens.push_back({Kind::disjunction});
      } else if (text == "NOT") {
        tokens.push_back({Kind::negation});
      } else {
        add_term(text, text.ends_with('*'));
      }
    }
  }
  tokens.push_back({Kind::end});
  return tokens;
}

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  SearchQuery whole() {
    if (next() == Kind::end) refuse("there is no word to search for");
    SearchQuery query = any(0);
    if (next() == Kind::close) refuse("a closing bracket has no opening one");
    if (query.parts.empty() && !query.excluded.empty()) only_excluded();
    return query;
  }

 private:
  using Kind = Token::Kind;
  Kind next() const { return tokens_[at_].kind; }

  [[noreturn]] static void only_excluded() {
    refuse("NOT takes away from what other words find, and there are none: write them before it");
  }
  [[noreturn]] void misplaced() const {
    switch (next()) {
      case Kind::conjunction:
        refuse("AND stands between two words (to look for the word itself, write \"and\")");
      case Kind::disjunction:
        refuse("OR stands between two words (to look for the word itself, write \"or\")");
      case Kind::negation:
        refuse("NOT stands before one word (to look for the word itself, write \"not\")");
      default:
        refuse("a word is missing behind AND, OR, NOT or between brackets");
    }
  }

  SearchQuery any(std::size_t depth) {
    if (depth > kMaxDepth) refuse("there are too many brackets in each other");
    SearchQuery query = all(depth);
    if (next() != Kind::disjunction) return query;
    SearchQuery out;
    out.kind = SearchQuery::Kind::any;
    while (true) {
      if (query.parts.empty() && !query.excluded.empty()) only_excluded();
      out.parts.push_back(std::move(query));
      if (next() != Kind::disjunction) return out;
      ++at_;
      query = all(depth);
    }
  }

  // One term comes out as it is; what has only NOTs comes out without parts.
  SearchQuery all(std::size_t depth) {
    SearchQuery out;
    out.kind = SearchQuery::Kind::all;
    while (true) {
      const bool negative = next() == Kind::negation;
      if (negative) ++at_;
      SearchQuery part = primary(depth);
      if (negative) {
        if (part.kind == SearchQuery::Kind::all && part.parts.empty()) only_excluded();
        out.excluded.push_back(std::move(part));
      } else if (part.kind == SearchQuery::Kind::all) {
        std::move(part.parts.begin(), part.parts.end(), std::back_inserter(out.parts));
        std::move(part.excluded.begin(), part.excluded.end(), std::back_inserter(out.excluded));
      } else {
        out.parts.push_back(std::move(part));
      }
      if (next() == Kind::conjunction) {
        ++at_;
      } else if (next() == Kind::end || next() == Kind::close || next() == Kind::disjunction) {
        break;
      }
    }
    if (out.parts.size() == 1 && out.excluded.empty()) return std::move(out.parts.front());
    return out;
  }

  SearchQuery primary(std::size_t depth) {
    if (next() == Kind::open) {
      ++at_;
      SearchQuery query = any(depth + 1);
      if (next() != Kind::close) refuse("an opening bracket has no closing one");
      ++at_;
      return query;
    }
    if (next() != Kind::term) misplaced();
    if (++terms_ > kMaxTerms) refuse("a search may have at most 64 words");
    return std::move(tokens_[at_++].term);
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t terms_ = 0;
};

void append_phrase(std::string& expression, const SearchPhrase& phrase) {
  expression += '"';
  for (std::size_t i = 0; i < phrase.words.size(); ++i) {
    if (i > 0) expression += ' ';
    expression += phrase.words[i];  // holds letters, marks and digits only
  }
  expression += phrase.prefix ? "\" *" : "\"";
}

template <typename Part, typename Append>
void append_joined(std::string& expression, const std::vector<Part>& parts, const char* between,
                   Append append) {
  expression += '(';
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) expression += between;
    append(parts[i]);
  }
  expression += ')';
}

void append_query(std::string& expression, const SearchQuery& query) {
  const auto append = [&](const SearchQuery& part) { append_query(expression, part); };
  switch (query.kind) {
    case SearchQuery::Kind::term:
      append_joined(expression, query.phrases, " OR ",
                    [&](const SearchPhrase& phrase) { append_phrase(expression, phrase); });
      break;
    case SearchQuery::Kind::any:
      append_joined(expression, query.parts, " OR ", append);
      break;
    case SearchQuery::Kind::all:
      if (!query.excluded.empty()) expression += '(';
      append_joined(expression, query.parts, " AND ", append);
      if (!query.excluded.empty()) {
        expression += " NOT ";
        append_joined(expression, query.excluded, " OR ", append);
        expression += ')';
      }
      break;
  }
}

void collect(const SearchQuery& query, bool wanted, std::vector<NumberedPhrase>* phrases,
             std::vector<const SearchQuery*>* terms) {
  for (const SearchPhrase& phrase : query.phrases) {
    if (phrases != nullptr) phrases->push_back({&phrase, wanted});
  }
  if (query.kind == SearchQuery::Kind::term && wanted && terms != nullptr) terms->push_back(&query);
  for (const SearchQuery& part : query.parts) collect(part, wanted, phrases, terms);
  for (const SearchQuery& part : query.excluded) collect(part, false, phrases, terms);
}

void check_text(std::string_view query) {
  if (query.size() > kMaxQuery) refuse("a search may be at most 4096 bytes long");
  if (!is_utf8(as_bytes(query)) || query.find('\0') != std::string_view::npos) {
    refuse("what is searched for is not UTF-8");
  }
}

}  // namespace

SearchQuery parse_query(std::string_view query) {
  check_text(query);
  return Parser(tokens_of(query)).whole();
}

SearchQuery words_query(std::string_view text) {
  check_text(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? ' ' : c;
  return Parser(tokens_of(quoted + "\"")).whole();
}

std::string fts5_expression(const SearchQuery& query) {
  std::string expression;
  append_query(expression, query);
  return expression;
}

std::vector<NumberedPhrase> phrases_of(const SearchQuery& query) {
  std::vector<NumberedPhrase> phrases;
  collect(query, true, &phrases, nullptr);
  return phrases;
}

std::vector<const SearchQuery*> wanted_terms(const SearchQuery& query) {
  std::vector<const SearchQuery*> terms;
  collect(query, true, nullptr, &terms);
  return terms;
}

}  // namespace depone
