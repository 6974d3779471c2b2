#include "store/records/discard.h"

#include "crypto/error.h"
#include "store/log_scan.h"
#include "store/migration_copy.h"
#include "store/records/attachments.h"
#include "store/records/rows.h"
#include "store/search/index.h"

namespace depone {

namespace {

bool has_row(Vault& vault, const std::string& sql, std::int64_t record) {
  Statement& row = vault.db().cached(sql).with(record);
  const bool found = row.step();
  row.reset();
  return found;
}

std::uint64_t remove(Vault& vault, const std::string& sql, std::int64_t record) {
  vault.db().cached(sql).with(record).run();
  return static_cast<std::uint64_t>(vault.db().changes());
}

std::string refusal(Vault& vault, std::int64_t record) {
  if (has_row(vault,
              "SELECT 1 FROM outgoing_revisions x JOIN outgoing o ON o.number = x.bundle "
              "WHERE x.record = ? AND o.state = 'delivered'",
              record)) {
    return "it was delivered: others hold it";
  }
  if (has_row(vault, "SELECT 1 FROM outgoing_revisions WHERE record = ?", record))
    return "it was sealed: a bundle of this vault holds it";
  if (has_row(vault,
              "SELECT 1 FROM revisions v JOIN incoming_revisions i ON i.revision = v.id "
              "WHERE v.record = ?",
              record)) {
    return "it came from another member";
  }
  return "";
}

}  // namespace

std::string discard_refusal(Vault& vault, std::string_view record) {
  return refusal(vault, record_number(vault, record));
}

Discarded discard_record(Vault& vault, std::string_view record) {
  Discarded discarded;
  Tx tx(vault.db());
  const std::int64_t number = record_number(vault, record);
  if (const std::string why = refusal(vault, number); !why.empty()) {
    throw Error(Code::refused,
                "only a record that was never sealed can be removed for good. " +
                    std::string("This one can't: ") + why + "; nothing was changed",
                std::string(record));
  }
  unindex_record(vault, number);
  discarded.contents =
      remove(vault,
             "DELETE FROM attachments WHERE sha256 IN (SELECT sha256 FROM record_contents WHERE "
             "record = ?1) AND NOT EXISTS (SELECT 1 FROM record_contents c WHERE c.sha256 = "
             "attachments.sha256 AND c.record <> ?1) AND NOT EXISTS (SELECT 1 FROM "
             "outgoing_attachments x WHERE x.sha256 = attachments.sha256)",
             number);
  for (const char* sql :
       {"DELETE FROM record_contents WHERE record = ?", "DELETE FROM record_links WHERE record = ?",
        "DELETE FROM imported WHERE record = ?", "DELETE FROM custody WHERE record = ?",
        "DELETE FROM custody_chains WHERE record = ?", "DELETE FROM lines WHERE record = ?",
        "DELETE FROM draft_fields WHERE draft = (SELECT id FROM records WHERE number = ?)",
        "DELETE FROM drafts WHERE id = (SELECT id FROM records WHERE number = ?)",
        "DELETE FROM revision_parents WHERE revision IN (SELECT number FROM revisions WHERE record "
        "= ?)"}) {
    remove(vault, sql, number);
  }
  discarded.revisions = remove(vault, "DELETE FROM revisions WHERE record = ?", number);
  remove(vault, "DELETE FROM records WHERE number = ?", number);
  tx.commit();
  finish_discard(vault);
  sweep_attachments(vault);
  return discarded;
}

void finish_discard(Vault& vault) {
  if (!has_removed_words(vault)) return;
  // They hold it still.
  remove_migration_copies(vault.dir());
  remove_kept_logs(vault.dir());
  Tx tx(vault.db());
  forget_removed_words(vault);
  tx.commit();
  // Pages as they were before stand in the log until it is emptied.
  vault.db().execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace depone
