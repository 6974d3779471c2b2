#define SQLITE_HAS_CODEC 1
#include <fcntl.h>
#include <sqlcipher/sqlite3.h>
#include <unistd.h>

#include "crypto/error.h"
#include "store/file.h"
#include "store/sql_internal.h"
#include "store/sql_memory.h"

// The database as files: copied as it stands, under another key, or looked at without being opened.
namespace depone {

namespace {

constexpr int kPagesAtOnce = 2048;

// A file that is gone again unless it is kept.
class NewFile {
 public:
  explicit NewFile(const fs::path& path) : path_(path) { FileSink(path, false).finish(); }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (!kept_) ::unlink(path_.c_str());
  }
  void keep() { kept_ = true; }

 private:
  fs::path path_;
  bool kept_ = false;
};

// "file:/a%20b?immutable=1": SQLite then neither locks nor looks for a log.
std::string immutable_uri(const fs::path& path) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : fs::absolute(path).string()) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/') {
      uri += c;
    } else {
      uri += '%';
      uri += kDigits[byte >> 4];
      uri += kDigits[byte & 15];
    }
  }
  return uri + "?immutable=1";
}

void sync_file(const fs::path& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file || ::fsync(file.fd()) != 0) throw_errno("writing", path);
}

struct FinishBackup {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

void copy_pages(sqlite3* from, sqlite3* to, const PageProgress& progress) {
  std::unique_ptr<sqlite3_backup, FinishBackup> backup(
      sqlite3_backup_init(to, "main", from, "main"));
  if (!backup) fail_sql(to, sqlite3_errcode(to));
  int result = SQLITE_OK;
  while ((result = sqlite3_backup_step(backup.get(), kPagesAtOnce)) == SQLITE_OK) {
    const int all = sqlite3_backup_pagecount(backup.get());
    if (progress) {
      progress(static_cast<std::uint64_t>(all - sqlite3_backup_remaining(backup.get())),
               static_cast<std::uint64_t>(all));
    }
  }
  const int finished = sqlite3_backup_finish(backup.release());
  if (result != SQLITE_DONE) fail_sql(to, result);
  if (finished != SQLITE_OK) fail_sql(to, finished);
}

sqlite3_file* raw_file(sqlite3* db, Database::RawFile which) {
  sqlite3_file* file = nullptr;
  const int operation = which == Database::RawFile::database ? SQLITE_FCNTL_FILE_POINTER
                                                             : SQLITE_FCNTL_JOURNAL_POINTER;
  const int result = sqlite3_file_control(db, "main", operation, &file);
  if (result != SQLITE_OK) fail_sql(db, result);
  return file != nullptr && file->pMethods != nullptr ? file : nullptr;
}

}  // namespace

Database Database::open_immutable(const fs::path& path, const Secret<32>& key) {
  wipe_freed_sql_memory();
  Database database;
  database.cache_ = std::make_unique<Cache>();
  const int result = sqlite3_open_v2(immutable_uri(path).c_str(), &database.db_,
                                     SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
  if (result != SQLITE_OK) fail_sql(database.db_, result);
  database.set_key(key);
  return database;
}

Database Database::open_read_only(const fs::path& path, const Secret<32>& key) {
  Database database = open_immutable(path, key);
  database.prepare("SELECT count(*) FROM sqlite_master").step();
  database.execute("PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; PRAGMA mmap_size = 0");
  const int result =
      sqlite3_prepare_v3(database.db_, "SELECT 1 FROM sqlite_master LIMIT 1", -1,
                         SQLITE_PREPARE_PERSISTENT, &database.cache_->probe, nullptr);
  if (result != SQLITE_OK) fail_sql(database.db_, result);
  return database;
}

std::vector<std::string> Database::damaged_pages(const fs::path& path, const Secret<32>& key) {
  Database database = open_immutable(path, key);
  Statement rows = database.prepare("PRAGMA cipher_integrity_check");
  std::vector<std::string> found;
  while (rows.step()) found.push_back(rows.text(0));
  return found;
}

void Database::close() {
  Statement checkpoint = prepare("PRAGMA wal_checkpoint(TRUNCATE)");
  const bool held = checkpoint.step() && checkpoint.integer(0) != 0;
  { const Statement gone = std::move(checkpoint); }
  cache_ = std::make_unique<Cache>();
  if (held || sqlite3_close(db_) != SQLITE_OK) {
    throw Error(Code::busy, "another program is using the database; nothing was changed",
                "vault.db");
  }
  db_ = nullptr;
}

void Database::reencrypt_to(const fs::path& path, const Secret<32>& key,
                            const PageProgress& progress) {
  NewFile file(path);
  {
    Database copy;
    copy.cache_ = std::make_unique<Cache>();
    const int result = sqlite3_open_v2(path.c_str(), &copy.db_, SQLITE_OPEN_READWRITE, nullptr);
    if (result != SQLITE_OK) fail_sql(copy.db_, result);
    copy.set_key(key);
    // Neither a journal nor syncs on the way: it is thrown away unless it becomes whole.
    copy.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
    copy_pages(db_, copy.db_, progress);
  }
  sync_file(path);
  file.keep();
}

std::uint64_t Database::raw_size(RawFile which) const {
  sqlite3_file* file = raw_file(db_, which);
  if (file == nullptr) return 0;
  sqlite3_int64 size = 0;
  const int result = file->pMethods->xFileSize(file, &size);
  if (result != SQLITE_OK) fail_sql(db_, result);
  return static_cast<std::uint64_t>(size);
}

void Database::read_raw(RawFile which, std::uint64_t offset, std::span<std::uint8_t> into) const {
  sqlite3_file* file = raw_file(db_, which);
  const int result = file == nullptr
                         ? SQLITE_IOERR
                         : file->pMethods->xRead(file, into.data(), static_cast<int>(into.size()),
                                                 static_cast<sqlite3_int64>(offset));
  if (result == SQLITE_OK) return;
  throw Error(Code::io, "a file of the database can't be read to its end; nothing was changed",
              "vault.db");
}

void Database::set_patience(int milliseconds) { sqlite3_busy_timeout(db_, milliseconds); }

}  // namespace depone
