#include "store/migration_copy.h"

#include <chrono>

#include "store/check.h"
#include "store/migrations.h"
#include "store/records/attachments.h"
#include "store/records/records.h"
#include "store/search/index.h"
#include "store/search/search.h"
#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::kPassphrase;
using testing::VaultFixture;

// The vault's database as one of an older version: what it has counts as that of the last but one.
struct OlderFixture : VaultFixture {
  std::int64_t newest = static_cast<std::int64_t>(vault_migrations().size());
  std::vector<std::string_view> migrations;
  std::vector<std::string> notes;

  OlderFixture() {
    migrations.assign(vault_migrations().begin(), vault_migrations().end());
    bare_record();
  }
  void migrate(std::string_view sql) {
    migrations.push_back(sql);
    migrate_with_copy(dir, vault.db(), vault.database_key(), migrations, notes);
  }
  fs::path copy() const { return dir / migration_copy_name(newest); }
};

std::int64_t number(Database& db, std::string_view sql) {
  Statement row = db.prepare(sql);
  row.step();
  return row.integer(0);
}

TEST_CASE_METHOD(OlderFixture, "An older vault is migrated, and its database kept as it was",
                 "[migration]") {
  migrate("CREATE TABLE later(a); INSERT INTO later SELECT id FROM records;");
  CHECK(schema_version(vault.db()) == newest + 1);
  CHECK(number(vault.db(), "SELECT count(*) FROM later") == 1);
  REQUIRE(notes.size() == 1);
  CHECK(notes.front().find(migration_copy_name(newest)) != std::string::npos);
  Database kept = Database::open_read_only(copy(), vault.database_key());
  CHECK(schema_version(kept) == newest);
  CHECK(number(kept, "SELECT count(*) FROM records") == 1);
}

TEST_CASE_METHOD(OlderFixture, "A migration that fails changes nothing, however far it came",
                 "[migration]") {
  migrations.push_back("CREATE TABLE later(a); DELETE FROM records;");
  CHECK_THROWS_AS(migrate("INSERT INTO nowhere VALUES (1);"), Error);
  CHECK(schema_version(vault.db()) == newest);
  CHECK(number(vault.db(), "SELECT count(*) FROM records") == 1);
  CHECK(number(vault.db(), "SELECT count(*) FROM sqlite_master WHERE name = 'later'") == 0);
}

TEST_CASE_METHOD(OlderFixture, "A vault of the present version gets no copy", "[migration]") {
  migrate_with_copy(dir, vault.db(), vault.database_key(), migrations, notes);
  CHECK(notes.empty());
  CHECK_FALSE(fs::exists(copy()));
}

TEST_CASE_METHOD(OlderFixture, "A damaged database is not migrated", "[migration]") {
  vault.db().execute("PRAGMA wal_checkpoint(TRUNCATE)");
  testing::flip_byte(dir / "vault.db", fs::file_size(dir / "vault.db") - 2000);
  CHECK(code_of([&] { migrate("CREATE TABLE later(a);"); }) == Code::damaged);
  CHECK(schema_version(vault.db()) == newest);
}

TEST_CASE_METHOD(OlderFixture, "The copy goes after thirty days", "[migration]") {
  migrate("CREATE TABLE later(a);");
  sweep_migration_copies(dir);
  CHECK(fs::exists(copy()));
  fs::last_write_time(copy(), fs::file_time_type::clock::now() - std::chrono::hours(24 * 31));
  sweep_migration_copies(dir);
  CHECK_FALSE(fs::exists(copy()));
}

TEST_CASE_METHOD(VaultFixture, "A vault of a newer version is refused, and no byte of it changed",
                 "[migration]") {
  vault.db().execute("PRAGMA user_version = 1000");
  closed();
  const auto before = testing::snapshot(dir);
  CHECK(code_of([&] { Vault::open(dir, as_bytes(kPassphrase)); }) == Code::unsupported);
  CHECK(testing::snapshot(dir) == before);
}

// The vaults in tests/store/formats were made by the program of their version, with the passphrase
// and the cheap Argon2id of the fixtures and the seed 0101…01: one incident report with one
// attachment. Nothing in them is ever made anew.
void copy_of(const std::string& version, const fs::path& to) {
  fs::copy(fs::path(DEPONE_SOURCE "/tests/store/formats") / version, to,
           fs::copy_options::recursive);
}

TEST_CASE("A vault of version 1 opens, is migrated and shows what it held", "[migration]") {
  const testing::TempDir temp;
  copy_of("version-1", temp / "vault");
  Vault vault = Vault::open(temp / "vault", as_bytes(kPassphrase));
  CHECK(schema_version(vault.db()) == static_cast<std::int64_t>(vault_migrations().size()));
  const auto records = list_records(vault, {});
  REQUIRE(records.size() == 1);
  CHECK(records.front().title == "밤의 급습");
  CHECK(records.front().date == "2020-06-05");
  ensure_index(vault);
  CHECK(search_records(vault, parse_query("market"), {}).matches.size() == 1);
  const auto content =
      open_content(vault, "d1b2a59fbea7e20077af9f91b27e95e865061b270be03ff539ab3b73587882e8");
  CHECK(as_text(read_all(*content, 100)) == "contents");
  CHECK(check_vault(vault, {}).damage == std::vector<std::string>{});
}

TEST_CASE("A vault of version 1 opens with its recovery sheet", "[migration]") {
  const testing::TempDir temp;
  copy_of("version-1", temp / "vault");
  CHECK_NOTHROW(Vault::open_with_recovery(temp / "vault", testing::seed_of(1)));
}

}  // namespace
}  // namespace depone
