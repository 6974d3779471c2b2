#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "store/sql.h"

namespace depone {

// What sql.cpp and sql_files.cpp share. Both include SQLCipher's header first.

// Throws the Error that a result of SQLite means.
[[noreturn]] void fail_sql(sqlite3* db, int result);

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
