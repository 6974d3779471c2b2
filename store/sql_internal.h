#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "store/sql.h"

namespace depone {

// What sql.cpp and sql_files.cpp share. Both include SQLCipher's header first.

// Throws the Error that a result of SQLite means.
[[noreturn]] void fail_sql(sqlite3* db, int result);

// A commit whose sync failed is not seen by anybody who has the database open, but stands in the
// log, from where the next opening would take it as done. Takes it out of there; false where that
// can't be done, and whether the change will be there is open. After the rollback.
bool forget_failed_commit(sqlite3* db);

struct Database::Cache {
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  ~Cache() { sqlite3_finalize(probe); }
  std::unordered_map<std::string, Statement, Hash, std::equal_to<>> statements;
  sqlite3_stmt* probe = nullptr;
};

}  // namespace depone
