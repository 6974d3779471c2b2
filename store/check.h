#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/vault.h"

namespace depone {

// Everything the vault holds, read and checked: database pages, every revision's hash and lines,
// custody links, attachments' hashes, outbox files, unknown files. Changes nothing.
struct CheckReport {
  std::uint64_t records = 0, revisions = 0, attachments = 0, bundles = 0, custody_events = 0;
  std::uint64_t readable = 0;         // records with nothing of theirs hit
  std::vector<std::string> damage;    // what is hit, in words; empty: all is well
  std::vector<std::string> warnings;  // a refused roster, an unknown file
};
using CheckProgress =
    std::function<void(std::string_view step, std::uint64_t done, std::uint64_t of)>;
CheckReport check_vault(Vault& vault, const CheckProgress& progress);
// What can be said of a vault whose database can't be opened, for the reason `why`, although its
// keys can be had: which pages are hit.
using KeysOf = std::function<std::vector<FoundKey>(const VaultHeader&)>;
CheckReport check_unopened(const fs::path& vault_dir, const KeysOf& keys, const std::string& why);

}  // namespace depone
