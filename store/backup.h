#pragma once

#include <functional>
#include <string>
#include <vector>

#include "crypto/formats/time.h"
#include "store/file.h"
#include "store/vault.h"

namespace depone {

// A copy of a whole vault in one file, made while this or another process works in it: the pages
// and files as they stand, encrypted, consistent as of one moment. Complete or absent. The inbox is
// left out: the relay still has what is in it.
struct BackupReport {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;           // of the backup
  std::vector<std::string> missing;  // files of the vault that are not there or can't be read
};
using BackupProgress =
    std::function<void(std::string_view step, std::uint64_t done, std::uint64_t of)>;

// Code::wrong_key, not_found, damaged (the database can't be opened), busy (another process has
// been writing for a minute), refused (`file` is there already), io.
BackupReport back_up(const fs::path& vault_dir, ByteView passphrase, const fs::path& file, Time now,
                     const BackupProgress& progress = {});
BackupReport back_up(Vault& vault, const fs::path& file, Time now,
                     const BackupProgress& progress = {});

// The vault in a backup, at `dir`, where nothing or an empty directory is. `check` is shown the
// header as soon as it is read, so that a wrong passphrase costs no time; `open` opens the vault in
// the directory that it is given. Complete or absent. It draws a new chain: the vault that the
// backup was made of may be in use still, and no two bundles may have the same place in a chain.
struct RestoreReport {
  std::string vault;  // id
  Time made;          // the backup
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> notes;  // of opening it
};
// Code::malformed where it is no backup, mismatch where a hash does not hold.
RestoreReport restore_backup(const fs::path& file, const fs::path& dir, Time now,
                             const std::function<void(const VaultHeader&)>& check,
                             const std::function<Vault(const fs::path&)>& open,
                             const BackupProgress& progress = {});

}  // namespace depone
