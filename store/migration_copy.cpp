#include "store/migration_copy.h"

#include <algorithm>
#include <chrono>

#include "crypto/error.h"
#include "store/search/index.h"

namespace depone {

namespace {

constexpr std::string_view kPrefix = "vault.db.version-";
constexpr std::chrono::hours kKept{24 * 30};

void copy_database(Database& db, const fs::path& to) {
  Statement checkpoint = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!checkpoint.step() || checkpoint.integer(0) != 0) {
    throw Error(Code::busy,
                "the vault is of an older version and has to be brought to the present one, but "
                "another program is reading it; nothing was changed. Run this again",
                to.string());
  }
  checkpoint.reset();
  FileSink copy(to, true);
  Bytes buffer(1u << 20);
  const std::uint64_t size = db.raw_size(Database::RawFile::database);
  for (std::uint64_t at = 0; at < size;) {
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(size - at, buffer.size()));
    db.read_raw(Database::RawFile::database, at, std::span(buffer).first(part));
    copy.write(ByteView(buffer).first(part));
    at += part;
  }
  copy.finish();
}

void check_database(Database& db, const fs::path& path, const DatabaseKey& key,
                    std::int64_t version) {
  Statement rows = db.prepare("PRAGMA quick_check(1)");
  const bool whole = rows.step() && rows.text(0) == "ok";
  if (!whole || schema_version(db) != version || !Database::damaged_pages(path, key).empty()) {
    throw Error(Code::damaged,
                "the vault is of an older version, and its database or the copy made of it is "
                "damaged; it was not brought to the present version. `depone check` of the version "
                "of the program that wrote it, or a backup, helps",
                path.string());
  }
}

}  // namespace

std::string migration_copy_name(std::int64_t version) {
  return std::string(kPrefix) + std::to_string(version);
}

bool is_migration_copy(std::string_view name) {
  return name.starts_with(kPrefix) && from_decimal(name.substr(kPrefix.size()), 1u << 30);
}

void migrate_with_copy(const fs::path& vault_dir, Database& db, const DatabaseKey& key,
                       std::span<const std::string_view> migrations,
                       std::vector<std::string>& notes) {
  const std::int64_t found = schema_version(db);
  const auto newest = static_cast<std::int64_t>(migrations.size());
  if (found >= newest) {
    migrate(db, migrations);  // says so where it is newer
    return;
  }
  const fs::path copy = vault_dir / migration_copy_name(found);
  copy_database(db, copy);
  {
    Database copied = Database::open_read_only(copy, key);
    register_tokenizer(copied);
    check_database(copied, copy, key, found);
  }
  migrate(db, migrations);
  notes.push_back(
      "the vault was of version " + std::to_string(found) + " and was brought to version " +
      std::to_string(newest) +
      ". A copy of its database as it was is kept for 30 days: " + migration_copy_name(found));
}

void sweep_migration_copies(const fs::path& vault_dir) {
  for (const std::string& name : names_in(vault_dir)) {
    if (!is_migration_copy(name)) continue;
    const auto age = fs::file_time_type::clock::now() - fs::last_write_time(vault_dir / name);
    if (age > kKept) remove_file(vault_dir / name);
  }
}

void remove_migration_copies(const fs::path& vault_dir) {
  for (const std::string& name : names_in(vault_dir)) {
    if (is_migration_copy(name)) remove_file(vault_dir / name);
  }
}

}  // namespace depone
