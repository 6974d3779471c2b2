#define SQLITE_HAS_CODEC 1
#include <sqlcipher/sqlite3.h>

#include <array>
#include <cstdint>
#include <cstring>

#include "store/sql_internal.h"

namespace depone {

namespace {

// https://sqlite.org/walformat.html, sections 2.1 and 4: the header of the log and of each frame;
// the index in shared memory begins with its header, twice.
constexpr sqlite3_int64 kLogHeader = 32;
constexpr sqlite3_int64 kFrameHeader = 24;
constexpr int kIndexRegion = 32 << 10;
constexpr std::size_t kIndexHeader = 48;
constexpr std::size_t kPageSizeAt = 14;
constexpr std::size_t kFramesAt = 16;

template <typename T>
T at(const std::array<char, 2 * kIndexHeader>& bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

// Where the log ends for whoever has the database open; -1 where that can't be told.
sqlite3_int64 end_of_log(sqlite3_file* database) {
  volatile void* shared = nullptr;
  if (database == nullptr || database->pMethods == nullptr || database->pMethods->iVersion < 2 ||
      database->pMethods->xShmMap(database, 0, kIndexRegion, 0, &shared) != SQLITE_OK ||
      shared == nullptr) {
    return -1;
  }
  std::array<char, 2 * kIndexHeader> header;
  const auto* const from = static_cast<const volatile char*>(shared);
  for (std::size_t i = 0; i < header.size(); ++i) header[i] = from[i];
  if (std::memcmp(header.data(), header.data() + kIndexHeader, kIndexHeader) != 0) return -1;
  const auto page = at<std::uint16_t>(header, kPageSizeAt);
  return kLogHeader + sqlite3_int64{at<std::uint32_t>(header, kFramesAt)} *
                          (kFrameHeader + (page == 1 ? 65'536 : sqlite3_int64{page}));
}

bool cut_log(sqlite3* db) {
  sqlite3_file* database = nullptr;
  sqlite3_file* log = nullptr;
  sqlite3_int64 size = 0;
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &database) != SQLITE_OK ||
      sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK ||
      log == nullptr || log->pMethods == nullptr ||
      log->pMethods->xFileSize(log, &size) != SQLITE_OK) {
    return false;
  }
  const sqlite3_int64 end = end_of_log(database);
  if (end < 0) return false;
  if (size <= end) return true;
  const bool cut = log->pMethods->xTruncate(log, end) == SQLITE_OK;
  // What could not be synced before may not be now either; after a loss of power the log then ends
  // at the one or the other.
  log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
  return cut;
}

}  // namespace

bool forget_failed_commit(sqlite3* db) {
  // Nobody else writes meanwhile.
  if (sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) != SQLITE_OK) return false;
  const bool done = cut_log(db);
  sqlite3_exec(db, "ROLLBACK", nullptr, nullptr, nullptr);
  return done;
}

}  // namespace depone
