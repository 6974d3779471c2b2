#define SQLITE_HAS_CODEC 1
#include <sqlcipher/sqlite3.h>

#include <new>

#include "crypto/error.h"
#include "store/search.h"
#include "store/words.h"

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

int tokenize(Fts5Tokenizer*, void* context, int, const char* text, int length,
             int (*take)(void*, int, const char*, int, int, int)) noexcept {
  try {
    for (const Word& word : break_words(std::string_view(text, static_cast<std::size_t>(length)))) {
      const int result = take(context, 0, word.text.data(), static_cast<int>(word.text.size()),
                              static_cast<int>(word.begin), static_cast<int>(word.end));
      if (result != SQLITE_OK) return result;
    }
    return SQLITE_OK;
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  } catch (...) {
    return SQLITE_ERROR;
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
}

}  // namespace depone
