#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/file.h"
#include "store/keyslots.h"
#include "store/sql.h"

namespace depone {

// A vault of an older version, brought to the present one. First a copy of its database is made
// beside it, vault.db.version-N, and read back; then all that is due happens in one transaction;
// then every page of the result is read. The copy is kept for thirty days, during which an error
// in a migration can still be undone, or until the vault takes another key or loses a record for
// good. `notes` are told what was done. The vault's lock is held. Code::unsupported for a newer
// version.
void migrate_with_copy(const fs::path& vault_dir, Database& db, const DatabaseKey& key,
                       std::span<const std::string_view> migrations,
                       std::vector<std::string>& notes);

std::string migration_copy_name(std::int64_t version);
bool is_migration_copy(std::string_view name);
void sweep_migration_copies(const fs::path& vault_dir);   // those that are older than thirty days
void remove_migration_copies(const fs::path& vault_dir);  // all: where what they hold has to go

}  // namespace depone
