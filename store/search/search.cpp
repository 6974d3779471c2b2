#include "store/search/search.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "crypto/error.h"
#include "store/records/filter.h"
#include "store/records/list.h"
#include "store/search/rank.h"
#include "store/search/snippet.h"
#include "store/search/words.h"

namespace depone {

namespace {

constexpr std::size_t kMaxSnippets = 3;

void put_best_first(std::vector<SearchMatch>& matches, std::size_t limit) {
  const auto better = [](const SearchMatch& a, const SearchMatch& b) {
    return a.score != b.score ? a.score > b.score : a.record > b.record;
  };
  const std::size_t wanted = limit == 0 ? matches.size() : std::min(limit, matches.size());
  std::partial_sort(matches.begin(), matches.begin() + static_cast<std::ptrdiff_t>(wanted),
                    matches.end(), better);
  matches.resize(wanted);
}

std::size_t how_many_to_rank(const SearchQuery& query) {
  std::size_t most = 1;
  for (const SearchQuery* term : wanted_terms(query)) {
    std::size_t words = 0;
    for (const SearchPhrase& way : term->phrases) words += way.words.size();
    most = std::max(most, words);
  }
  return std::max(kRankedAtLeast, kRanked / most);
}

// "AND place : …" for a query that is also of a place.
std::string expression_of(const SearchQuery& query, const RecordFilter& filter) {
  const std::string words = fts5_expression(query);
  return filter.place
             ? "(" + words + ") AND {place} : " + fts5_expression(words_query(*filter.place))
             : words;
}

SearchResult search_words(Vault& vault, const SearchQuery& query, const RecordFilter& filter) {
  const FilterSql conditions(vault, filter);
  const std::string expression = expression_of(query, filter);
  const std::string weights = phrase_weights(vault, query);
  const std::size_t most = filter.limit == 0 ? 0 : std::max(how_many_to_rank(query), filter.limit);
  SearchResult result;
  for (const std::string& table : word_tables(vault)) {
    const std::string from = conditions.empty()
                                 ? " FROM " + table + " WHERE "
                                 : " FROM " + table +
                                       " CROSS JOIN record_filters f ON f.number = " + table +
                                       ".rowid WHERE ";
    Statement& rows = vault.db().cached("SELECT " + table + ".rowid, depone_rank(" + table +
                                        ", ?)" + from + table + " MATCH ?" + conditions.text() +
                                        " ORDER BY " + table + ".rowid DESC");
    rows.bind_blob(1, as_bytes(weights)).bind(2, expression);
    conditions.bind_to(rows, 3);
    while (rows.step()) {
      if (most != 0 && result.matches.size() == most) {
        result.newest_only = true;
        break;
      }
      result.matches.push_back({rows.integer(0), rows.real(1)});
    }
    rows.reset();
    if (result.newest_only) break;
  }
  result.ranked = result.matches.size();
  put_best_first(result.matches, filter.limit);
  return result;
}

// The records that a term is in, ascending, wherever it stands.
std::vector<std::int64_t> records_with(Vault& vault, const SearchQuery& term) {
  std::vector<std::string> tables = word_tables(vault);
  std::reverse(tables.begin(), tables.end());
  std::vector<std::int64_t> found;
  const auto add_from = [&](const std::string& table) {
    Statement& rows = vault.db().cached("SELECT rowid FROM " + table + " WHERE " + table +
                                        " MATCH ? ORDER BY rowid");
    rows.with(fts5_expression(term));
    while (rows.step()) found.push_back(rows.integer(0));
    rows.reset();
  };
  for (const std::string& table : tables) add_from(table);
  if (!has_identity_words(vault)) return found;
  const auto middle = static_cast<std::ptrdiff_t>(found.size());
  add_from(std::string(kIdentityTable));
  std::inplace_merge(found.begin(), found.begin() + middle, found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

// A word of the query may be in who the source is and another one in the account, which are not in
// one table: so each term is looked up alone.
std::vector<std::int64_t> records_of(Vault& vault, const SearchQuery& query) {
  if (query.kind == SearchQuery::Kind::term) return records_with(vault, query);
  std::vector<std::int64_t> found;
  for (std::size_t i = 0; i < query.parts.size(); ++i) {
    const std::vector<std::int64_t> part = records_of(vault, query.parts[i]);
    std::vector<std::int64_t> both;
    if (i == 0) {
      both = part;
    } else if (query.kind == SearchQuery::Kind::any) {
      std::set_union(found.begin(), found.end(), part.begin(), part.end(),
                     std::back_inserter(both));
    } else {
      std::set_intersection(found.begin(), found.end(), part.begin(), part.end(),
                            std::back_inserter(both));
    }
    found = std::move(both);
  }
  for (const SearchQuery& part : query.excluded) {
    const std::vector<std::int64_t> without = records_of(vault, part);
    std::vector<std::int64_t> left;
    std::set_difference(found.begin(), found.end(), without.begin(), without.end(),
                        std::back_inserter(left));
    found = std::move(left);
  }
  return found;
}

SearchResult search_with_identity(Vault& vault, const SearchQuery& query,
                                  const RecordFilter& filter) {
  const std::vector<std::int64_t> found = records_of(vault, query);
  const FilterSql conditions(vault, filter);
  std::set<std::int64_t> of_place;
  if (filter.place) {
    for (const SearchMatch& match :
         search_words(vault, words_query(*filter.place), {.place = filter.place}).matches) {
      of_place.insert(match.record);
    }
  }
  Statement& fits =
      vault.db().cached("SELECT 1 FROM record_filters f WHERE f.number = ?" + conditions.text());
  SearchResult result;
  for (auto record = found.rbegin(); record != found.rend(); ++record) {
    if (filter.place && !of_place.contains(*record)) continue;
    if (!conditions.empty()) {
      fits.bind(1, *record);
      conditions.bind_to(fits, 2);
      const bool fit = fits.step();
      fits.reset();
      if (!fit) continue;
    }
    if (filter.limit != 0 && result.matches.size() == std::max(kRanked, filter.limit)) {
      result.newest_only = true;
      break;
    }
    result.matches.push_back({*record, 0});
  }
  // In how many of the terms it is found at all, each by its rarity.
  for (const SearchQuery* term : wanted_terms(query)) {
    const std::vector<std::int64_t> having = records_with(vault, *term);
    const double weight = 1 / (1 + std::log1p(static_cast<double>(having.size())));
    for (SearchMatch& match : result.matches) {
      if (std::binary_search(having.begin(), having.end(), match.record)) match.score += weight;
    }
  }
  result.ranked = result.matches.size();
  put_best_first(result.matches, filter.limit);
  return result;
}

std::vector<std::string> snippets(std::string_view kind, const FieldMap& fields,
                                  const SearchQuery& query, bool identity) {
  const std::vector<const SearchQuery*> terms = wanted_terms(query);
  std::vector<SearchedText> texts = searched_texts(kind, fields);
  if (!identity) {
    std::erase_if(texts, [](const SearchedText& text) {
      return text.column == SearchedText::Column::identity;
    });
  }
  std::stable_partition(texts.begin(), texts.end(), [](const SearchedText& text) {
    return text.column == SearchedText::Column::title;
  });
  std::vector<std::string> found;
  for (const SearchedText& text : texts) {
    const std::string snippet = snippet_of(text.text, terms);
    if (!snippet.empty()) found.push_back(text.path + ": " + snippet);
    if (found.size() == kMaxSnippets) break;
  }
  return found;
}

}  // namespace

SearchResult search_records(Vault& vault, const SearchQuery& query, const SearchOptions& options) {
  ensure_index(vault);
  return options.identity ? search_with_identity(vault, query, options.filter)
                          : search_words(vault, query, options.filter);
}

SearchHit hit_of(Vault& vault, const SearchMatch& match, const SearchQuery& query,
                 const SearchOptions& options) {
  const auto [record, head] = summary_of_number(vault, match.record);
  const FieldMap fields = get_revision(vault, head).fields();
  return {record, match.score, snippets(record.kind, fields, query, options.identity)};
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (Word& word : break_words(text)) words.push_back(std::move(word.text));
  return words;
}

}  // namespace depone
