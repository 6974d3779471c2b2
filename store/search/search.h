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
  // There were more matches than can be ranked in time: these are the best of the newest `ranked`.
  bool newest_only = false;
  std::size_t ranked = 0;
};

// How many matches of words are ranked where there is a limit. Matches of a phrase are found more
// slowly, the more so the more words it has and the more ways there are to divide it: of those it
// is this many by the words of all its ways (of the term that has most), and kRankedAtLeast.
inline constexpr std::size_t kRanked = 2'000;
inline constexpr std::size_t kRankedAtLeast = 250;

// With a limit in the filter at most so many, of the newest matches; without one everything that
// matches.
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
