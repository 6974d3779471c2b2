#pragma once

#include <functional>
#include <string_view>

#include "sync/relay/bundle_copy.h"
#include "sync/relay/directory.h"

namespace depone::relay {

using BackupProgress =
    std::function<void(std::string_view step, std::uint64_t done, std::uint64_t of)>;

struct BackupReport {
  std::uint64_t entries = 0;  // of the log
  std::uint64_t bundles = 0;
  std::uint64_t bytes = 0;              // of these
  std::vector<UncopiedBundle> missing;  // what the relay itself has not whole: the backup says so
  // Files that relay.toml names outside the relay's directory, as a certificate that others renew:
  // not in the backup.
  std::vector<std::string> outside;
  bool paths_changed = false;  // relay.toml kept parts elsewhere, which are inside the backup
};

// A copy of the whole relay in a new directory, complete or absent, made while it serves:
// relay.toml, all keys, the authority's files, the ledger as of one moment, and every bundle that
// this ledger names. Who has it has the log key. Uploads under way are left out: their senders
// begin again. Code::refused where something is there already, or the disk has no room; usage for a
// place in the relay's own directory; not_found where the directory above is not there; damaged
// where the ledger can't be read.
BackupReport back_up(Directory& relay, const fs::path& target, Time now,
                     const BackupProgress& progress = {});

struct RestoreReport {
  Time made;  // the backup
  std::uint64_t entries = 0;
  std::uint64_t bundles = 0;
  std::uint64_t bytes = 0;
  std::vector<UncopiedBundle> missing;  // bundles that the log names and the backup has not whole
  std::vector<std::string> outside;     // as above
};

// A relay's directory out of a backup: new, complete or absent, and marked (restored.h). Code::
// mismatch where a file other than a bundle is not what was put into the backup; refused where
// something is there already, or the disk has no room; not_found, malformed where there is no
// backup.
RestoreReport restore_backup(const fs::path& backup, const fs::path& dir, Time now,
                             const BackupProgress& progress = {});

}  // namespace depone::relay
