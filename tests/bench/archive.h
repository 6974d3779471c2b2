#pragma once

#include <memory>
#include <string>

#include "crypto/formats/fields.h"
#include "crypto/identity.h"
#include "store/sql.h"
#include "store/vault.h"
#include "tests/bench/corpus.h"
#include "tests/bench/job.h"

struct sqlite3;

namespace depone::bench {

// The peer: SQLite (SQLCipher's library without a key) with FTS5 as it comes, the cache as large as
// the vault's.
class PlainDatabase {
 public:
  explicit PlainDatabase(const std::string& path);
  PlainDatabase(const PlainDatabase&) = delete;
  PlainDatabase& operator=(const PlainDatabase&) = delete;
  ~PlainDatabase();
  void execute(const std::string& sql);
  // A table of documents and an index of their words.
  void make_tables();
  void insert(const Testimony& testimony);
  // Runs a statement with up to two parameters; the number of rows.
  std::size_t query(const std::string& sql, const std::string& parameter);

 private:
  sqlite3* db_ = nullptr;
  struct Statements;
  std::unique_ptr<Statements> statements_;
};

// The fields of a testimony in our vault.
FieldMap fields_of(const Testimony& testimony);

// 300,000 testimonies in a vault of ours and in a plain database, made once and kept in
// `options.data`.
struct Archive {
  explicit Archive(const Options& options);
  Corpus corpus;
  std::string vault_dir;
  std::string plain_path;
  std::uint64_t size;

  // Without Argon2id's second.
  Vault open() const;
};

// The 95th of a hundred.
double p95(std::vector<double> values);

}  // namespace depone::bench
