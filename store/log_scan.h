#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "store/file.h"

namespace depone {

// SQLite's write-ahead log, looked at as it lies there (SQLite's file format, "The Write-Ahead
// Log"). SQLite drops the first frame whose checksum does not hold, and all behind it, without a
// word: as it must after a crash in the middle of a write, and also where the disk damaged what was
// durable long before.
struct LogScan {
  std::uint64_t size =
      0;  // bytes that belong to the log; behind them are leftovers of earlier ones
  // A whole change is behind a frame that can't be read, and another one behind it: the former was
  // synced before the latter began. Of the newest change alone it can't be told.
  bool damaged = false;
};
using ReadLog = std::function<void(std::uint64_t offset, std::span<std::uint8_t> into)>;
LogScan scan_log(std::uint64_t file_size, const ReadLog& read);

// Before the database is opened: where its log is damaged, keeps a copy of it and gives that one's
// name; else "". What SQLite can't read is not thrown away before somebody had a look.
std::string keep_damaged_log(const fs::path& vault_dir);
bool is_kept_log(std::string_view name);
void remove_kept_logs(const fs::path& vault_dir);  // where what they hold has to go

}  // namespace depone
