#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/formats/time.h"
#include "crypto/hash.h"

namespace depone {

// A backup is one tar (crypto/tar.h; docs/format.md, "Backup"): backup.json, then the vault's files
// as they are, encrypted, then backup.sha256, which `sha256sum -c` reads. Stock tar unpacks it.

inline constexpr std::string_view kBackupManifest = "backup.json";
inline constexpr std::string_view kBackupSums = "backup.sha256";
inline constexpr std::uint64_t kBackupPart = 4ull << 30;  // larger files go in parts of this size
inline constexpr std::size_t kMaxBackupManifest = 64u << 20;

struct BackupFile {
  std::string path;  // in the vault; of a part <path>/<offset>
  std::uint64_t size = 0;
};

struct BackupManifest {
  std::string vault;  // id, hex
  Time made;
  std::vector<BackupFile> files;  // in the order of the archive

  std::string file() const;
  // Code::malformed, unsupported. What is accepted names files of a vault only, each once, parts
  // without a gap.
  static BackupManifest parse(std::string_view text);
};

// Where a member goes: the file below the vault, and the offset of a part.
struct BackupPlace {
  std::string path;
  std::uint64_t offset = 0;
};
BackupPlace backup_place(std::string_view member);  // Code::malformed

struct BackupSum {
  std::string path;
  Sha256 sha256;
};
std::string backup_sums(const std::vector<BackupSum>& sums);

}  // namespace depone
