#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/bytes.h"
#include "store/file.h"
#include "sync/remote/relay_client.h"

namespace depone {

// Where a log is read from: a relay, or a directory (courier/audit/log, or any static tlog-tiles
// log).
class LogSource {
 public:
  virtual ~LogSource() = default;
  virtual std::string checkpoint() = 0;                               // the note's bytes
  virtual std::optional<Bytes> file(std::string_view tile_path) = 0;  // nullopt: not there
  virtual std::string name() const = 0;                               // for messages
};

std::unique_ptr<LogSource> relay_log(RelayClient& client, std::string name);
// Refuses symbolic links (Code::refused names the path).
std::unique_ptr<LogSource> directory_log(fs::path dir);

// What a directory that an auditor names may be: a courier directory, its audit/, or a log by
// itself.
struct LogDirectory {
  fs::path log;                   // holds checkpoint and tile/
  std::optional<fs::path> audit;  // holds roster.json, where there is one
};
LogDirectory find_log(const fs::path& dir);  // Code::not_found says where it looked

}  // namespace depone
