#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "crypto/bytes.h"
#include "crypto/secret.h"

struct sqlite3;
struct sqlite3_stmt;

namespace depone {

class Database;

// A prepared statement. bind() by position from 1; text and blobs are copied. Reset and bindings
// cleared by reset().
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  ~Statement();
  Statement& bind(int position, std::int64_t value);
  Statement& bind(int position, std::string_view text);
  Statement& bind_blob(int position, ByteView bytes);
  Statement& bind_null(int position);
  // Binds all, in order: strings as text, integers, nullopt as null, ByteView as blob.
  template <typename... Values>
  Statement& with(const Values&... values) {
    int position = 0;
    (bind_one(++position, values), ...);
    return *this;
  }
  bool step();  // true: a row is there. Code::damaged for one that was read from a damaged page
  void run();   // steps to the end, then reset
  void reset();
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  Bytes blob(int column) const;
  SecretBytes secret(int column) const;
  bool is_null(int column) const;

 private:
  friend class Database;
  Statement(sqlite3* db, sqlite3_stmt* probe, std::string_view sql);
  void check_pages();
  void bind_one(int position, std::int64_t value) { bind(position, value); }
  void bind_one(int position, std::uint64_t value) {
    bind(position, static_cast<std::int64_t>(value));
  }
  void bind_one(int position, int value) { bind(position, static_cast<std::int64_t>(value)); }
  void bind_one(int position, bool value) { bind(position, static_cast<std::int64_t>(value)); }
  void bind_one(int position, std::string_view value) { bind(position, value); }
  void bind_one(int position, const std::string& value) { bind(position, std::string_view(value)); }
  void bind_one(int position, const char* value) { bind(position, std::string_view(value)); }
  void bind_one(int position, ByteView value) { bind_blob(position, value); }
  void bind_one(int position, const Bytes& value) { bind_blob(position, value); }
  template <typename T>
  void bind_one(int position, const std::optional<T>& value) {
    if (value)
      bind_one(position, *value);
    else
      bind_null(position);
  }
  sqlite3* db_ = nullptr;
  sqlite3_stmt* probe_ = nullptr;  // the database's
  sqlite3_stmt* statement_ = nullptr;
};

// A SQLCipher 4 database under a raw key. WAL, synchronous=FULL, foreign keys, secure delete,
// temporary data in memory. Errors: Code::damaged, busy, io (the message says when the disk is
// full), mismatch (a constraint).
class Database {
 public:
  // `create`: the file must not be there. Otherwise it must, and must not be empty
  // (Code::not_found, damaged): a missing database is never taken for a new one. A wrong raw key
  // and a damaged first page look alike: Code::damaged.
  static Database open(const std::filesystem::path& path, const Secret<32>& key, bool create);
  Database(Database&& other) noexcept;
  Database& operator=(Database&& other) noexcept;
  ~Database();

  Statement prepare(std::string_view sql);
  // A statement kept by the database and reset for each use: not to be used twice at once.
  Statement& cached(std::string_view sql);
  void execute(std::string_view sql);
  std::int64_t last_rowid() const;
  std::int64_t changes() const;
  bool in_transaction() const;
  sqlite3* handle() const { return db_; }

 private:
  Database() = default;
  sqlite3* db_ = nullptr;
  struct Cache;
  std::unique_ptr<Cache> cache_;
};

// A transaction, BEGIN IMMEDIATE; rolled back once unless committed.
class Tx {
 public:
  explicit Tx(Database& db);
  ~Tx();
  Tx(const Tx&) = delete;
  Tx& operator=(const Tx&) = delete;
  void commit();

 private:
  Database& db_;
  bool open_ = true;
};

// Migrations: numbered from 1, forward only, PRAGMA user_version. Code::unsupported for a database
// of a newer version.
void migrate(Database& db, std::span<const std::string_view> migrations);

// "4.6.1 community (SQLite 3.46.1)"
std::string sqlcipher_version();

}  // namespace depone
