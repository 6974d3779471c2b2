#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/secret.h"

struct sqlite3;
struct sqlite3_stmt;

namespace depone {

class Database;
using PageProgress = std::function<void(std::uint64_t done, std::uint64_t of)>;

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
  // The file as it stands, without a log beside it: nothing is locked, made or written. For copies
  // that nobody else has open, and for a file system that can't be written to.
  static Database open_read_only(const std::filesystem::path& path, const Secret<32>& key);
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

  // Writes what is in the log into the file and closes. Afterwards nothing but the destructor and
  // an assignment may be used. Code::busy where something is still being read or written.
  void close();
  // A new file with the same pages under another key, durable; nothing beside it. The file must not
  // be there; it is gone again where this throws.
  void reencrypt_to(const std::filesystem::path& path, const Secret<32>& key,
                    const PageProgress& progress);
  // The files as they are on disk: ciphertext. Read through SQLite's own descriptors, because
  // closing another one of the same file would drop the locks that this process holds on it.
  enum class RawFile { database, log };
  std::uint64_t raw_size(RawFile which) const;
  void read_raw(RawFile which, std::uint64_t offset, std::span<std::uint8_t> into) const;
  // What does not authenticate of a file, in SQLCipher's words ("HMAC verification failed for page
  // 3"), also where it can't be opened any more. Empty: every page is as it was written. What is
  // in the log is not looked at.
  static std::vector<std::string> damaged_pages(const std::filesystem::path& path,
                                                const Secret<32>& key);
  // Waits for another process's transaction this long (ten seconds unless said).
  void set_patience(int milliseconds);

 private:
  Database() = default;
  static Database open_immutable(const std::filesystem::path& path, const Secret<32>& key);
  void set_key(const Secret<32>& key);
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

std::int64_t schema_version(Database& db);  // PRAGMA user_version
// Migrations: numbered from 1, forward only, PRAGMA user_version; all that are due in one
// transaction. Code::unsupported for a database of a newer version.
void migrate(Database& db, std::span<const std::string_view> migrations);

// "4.6.1 community (SQLite 3.46.1)"
std::string sqlcipher_version();

}  // namespace depone
