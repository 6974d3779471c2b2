#define SQLITE_HAS_CODEC 1
#include <sqlcipher/sqlite3.h>

#include <cstring>
#include <iterator>

#include "crypto/error.h"
#include "store/search/index.h"
#include "store/search/terms.h"

namespace depone {

namespace {

// FTS5's "Custom Tokenizers" (sqlite.org/fts5.html): C functions, which must not throw.

int create(void*, const char**, int, Fts5Tokenizer** out) {
  // Nothing is kept for one table, but the pointer must not be null.
  static char nothing = 0;
  *out = reinterpret_cast<Fts5Tokenizer*>(&nothing);
  return SQLITE_OK;
}

void destroy(Fts5Tokenizer*) {}

// The words come broken already (store/search/terms.h).
int tokenize(Fts5Tokenizer*, void* context, int, const char* text, int length,
             int (*take)(void*, int, const char*, int, int, int)) noexcept {
  int begin = 0;
  while (begin < length) {
    const void* space = std::memchr(text + begin, ' ', static_cast<std::size_t>(length - begin));
    const int end =
        space == nullptr ? length : static_cast<int>(static_cast<const char*>(space) - text);
    const bool same_place = text[begin] == kSamePlace;
    if (same_place) ++begin;
    if (end > begin) {
      const int result = take(context, same_place ? FTS5_TOKEN_COLOCATED : 0, text + begin,
                              end - begin, begin, end);
      if (result != SQLITE_OK) return result;
    }
    begin = end + 1;
  }
  return SQLITE_OK;
}

// A hit in the title counts four times, one in a place twice.
constexpr double kColumnWeights[] = {4, 1, 2};
constexpr double kDefaultWeight = 1;
// Of BM25, as FTS5 has them.
constexpr double kSaturation = 1.2;
constexpr double kByLength = 0.75;

// depone_rank(table, weights): BM25 of the row, but for the rarity of each phrase, which is given
// (doubles in a blob, one a phrase; 0: does not count). FTS5's own bm25() finds it out by reading
// all matches of each.
void rank(const Fts5ExtensionApi* api, Fts5Context* row, sqlite3_context* out, int count,
          sqlite3_value** values) noexcept {
  const auto* weights =
      count == 1 ? static_cast<const char*>(sqlite3_value_blob(values[0])) : nullptr;
  const int phrases =
      weights == nullptr ? 0 : sqlite3_value_bytes(values[0]) / static_cast<int>(sizeof(double));
  sqlite3_int64 rows = 0;
  sqlite3_int64 all = 0;
  int length = 0;
  int result = api->xRowCount(row, &rows);
  if (result == SQLITE_OK) result = api->xColumnTotalSize(row, -1, &all);
  if (result == SQLITE_OK) result = api->xColumnSize(row, -1, &length);
  const double average =
      rows > 0 && all > 0 ? static_cast<double>(all) / static_cast<double>(rows) : 1;
  const double norm =
      kSaturation * (1 - kByLength + kByLength * static_cast<double>(length) / average);
  double score = 0;
  for (int phrase = 0; result == SQLITE_OK && phrase < phrases && phrase < api->xPhraseCount(row);
       ++phrase) {
    double weight = 0;
    std::memcpy(&weight, weights + static_cast<std::size_t>(phrase) * sizeof(double),
                sizeof(double));
    if (weight <= 0) continue;
    Fts5PhraseIter hit{};
    int column = 0;
    int offset = 0;
    double hits = 0;
    for (result = api->xPhraseFirst(row, phrase, &hit, &column, &offset);
         result == SQLITE_OK && column >= 0; api->xPhraseNext(row, &hit, &column, &offset)) {
      hits += static_cast<std::size_t>(column) < std::size(kColumnWeights) ? kColumnWeights[column]
                                                                           : kDefaultWeight;
    }
    score += weight * hits * (kSaturation + 1) / (hits + norm);
  }
  if (result != SQLITE_OK) {
    sqlite3_result_error_code(out, result);
  } else {
    sqlite3_result_double(out, score);
  }
}

fts5_api* api_of(sqlite3* db) {
  fts5_api* api = nullptr;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, nullptr) == SQLITE_OK) {
    sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", nullptr);
    sqlite3_step(statement);
  }
  sqlite3_finalize(statement);
  return api;
}

}  // namespace

void register_tokenizer(Database& db) {
  fts5_api* api = api_of(db.handle());
  fts5_tokenizer functions{create, destroy, tokenize};
  if (api == nullptr ||
      api->xCreateTokenizer(api, "depone", nullptr, &functions, nullptr) != SQLITE_OK) {
    throw Error(Code::unsupported,
                "this build of SQLCipher has no full-text search (FTS5), which the vault needs");
  }
  if (api->xCreateFunction(api, "depone_rank", nullptr, rank, nullptr) != SQLITE_OK) {
    throw Error(Code::io, "the full-text search of SQLCipher does not work here");
  }
}

}  // namespace depone
