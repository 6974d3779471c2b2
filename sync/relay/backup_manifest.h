#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/time.h"
#include "store/file.h"

namespace depone::relay {

// A backup of a relay (docs/format.md) is a directory laid out as the relay's own, with
// backup.json, which says what it is and what must be in it. With that file in it no directory is
// served.
inline constexpr std::string_view kBackupManifest = "backup.json";

struct BackupFile {
  std::string path;  // below the directory
  std::uint64_t size = 0;
  std::string sha256;
};

struct BackupManifest {
  Time made;
  std::string origin;
  std::uint64_t entries = 0;         // of the log, those too that wait for a checkpoint
  std::uint64_t bundles = 0;         // in it, whole
  std::uint64_t bytes = 0;           // of these
  std::vector<std::string> missing;  // SHA-256 of bundles that it should hold and does not
  std::vector<BackupFile> files;     // all but the bundles

  std::string json() const;
  // Code::malformed, unsupported. No path of what is accepted leads out of the directory.
  static BackupManifest parse(std::string_view text);
  // Code::not_found where this is no backup.
  static BackupManifest read(const fs::path& backup);
};

}  // namespace depone::relay
