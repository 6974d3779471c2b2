#pragma once

#include <vector>

#include "store/vault.h"
#include "store/vault_header.h"

namespace depone {

// What the files of store/vault*.cpp share.

inline constexpr std::string_view kDatabaseName = "vault.db";
inline constexpr std::string_view kLockName = "lock";
inline constexpr unsigned kLockSeconds = 10;

struct Vault::State {
  // Opens the database with the first of the keys that is its own, and migrates it.
  State(fs::path where, FileLock held, VaultHeader found, std::vector<FoundKey> keys);

  fs::path dir;
  FileLock lock;
  VaultHeader header;
  std::size_t slot = 0;  // of the header: gave the key
  DatabaseKey key;
  Database db;
  std::vector<Identity> identities;  // newest first
  std::vector<std::string> notes;

 private:
  State(fs::path where, FileLock held, VaultHeader found, std::pair<FoundKey, Database> opened);
};

bool is_there(const fs::path& path);
// The vault's database, with the tokenizer that its index needs.
Database open_database(const fs::path& dir, const DatabaseKey& key, bool create);
// The database with the first key that is its own. Code::wrong_key where a change of the key was
// interrupted and none of these is the one that holds; otherwise as Database::open.
std::pair<FoundKey, Database> open_with_one_of(const fs::path& dir, const VaultHeader& header,
                                               std::vector<FoundKey> keys);

}  // namespace depone
