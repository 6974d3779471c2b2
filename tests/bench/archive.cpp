#include "tests/bench/archive.h"

#define SQLITE_HAS_CODEC 1
#include <sqlcipher/sqlite3.h>

#include <algorithm>
#include <iostream>
#include <stdexcept>
#include <unordered_map>

#include "store/records/record_batch.h"
#include "store/sql_memory.h"
#include "tests/store/vault_fixture.h"

namespace depone::bench {

namespace {

constexpr std::uint64_t kTransaction = 1'000;
constexpr Time kNow{1'795'512'600};

void check(sqlite3* db, int result) {
  if (result != SQLITE_OK && result != SQLITE_ROW && result != SQLITE_DONE)
    throw std::runtime_error(std::string("the plain database: ") + sqlite3_errmsg(db));
}

void bind(sqlite3_stmt* statement, int position, const std::string& text) {
  sqlite3_bind_text(statement, position, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

Seed seed() {
  Seed seed;
  std::fill(seed.reveal().begin(), seed.reveal().end(), std::uint8_t{1});
  return seed;
}

void make_vault(const Archive& archive, const std::string& dir) {
  Vault vault = Vault::create(dir, as_bytes("bench"), {1, 8u << 20}, seed(), kNow);
  for (std::uint64_t done = 0; done < archive.size;) {
    // The bench's own transactions are large: the data is made, not measured.
    const std::uint64_t to = std::min<std::uint64_t>(done + 32'768, archive.size);
    Tx tx(vault.db());
    RecordBatch batch(vault, "testimony", "imported", kNow);
    for (; done < to; ++done) {
      batch.add(fields_of(archive.corpus.testimony(done)), {{"from", "csv"}, {"line", done}}, {},
                {});
    }
    batch.finish();
    tx.commit();
    std::cerr << "made " << done << " testimonies\n";
  }
}

void make_plain(const Archive& archive, const std::string& path) {
  PlainDatabase plain(path);
  plain.make_tables();
  for (std::uint64_t i = 0; i < archive.size; ++i) {
    if (i % kTransaction == 0) plain.execute("BEGIN");
    plain.insert(archive.corpus.testimony(i));
    if (i % kTransaction == kTransaction - 1 || i + 1 == archive.size) plain.execute("COMMIT");
  }
}

}  // namespace

struct PlainDatabase::Statements {
  ~Statements() {
    for (auto& [sql, statement] : known) sqlite3_finalize(statement);
  }
  std::unordered_map<std::string, sqlite3_stmt*> known;
};

PlainDatabase::PlainDatabase(const std::string& path)
    : statements_(std::make_unique<Statements>()) {
  // Our own databases ask for it, and it can't be asked for later; both sides pay for it then.
  wipe_freed_sql_memory();
  check(db_, sqlite3_open(path.c_str(), &db_));
  execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536; "
      "PRAGMA temp_store = MEMORY");
}

PlainDatabase::~PlainDatabase() {
  statements_.reset();
  sqlite3_close(db_);
}

void PlainDatabase::execute(const std::string& sql) {
  check(db_, sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr));
}

void PlainDatabase::make_tables() {
  execute(
      "CREATE TABLE docs(id INTEGER PRIMARY KEY, reference TEXT, date TEXT, tag TEXT, title TEXT, "
      "place TEXT, text TEXT);"
      "CREATE VIRTUAL TABLE words USING fts5(title, place, text, content='docs', "
      "content_rowid='id')");
}

void PlainDatabase::insert(const Testimony& t) {
  for (const char* sql :
       {"INSERT INTO docs(title, place, text, reference, date, tag) VALUES (?, ?, ?, ?, ?, ?)",
        "INSERT INTO words(title, place, text, rowid) VALUES (?, ?, ?, last_insert_rowid())"}) {
    sqlite3_stmt*& statement = statements_->known[sql];
    if (statement == nullptr) check(db_, sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr));
    bind(statement, 1, t.title);
    bind(statement, 2, t.place);
    bind(statement, 3, t.text);
    if (sqlite3_bind_parameter_count(statement) > 3) {
      bind(statement, 4, t.reference);
      bind(statement, 5, t.date);
      bind(statement, 6, t.tag);
    }
    check(db_, sqlite3_step(statement));
    sqlite3_reset(statement);
  }
}

std::size_t PlainDatabase::query(const std::string& sql, const std::string& parameter) {
  sqlite3_stmt*& statement = statements_->known[sql];
  if (statement == nullptr)
    check(db_, sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr));
  if (sqlite3_bind_parameter_count(statement) > 0) bind(statement, 1, parameter);
  std::size_t rows = 0;
  int result = SQLITE_ROW;
  while ((result = sqlite3_step(statement)) == SQLITE_ROW) ++rows;
  sqlite3_reset(statement);
  check(db_, result);
  return rows;
}

FieldMap fields_of(const Testimony& t) {
  FieldMap fields;
  fields["title"] = t.title;
  fields["source.pseudonym"] = t.reference;
  fields["interview.place"] = t.place;
  fields["interview.date"] = Json{{"date", t.date}, {"type", "exact"}};
  fields["consent.status"] = "given";
  fields["account.text.0"] = t.text;
  fields["tags.0"] = t.tag;
  return fields;
}

Archive::Archive(const Options& options)
    : vault_dir(options.data + "/vault-" + std::to_string(options.testimonies)),
      plain_path(options.data + "/plain-" + std::to_string(options.testimonies) + ".db"),
      size(options.testimonies) {
  fs::create_directories(options.data);
  for (const bool ours : {true, false}) {
    const std::string& path = ours ? vault_dir : plain_path;
    if (fs::exists(path)) continue;
    const std::string partial = path + ".partial";
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove_all(partial + suffix);
    if (ours) {
      make_vault(*this, partial);
    } else {
      make_plain(*this, partial);
    }
    fs::rename(partial, path);
  }
}

Vault Archive::open() const { return Vault::open_with_recovery(vault_dir, seed()); }

double p95(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, values.size() * 95 / 100)];
}

}  // namespace depone::bench
