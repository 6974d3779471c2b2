#include "store/sql.h"

#define SQLITE_HAS_CODEC 1
#include <fcntl.h>
#include <sqlcipher/sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <unordered_map>
#include <utility>

#include "crypto/error.h"
#include "store/file.h"
#include "store/sql_internal.h"
#include "store/sql_memory.h"

namespace depone {

namespace {

constexpr int kBusyMilliseconds = 10'000;

constexpr const char* kSettings =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA secure_delete = ON;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA cache_size = -65536;"
    "PRAGMA wal_autocheckpoint = 4000;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA mmap_size = 0;";

bool is_full(int error) { return error == ENOSPC || error == EDQUOT; }

// Whether a full disk is what keeps SQLite from making its log beside the database: it tries once
// more, for reading, and reports what came of that.
bool has_no_room_beside(sqlite3* db) {
  const char* file = sqlite3_db_filename(db, "main");
  if (file == nullptr || *file == '\0') return false;
  const std::string name = std::string(kPartialPrefix) + random_name();
  const std::filesystem::path beside = std::filesystem::path(file).parent_path() / name;
  const File probe(
      ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!probe) return is_full(errno);
  ::unlink(beside.c_str());
  return false;
}

}  // namespace

void fail_sql(sqlite3* db, int result) {
  const int kind = result & 0xff;
  const int system = db == nullptr ? 0 : sqlite3_system_errno(db);
  const bool disk_full = kind == SQLITE_FULL || (kind == SQLITE_IOERR && is_full(system)) ||
                         (kind == SQLITE_CANTOPEN && db != nullptr && has_no_room_beside(db));
  if (disk_full) {
    throw Error(Code::io,
                "the disk is full: the database was not changed. Make room and run it again",
                "vault.db");
  }
  switch (kind) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      throw Error(Code::damaged, "the database is damaged or is not one; it was left as it is",
                  "vault.db");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error(Code::busy, "another program is using the database; nothing was changed",
                  "vault.db");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      if (kind == SQLITE_CANTOPEN && system != EROFS) break;
      throw Error(Code::io,
                  "the vault is on a file system that can't be written to, or its files are not to "
                  "be written: nothing was changed. Copy it to another place, or restore a backup",
                  "vault.db");
    case SQLITE_CONSTRAINT:
      throw Error(Code::mismatch,
                  std::string("this does not fit what the database holds; nothing was changed (") +
                      sqlite3_errmsg(db) + ")",
                  "vault.db");
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      throw Error(Code::io, std::string("the database refused a statement: ") + sqlite3_errmsg(db),
                  "vault.db");
    default:
      break;
  }
  throw Error(Code::io, std::string("the database did not do its work: ") + sqlite3_errstr(result),
              "vault.db");
}

namespace {

// x'<64 hex>': the key itself, not a passphrase to derive one from.
SecretBytes raw_key_literal(const Secret<32>& key) {
  constexpr char kDigits[] = "0123456789abcdef";
  SecretBytes literal(67);
  auto out = literal.reveal();
  std::size_t at = 0;
  out[at++] = 'x';
  out[at++] = '\'';
  for (const std::uint8_t byte : key.reveal()) {
    out[at++] = static_cast<std::uint8_t>(kDigits[byte >> 4]);
    out[at++] = static_cast<std::uint8_t>(kDigits[byte & 15]);
  }
  out[at] = '\'';
  return literal;
}

void check_existing(const std::filesystem::path& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) throw_errno("opening the database", path);
  if (!S_ISREG(info.st_mode) || info.st_size == 0) {
    throw Error(Code::damaged,
                "the database is empty or is not a regular file; it was left as it is",
                path.string());
  }
}

int length_of(std::size_t size) {
  if (size > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw Error(Code::invalid, "a value is too large for the database");
  }
  return static_cast<int>(size);
}

}  // namespace

Statement::Statement(sqlite3* db, sqlite3_stmt* probe, std::string_view sql)
    : db_(db), probe_(probe) {
  const int result = sqlite3_prepare_v3(db, sql.data(), length_of(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement_, nullptr);
  if (result != SQLITE_OK) fail_sql(db, result);
}

Statement::Statement(Statement&& other) noexcept
    : db_(other.db_), probe_(other.probe_), statement_(std::exchange(other.statement_, nullptr)) {}

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(int position, std::int64_t value) {
  const int result = sqlite3_bind_int64(statement_, position, value);
  if (result != SQLITE_OK) fail_sql(db_, result);
  return *this;
}

Statement& Statement::bind(int position, std::string_view text) {
  // A null pointer would bind NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  const int result =
      sqlite3_bind_text(statement_, position, data, length_of(text.size()), SQLITE_TRANSIENT);
  if (result != SQLITE_OK) fail_sql(db_, result);
  return *this;
}

Statement& Statement::bind_blob(int position, ByteView bytes) {
  const void* data = bytes.data() == nullptr ? static_cast<const void*>("") : bytes.data();
  const int result =
      sqlite3_bind_blob(statement_, position, data, length_of(bytes.size()), SQLITE_TRANSIENT);
  if (result != SQLITE_OK) fail_sql(db_, result);
  return *this;
}

Statement& Statement::bind_null(int position) {
  const int result = sqlite3_bind_null(statement_, position);
  if (result != SQLITE_OK) fail_sql(db_, result);
  return *this;
}

bool Statement::step() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) {
    check_pages();
    return true;
  }
  if (result == SQLITE_DONE) return false;
  sqlite3_reset(statement_);
  fail_sql(db_, result);
}

// SQLCipher fills a page that does not authenticate with zeros and lets only the *next* read of a
// page fail: the end of a long value, in the last page of its chain, would be given out as zeros.
// So after a row that is long enough to reach into such a chain (kOverflowFrom), one more page is
// asked for. Tables keep their long columns last.
void Statement::check_pages() {
  if (probe_ == nullptr) return;
  constexpr int kOverflowFrom = 256;  // a page of 4 KiB keeps at least the first 479 bytes of a row
  int bytes = 0;
  for (int column = sqlite3_column_count(statement_) - 1; column >= 0 && bytes <= kOverflowFrom;
       --column) {
    const int type = sqlite3_column_type(statement_, column);
    if (type == SQLITE_TEXT || type == SQLITE_BLOB)
      bytes += sqlite3_column_bytes(statement_, column);
  }
  if (bytes <= kOverflowFrom) return;
  const int result = sqlite3_step(probe_);
  sqlite3_reset(probe_);
  if (result == SQLITE_ROW || result == SQLITE_DONE) return;
  sqlite3_reset(statement_);
  throw Error(Code::damaged, "a page of the database is damaged; nothing was changed", "vault.db");
}

void Statement::run() {
  while (step()) {
  }
  reset();
}

void Statement::reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Statement::real(int column) const { return sqlite3_column_double(statement_, column); }

std::string Statement::text(int column) const {
  const auto* data = sqlite3_column_text(statement_, column);
  if (data == nullptr) return {};
  return std::string(reinterpret_cast<const char*>(data),
                     static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

namespace {

ByteView blob_view(sqlite3_stmt* statement, int column) {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

}  // namespace

Bytes Statement::blob(int column) const {
  const ByteView view = blob_view(statement_, column);
  return Bytes(view.begin(), view.end());
}

SecretBytes Statement::secret(int column) const {
  return SecretBytes::copy_of(blob_view(statement_, column));
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Database Database::open(const std::filesystem::path& path, const Secret<32>& key, bool create) {
  if (create) {
    // Taken first, so that the file has our mode and nothing that stands there is opened.
    FileSink(path, false).finish();
  } else {
    check_existing(path);
  }
  wipe_freed_sql_memory();
  Database database;
  database.cache_ = std::make_unique<Cache>();
  int result = sqlite3_open_v2(path.c_str(), &database.db_, SQLITE_OPEN_READWRITE, nullptr);
  if (result != SQLITE_OK) fail_sql(database.db_, result);
  sqlite3_busy_timeout(database.db_, kBusyMilliseconds);
  database.set_key(key);
  // SQLCipher says nothing of a key until a page is read.
  database.prepare("SELECT count(*) FROM sqlite_master").step();
  database.execute(kSettings);
  result = sqlite3_prepare_v3(database.db_, "SELECT 1 FROM sqlite_master LIMIT 1", -1,
                              SQLITE_PREPARE_PERSISTENT, &database.cache_->probe, nullptr);
  if (result != SQLITE_OK) fail_sql(database.db_, result);
  return database;
}

void Database::set_key(const Secret<32>& key) {
  sqlite3_extended_result_codes(db_, 1);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  // SQLCipher would write of its own to standard error, which is the programs' to word. Said before
  // the key and after it: the first key of a process sets the level anew.
  constexpr const char* kQuiet = "PRAGMA cipher_log_level = NONE";
  execute(kQuiet);
  {
    const SecretBytes literal = raw_key_literal(key);
    const int result =
        sqlite3_key_v2(db_, "main", literal.reveal().data(), length_of(literal.size()));
    if (result != SQLITE_OK) fail_sql(db_, result);
  }
  execute(kQuiet);
}

Database::Database(Database&& other) noexcept
    : db_(std::exchange(other.db_, nullptr)), cache_(std::move(other.cache_)) {}

Database& Database::operator=(Database&& other) noexcept {
  std::swap(db_, other.db_);
  std::swap(cache_, other.cache_);
  return *this;
}

Database::~Database() {
  cache_.reset();
  sqlite3_close_v2(db_);
}

Statement Database::prepare(std::string_view sql) { return Statement(db_, cache_->probe, sql); }

Statement& Database::cached(std::string_view sql) {
  auto found = cache_->statements.find(sql);
  if (found == cache_->statements.end()) {
    found = cache_->statements.emplace(std::string(sql), Statement(db_, cache_->probe, sql)).first;
  }
  found->second.reset();
  return found->second;
}

void Database::execute(std::string_view sql) {
  const int result = sqlite3_exec(db_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) fail_sql(db_, result);
}

std::int64_t Database::last_rowid() const { return sqlite3_last_insert_rowid(db_); }

std::int64_t Database::changes() const { return sqlite3_changes64(db_); }

bool Database::in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

Tx::Tx(Database& db) : db_(db) { db_.execute("BEGIN IMMEDIATE"); }

Tx::~Tx() {
  // An error may have rolled it back already. Nothing can be done about a failure here: the next
  // open does it.
  if (open_ && db_.in_transaction())
    sqlite3_exec(db_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Tx::commit() {
  try {
    db_.execute("COMMIT");
  } catch (const Error& error) {
    if (error.code() != Code::io) throw;
    if (db_.in_transaction()) sqlite3_exec(db_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    open_ = false;
    if (forget_failed_commit(db_.handle())) throw;
    throw Error(
        Code::io,
        "the disk is full or broken, and it can't be told whether this last change was kept: "
        "look before making it again. Make room first",
        "vault.db");
  }
  open_ = false;
}

std::int64_t schema_version(Database& db) {
  Statement version = db.prepare("PRAGMA user_version");
  version.step();
  return version.integer(0);
}

void migrate(Database& db, std::span<const std::string_view> migrations) {
  const std::int64_t found = schema_version(db);
  const auto newest = static_cast<std::int64_t>(migrations.size());
  if (found > newest) {
    throw Error(Code::unsupported,
                "this vault was written by a newer version of the program, which is needed to open "
                "it; nothing was "
                "changed",
                "vault.db");
  }
  if (found == newest) return;
  Tx tx(db);
  for (std::int64_t next = found; next < newest; ++next) {
    db.execute(migrations[static_cast<std::size_t>(next)]);
  }
  db.execute("PRAGMA user_version = " + std::to_string(newest));
  tx.commit();
}

std::string sqlcipher_version() {
  wipe_freed_sql_memory();
  sqlite3* db = nullptr;
  const int opened =
      sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, nullptr);
  std::string version = "unknown";
  sqlite3_stmt* row = nullptr;
  if (opened == SQLITE_OK &&
      sqlite3_prepare_v2(db, "PRAGMA cipher_version", -1, &row, nullptr) == SQLITE_OK &&
      sqlite3_step(row) == SQLITE_ROW) {
    version = reinterpret_cast<const char*>(sqlite3_column_text(row, 0));
  }
  sqlite3_finalize(row);
  sqlite3_close(db);
  return version + " (SQLite " + sqlite3_libversion() + ")";
}

}  // namespace depone
