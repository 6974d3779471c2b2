#include "store/sql.h"

#include <array>

#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::TempDir;

struct DatabaseFixture {
  TempDir temp;
  std::filesystem::path path = temp / "vault.db";
  Secret<32> key = Secret<32>::random();
  Database db = Database::open(path, key, true);
};

std::int64_t count(Database& db) {
  Statement row = db.prepare("SELECT count(*) FROM t");
  row.step();
  return row.integer(0);
}

TEST_CASE_METHOD(DatabaseFixture, "What is stored comes back under the same key") {
  db.execute("CREATE TABLE t(a INTEGER, b TEXT, c BLOB, d TEXT)");
  db.prepare("INSERT INTO t VALUES (?, ?, ?, ?)")
      .with(std::int64_t{7}, "text", Bytes{1, 0, 2}, std::optional<std::string>())
      .run();
  db = Database::open(temp / "other.db", key, true);
  Database again = Database::open(path, key, false);
  Statement row = again.prepare("SELECT a, b, c, d FROM t");
  REQUIRE(row.step());
  CHECK(row.integer(0) == 7);
  CHECK(row.text(1) == "text");
  CHECK(row.blob(2) == Bytes{1, 0, 2});
  CHECK(row.is_null(3));
}

TEST_CASE_METHOD(DatabaseFixture, "Text with a NUL in it and empty text keep their length") {
  db.execute("CREATE TABLE t(a TEXT, b TEXT, c BLOB)");
  db.prepare("INSERT INTO t VALUES (?, ?, ?)")
      .with(std::string("a\0b", 3), std::string_view(), Bytes())
      .run();
  Statement row = db.prepare("SELECT a, b, c FROM t");
  REQUIRE(row.step());
  CHECK(row.text(0) == std::string("a\0b", 3));
  CHECK_FALSE(row.is_null(1));
  CHECK_FALSE(row.is_null(2));
}

TEST_CASE_METHOD(DatabaseFixture, "Nothing of the text is in the files") {
  db.execute("CREATE TABLE t(a TEXT)");
  db.prepare("INSERT INTO t VALUES (?)").with("needle in the database").run();
  for (const auto& [name, bytes] : testing::snapshot(temp.path())) {
    CHECK(as_text(bytes).find("needle") == std::string_view::npos);
    CHECK(as_text(bytes).find("SQLite format") == std::string_view::npos);
  }
}

TEST_CASE_METHOD(DatabaseFixture, "Another key does not open the database") {
  db.execute("CREATE TABLE t(a)");
  db = Database::open(temp / "other.db", key, true);
  CHECK(code_of([&] { Database::open(path, Secret<32>::random(), false); }) == Code::damaged);
}

TEST_CASE_METHOD(DatabaseFixture, "A missing database is not made anew") {
  CHECK(code_of([&] { Database::open(temp / "none.db", key, false); }) == Code::not_found);
  CHECK_FALSE(fs::exists(temp / "none.db"));
}

TEST_CASE_METHOD(DatabaseFixture, "An empty file is not taken for a new database") {
  testing::put_bytes(temp / "empty.db", {});
  CHECK(code_of([&] { Database::open(temp / "empty.db", key, false); }) == Code::damaged);
  CHECK(fs::file_size(temp / "empty.db") == 0);
}

TEST_CASE_METHOD(DatabaseFixture, "Creating does not touch a database that is there") {
  CHECK(code_of([&] { Database::open(path, key, true); }) == Code::refused);
}

TEST_CASE_METHOD(DatabaseFixture, "A transaction that is not committed is rolled back") {
  db.execute("CREATE TABLE t(a)");
  {
    Tx tx(db);
    db.execute("INSERT INTO t VALUES (1)");
  }
  CHECK(count(db) == 0);
  CHECK_FALSE(db.in_transaction());
}

TEST_CASE_METHOD(DatabaseFixture, "A committed transaction stays") {
  db.execute("CREATE TABLE t(a)");
  {
    Tx tx(db);
    db.execute("INSERT INTO t VALUES (1)");
    CHECK(db.in_transaction());
    tx.commit();
  }
  CHECK(count(db) == 1);
}

TEST_CASE_METHOD(DatabaseFixture, "A cached statement starts anew, without its old bindings") {
  db.execute("CREATE TABLE t(a)");
  db.execute("INSERT INTO t VALUES (1), (2)");
  Statement& first = db.cached("SELECT a FROM t WHERE a >= ? ORDER BY a").with(1);
  REQUIRE(first.step());
  Statement& second = db.cached("SELECT a FROM t WHERE a >= ? ORDER BY a");
  CHECK_FALSE(second.step());
  CHECK(&first == &second);
}

TEST_CASE_METHOD(DatabaseFixture, "Foreign keys are enforced") {
  db.execute("CREATE TABLE p(a INTEGER PRIMARY KEY); CREATE TABLE t(a REFERENCES p)");
  CHECK(code_of([&] { db.execute("INSERT INTO t VALUES (1)"); }) == Code::mismatch);
}

TEST_CASE_METHOD(DatabaseFixture,
                 "A write is on the disk when it is committed, in a write-ahead log") {
  Statement mode = db.prepare("PRAGMA journal_mode");
  REQUIRE(mode.step());
  CHECK(mode.text(0) == "wal");
  Statement synchronous = db.prepare("PRAGMA synchronous");
  REQUIRE(synchronous.step());
  CHECK(synchronous.integer(0) == 2);
}

TEST_CASE_METHOD(DatabaseFixture, "The database is of SQLCipher's fourth format") {
  Statement version = db.prepare("PRAGMA cipher_version");
  REQUIRE(version.step());
  CHECK(version.text(0).starts_with("4."));
}

TEST_CASE_METHOD(DatabaseFixture, "Migrations run once each, in order") {
  const std::array<std::string_view, 2> all{"CREATE TABLE t(a)", "INSERT INTO t VALUES (1)"};
  migrate(db, std::span(all).first(1));
  CHECK(count(db) == 0);
  migrate(db, all);
  migrate(db, all);
  CHECK(count(db) == 1);
}

TEST_CASE_METHOD(DatabaseFixture, "Of migrations that are due together either all happen or none") {
  const std::array<std::string_view, 3> broken{
      "CREATE TABLE t(a)", "INSERT INTO t VALUES (1)",
      "INSERT INTO t VALUES (2); INSERT INTO none VALUES (1)"};
  migrate(db, std::span(broken).first(1));
  CHECK(code_of([&] { migrate(db, broken); }) == Code::io);
  migrate(db, std::span(broken).first(1));  // the first one is not there either
  CHECK(count(db) == 0);
  CHECK(schema_version(db) == 1);
}

TEST_CASE_METHOD(DatabaseFixture, "A database of a newer version is refused") {
  const std::array<std::string_view, 1> one{"CREATE TABLE t(a)"};
  db.execute("PRAGMA user_version = 2");
  CHECK(code_of([&] { migrate(db, one); }) == Code::unsupported);
}

TEST_CASE_METHOD(DatabaseFixture, "A flipped byte in any page is damage") {
  db.execute("CREATE TABLE t(a)");
  db.prepare("INSERT INTO t VALUES (?)").with(std::string(20'000, 'x')).run();
  db = Database::open(temp / "other.db", key, true);
  const std::size_t pages = fs::file_size(path) / 4096;
  REQUIRE(pages > 4);
  for (std::size_t page = 0; page < pages; ++page) {
    const Bytes whole = testing::bytes_of(path);
    testing::flip_byte(path, page * 4096 + 100);
    INFO("page " << page);
    CHECK(code_of([&] {
            Database hit = Database::open(path, key, false);
            hit.prepare("SELECT a FROM t").run();
          }) == Code::damaged);
    testing::put_bytes(path, whole);
  }
}

}  // namespace
}  // namespace depone
