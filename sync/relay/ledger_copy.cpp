#include "crypto/error.h"
#include "sync/relay/ledger_sqlcipher.h"

namespace depone::relay {

void LedgerSqlcipher::copy(const std::filesystem::path& from, const Secret<32>& key,
                           const std::filesystem::path& to, const PageProgress& progress) {
  try {
    Database reading = Database::open(from, key, false);
    // While this read transaction lasts, what others commit stays in the log: SQLite would begin
    // to copy anew at each commit that it saw, and on a busy relay never end.
    reading.execute("BEGIN");
    reading.prepare("SELECT count(*) FROM sqlite_master").step();
    reading.reencrypt_to(to, key, progress);
    reading.execute("ROLLBACK");

    Database copy = Database::open(to, key, false);
    Tx tx(copy);
    copy.execute("DELETE FROM uploads");
    tx.commit();
    copy.close();
  } catch (const Error& error) {
    if (error.context() != "vault.db") throw;
    throw Error(error.code(), error.message(), (error.code() == Code::io ? to : from).string());
  }
}

}  // namespace depone::relay
