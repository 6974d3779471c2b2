#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "store/records/records.h"
#include "store/search/index.h"
#include "store/search/query.h"
#include "store/vault.h"

namespace depone {

// Full-text search over the newest head of each record (store/search/index.h; the language is
// store/search/query.h's).

struct SearchOptions {
  RecordFilter filter = {};
  // source.identity is searched too, and only then.
  bool identity = false;
};

struct SearchMatch {
  std::int64_t record = 0;  // records.number
  double score = 0;         // higher is better
};
struct SearchResult {
  std::vector<SearchMatch> matches;  // best first; of equal ones the newest
  // There were more matches than can be ranked at once: these are the best of the newest ones.
  bool newest_only = false;
};

// How many matches are ranked where there is a limit.
inline constexpr std::size_t kRanked = 2'000;

// With a limit in the filter at most so many, of the newest kRanked matches; without one everything
// that matches.
SearchResult search_records(Vault& vault, const SearchQuery& query, const SearchOptions& options);

struct SearchHit {
  RecordSummary record;
  double score = 0;
  std::vector<std::string>
      matched;  // "account.text: …snippet…": field and text around the match, as stored
};
// What is shown of a match.
SearchHit hit_of(Vault& vault, const SearchMatch& match, const SearchQuery& query,
                 const SearchOptions& options);

// The words of a text as the index has them.
std::vector<std::string> words_of(std::string_view text);

}  // namespace depone
