#pragma once

// How the files that implement LedgerSqlcipher get at the database; nobody else includes this.

#include "sync/relay/ledger_sqlcipher.h"

namespace depone::relay {

class LedgerSqlcipher::Reader {
 public:
  explicit Reader(LedgerSqlcipher& ledger);
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader();
  Database* operator->() { return &database_; }
  Database& operator*() { return database_; }

 private:
  LedgerSqlcipher& ledger_;
  Database database_;
};

class LedgerSqlcipher::Writer {
 public:
  explicit Writer(LedgerSqlcipher& ledger) : lock_(ledger.writing_), database_(ledger.writer_), tx_(ledger.writer_) {}
  Database* operator->() { return &database_; }
  Database& operator*() { return database_; }
  void commit() { tx_.commit(); }

 private:
  std::lock_guard<std::mutex> lock_;
  Database& database_;
  Tx tx_;
};

// Resets a kept statement at scope's end: one left in the middle of its rows would keep its read transaction open.
class Rows {
 public:
  explicit Rows(Statement& statement) : statement_(statement) {}
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows() { statement_.reset(); }
  Statement* operator->() { return &statement_; }

 private:
  Statement& statement_;
};

}  // namespace depone::relay
