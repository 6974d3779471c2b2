#include "sync/relay/ledger_sqlcipher.h"

#include <array>

#include "crypto/error.h"
#include "sync/relay/ledger_connection.h"

namespace depone::relay {

namespace {

constexpr std::size_t kReaders = 6;

// A piece that was once released is never changed; the next one goes behind it.
constexpr std::array<std::string_view, 2> kMigrations{R"(
CREATE TABLE head(one INTEGER PRIMARY KEY CHECK(one = 1), size INTEGER NOT NULL, note TEXT NOT NULL);
INSERT INTO head VALUES(1, 0, '');

-- Leaves in order. A roster's has no bundle; `day` is days since 1970, for the quota.
CREATE TABLE entries(
  idx INTEGER PRIMARY KEY, text TEXT NOT NULL, bundle TEXT UNIQUE, member TEXT, key TEXT, chain TEXT,
  sequence INTEGER, size INTEGER, day INTEGER, UNIQUE(key, chain, sequence));
CREATE INDEX entries_member ON entries(member, idx) WHERE member IS NOT NULL;
CREATE INDEX entries_day ON entries(member, day) WHERE member IS NOT NULL;
CREATE TABLE addressees(member TEXT NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY(member, idx)) WITHOUT ROWID;
CREATE INDEX addressees_idx ON addressees(idx);
CREATE TABLE tiles(level INTEGER NOT NULL, idx INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY(level, idx));

-- Member lines are the same in many rosters: each is kept once, a roster has their numbers (4 bytes, big-endian).
CREATE TABLE lines(id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, text TEXT NOT NULL);
CREATE TABLE rosters(version INTEGER PRIMARY KEY, head TEXT NOT NULL, minisig TEXT NOT NULL, lines BLOB NOT NULL);
CREATE TABLE keys(key TEXT PRIMARY KEY, member TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE closed(key TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE invites(
  number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, secret BLOB NOT NULL, member TEXT NOT NULL, role TEXT NOT NULL,
  class TEXT NOT NULL, expires INTEGER NOT NULL, joined TEXT NOT NULL DEFAULT '',
  fingerprint TEXT NOT NULL DEFAULT '', request_key TEXT NOT NULL DEFAULT '');
CREATE INDEX invites_request_key ON invites(request_key);

CREATE TABLE uploads(
  member TEXT NOT NULL, bundle TEXT NOT NULL, size INTEGER NOT NULL, minisig TEXT NOT NULL, key TEXT NOT NULL,
  chain TEXT NOT NULL, sequence INTEGER NOT NULL, recipients TEXT NOT NULL, staging TEXT NOT NULL,
  touched INTEGER NOT NULL, completing INTEGER NOT NULL, PRIMARY KEY(member, bundle));
CREATE INDEX uploads_place ON uploads(key, chain, sequence);
)",
                                                       R"(
ALTER TABLE uploads ADD COLUMN token TEXT NOT NULL DEFAULT '';
CREATE TABLE nonces(nonce TEXT PRIMARY KEY, spent INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX nonces_spent ON nonces(spent);
ALTER TABLE head ADD COLUMN time INTEGER NOT NULL DEFAULT 0;
-- What was taken in each day: to be counted without reading every entry.
CREATE TABLE days(day INTEGER PRIMARY KEY, bundles INTEGER NOT NULL, bytes INTEGER NOT NULL);
INSERT INTO days SELECT day, count(*), sum(size) FROM entries WHERE bundle IS NOT NULL GROUP BY day;
)"};

}  // namespace

LedgerSqlcipher::LedgerSqlcipher(std::filesystem::path path, const Secret<32>& key, Database writer)
    : path_(std::move(path)), key_(key.clone()), writer_(std::move(writer)) {}

std::unique_ptr<LedgerSqlcipher> LedgerSqlcipher::open(const std::filesystem::path& path, const Secret<32>& key,
                                                       bool create) {
  try {
    Database writer = Database::open(path, key, create);
    migrate(writer, kMigrations);
    return std::unique_ptr<LedgerSqlcipher>(new LedgerSqlcipher(path, key, std::move(writer)));
  } catch (const Error& error) {
    if (error.context() != "vault.db") throw;
    throw Error(error.code(), error.message(), path.string());
  }
}

LedgerSqlcipher::Reader::Reader(LedgerSqlcipher& ledger)
    : ledger_(ledger), database_([&] {
        std::unique_lock lock(ledger.reading_);
        ledger.returned_.wait(lock, [&] { return !ledger.readers_.empty() || ledger.opened_ < kReaders; });
        if (!ledger.readers_.empty()) {
          Database database = std::move(ledger.readers_.back());
          ledger.readers_.pop_back();
          return database;
        }
        Database database = Database::open(ledger.path_, ledger.key_, false);
        ++ledger.opened_;
        return database;
      }()) {}

LedgerSqlcipher::Reader::~Reader() {
  {
    const std::lock_guard lock(ledger_.reading_);
    ledger_.readers_.push_back(std::move(database_));
  }
  ledger_.returned_.notify_one();
}

std::vector<std::string> LedgerSqlcipher::check() {
  Reader db(*this);
  std::vector<std::string> problems;
  // The first reads every page against its HMAC, the second the structure.
  for (const char* pragma : {"PRAGMA cipher_integrity_check", "PRAGMA integrity_check"}) {
    try {
      Statement rows = db->prepare(pragma);
      while (rows.step()) {
        if (rows.text(0) != "ok") problems.push_back(path_.filename().string() + ": " + rows.text(0));
      }
    } catch (const Error& error) {
      problems.push_back(path_.filename().string() + ": " + error.message());
    }
  }
  return problems;
}

}  // namespace depone::relay
