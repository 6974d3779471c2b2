#include "store/search/rank.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "store/search/index.h"

namespace depone {

namespace {

constexpr std::int64_t kSample = 500;

// The share of the records that have the word, from the newest ones that have it.
double share_of(Vault& vault, const SearchPhrase& word, std::int64_t newest) {
  SearchQuery query;
  query.phrases.push_back(word);
  const std::string expression = fts5_expression(query);
  std::int64_t found = 0;
  for (const std::string& table : word_tables(vault)) {
    Statement& rows = vault.db().cached("SELECT rowid FROM " + table + " WHERE " + table +
                                        " MATCH ? ORDER BY rowid DESC LIMIT ?");
    rows.with(expression, kSample - found);
    std::int64_t oldest = 0;
    while (rows.step()) {
      oldest = rows.integer(0);
      ++found;
    }
    rows.reset();
    if (found >= kSample) {
      return static_cast<double>(found) / static_cast<double>(newest - oldest + 1);
    }
  }
  return static_cast<double>(found) / static_cast<double>(std::max<std::int64_t>(newest, 1));
}

}  // namespace

std::string phrase_weights(Vault& vault, const SearchQuery& query) {
  const std::vector<NumberedPhrase> phrases = phrases_of(query);
  std::vector<double> weights;
  weights.reserve(phrases.size());
  const bool one_term = wanted_terms(query).size() == 1;
  std::int64_t newest = 0;
  if (!one_term) {
    Statement& row = vault.db().cached("SELECT coalesce(max(number), 0) FROM records");
    row.step();
    newest = row.integer(0);
    row.reset();
  }
  for (const NumberedPhrase& phrase : phrases) {
    if (!phrase.wanted || one_term) {
      weights.push_back(phrase.wanted ? 1 : 0);
      continue;
    }
    // A phrase is at least as rare as the rarest of its words.
    double rarest = 1;
    for (std::size_t i = 0; i < phrase.phrase->words.size(); ++i) {
      const bool prefix = phrase.phrase->prefix && i + 1 == phrase.phrase->words.size();
      rarest = std::min(rarest, share_of(vault, {{phrase.phrase->words[i]}, prefix}, newest));
    }
    const auto all = static_cast<double>(std::max<std::int64_t>(newest, 1));
    weights.push_back(std::log(1 + (1 - rarest + 0.5 / all) / (rarest + 0.5 / all)));
  }
  std::string bytes(weights.size() * sizeof(double), '\0');
  std::memcpy(bytes.data(), weights.data(), bytes.size());
  return bytes;
}

}  // namespace depone
