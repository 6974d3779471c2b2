#include "store/check.h"

#include <algorithm>
#include <map>
#include <set>

#include "crypto/error.h"
#include "crypto/formats/receipt.h"
#include "crypto/formats/revision.h"
#include "crypto/hash.h"
#include "store/check_parts.h"
#include "store/copy_lock.h"
#include "store/enrolment.h"
#include "store/log_scan.h"
#include "store/migration_copy.h"
#include "store/records/attachments.h"
#include "store/records/content_reader.h"
#include "store/records/custody_check.h"
#include "store/records/drafts.h"
#include "store/records/lines.h"
#include "store/records/records.h"
#include "store/records/rows.h"
#include "store/vault_header.h"
#include "store/vault_state.h"

namespace depone {

namespace {

class Checker {
 public:
  Checker(Vault& vault, const CheckProgress& progress) : vault_(vault), progress_(progress) {}

  CheckReport run() {
    attempt("vault.json", [&] { check_header(); });
    attempt("vault.db", [&] { check_pages(); });
    attempt("rosters", [&] { check_rosters(); });
    attempt("records", [&] { check_records(); });
    attempt("drafts", [&] { check_drafts(); });
    attempt("attachments", [&] { check_attachments(); });
    attempt("outbox", [&] { check_bundles(); });
    attempt("files", [&] { check_files(); });
    return std::move(report_);
  }

 private:
  // A check that hits damage says so and the next one goes on.
  template <typename Work>
  void attempt(const std::string& what, const Work& work) {
    try {
      work();
    } catch (const Error& error) {
      report_.damage.push_back(what + ": " + error.what());
    }
  }

  void damage(const std::string& what) { report_.damage.push_back(what); }

  void progress(std::string_view step, std::uint64_t done, std::uint64_t of) const {
    if (progress_) progress_(step, done, of);
  }

  std::uint64_t count(const std::string& table) {
    Statement row = vault_.db().prepare("SELECT count(*) FROM " + table);
    row.step();
    return static_cast<std::uint64_t>(row.integer(0));
  }

  std::set<std::string> names(const std::string& sql) {
    const auto found = texts(sql);
    return std::set<std::string>(found.begin(), found.end());
  }

  std::vector<std::string> texts(const std::string& sql) {
    std::vector<std::string> out;
    Statement rows = vault_.db().prepare(sql);
    while (rows.step()) out.push_back(rows.text(0));
    return out;
  }

  void check_header() {
    const FoundHeader found = read_headers(vault_.dir());
    if (!found.damaged.empty()) {
      damage(found.damaged +
             ": this copy of the vault's header is damaged or missing; the other one holds. "
             "`depone check --repair` makes it good");
    }
    if (found.older) damage("vault.json: its two copies differ");
  }

  void check_pages() {
    progress("database", 0, 2);
    // What is still in the write-ahead log is not seen by cipher_integrity_check.
    vault_.db().execute("PRAGMA wal_checkpoint(FULL)");
    const auto pages = texts("PRAGMA cipher_integrity_check");
    for (const std::string& line : pages) damage("vault.db: " + line);
    if (!pages.empty()) {
      for (const std::string& part : unreadable_parts(vault_.db()))
        damage("vault.db: this can't be read, or not all of it: " + part);
    }
    progress("database", 1, 2);
    for (const std::string& line : texts("PRAGMA integrity_check")) {
      if (line != "ok") damage("vault.db: " + line);
    }
    for (const std::string& table :
         texts("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check")) {
      damage("vault.db: a row of " + table + " refers to one that is not there");
    }
    progress("database", 2, 2);
  }

  void check_rosters() {
    for (const std::string& version : texts("SELECT version FROM rosters ORDER BY version")) {
      attempt("roster " + version, [&] { roster_version(vault_, *from_decimal(version)); });
    }
    for (const std::string& refused : refused_rosters(vault_)) {
      report_.warnings.push_back("a roster was refused: " + refused);
    }
  }

  void check_drafts() {
    for (const std::string& id : texts("SELECT id FROM drafts ORDER BY id"))
      attempt("unfinished interview " + id, [&] { get_draft(vault_, id); });
  }

  void check_records() {
    const auto ids = record_ids();
    for (const std::string& id : ids) {
      if (report_.records % 100 == 0) progress("records", report_.records, ids.size());
      const std::size_t before = report_.damage.size();
      attempt("record " + id, [&] {
        check_reading(get_record(vault_, id));
        check_revisions(id);
      });
      attempt("custody of record " + id, [&] { check_custody(id); });
      ++report_.records;
      if (report_.damage.size() == before) ++report_.readable;
    }
    progress("records", ids.size(), ids.size());
  }

  // Where a page of the table is hit, its index may still name every record.
  std::vector<std::string> record_ids() {
    try {
      return texts("SELECT id FROM records ORDER BY number");
    } catch (const Error& error) {
      damage(std::string("records: ") + error.what());
      return texts("SELECT id FROM records ORDER BY id");
    }
  }

  // What the other commands read a record and its attachments by.
  void check_reading(const RecordView& record) {
    for (const auto& [path, value] : record.content.fields()) {
      if (path.starts_with("attachments.") && path.ends_with(".sha256") && value.is_string())
        has_content(vault_, value.get<std::string>());
    }
  }

  void check_revisions(const std::string& record) {
    const std::map<Sha256, std::string> lines = held_lines(vault_, record_number(vault_, record));
    std::set<Sha256> unused;
    for (const auto& [commitment, text] : lines) unused.insert(commitment);

    std::set<std::string> ids;
    Statement& rows =
        vault_.db()
            .cached(
                "SELECT v.id, v.json FROM revisions v JOIN records r ON r.number = v.record "
                "WHERE r.id = ?")
            .with(record);
    while (rows.step()) {
      const std::string id = rows.text(0);
      ids.insert(id);
      ++report_.revisions;
      attempt("revision " + id,
              [&] { check_revision_file(record, id, rows.text(1), lines, unused); });
    }
    if (!unused.empty())
      damage("record " + record + ": a line was changed, or belongs to none of its revisions");
    Statement& head = vault_.db().cached("SELECT head FROM records WHERE id = ?").with(record);
    if (!head.step() || !ids.contains(head.text(0)))
      damage("record " + record + ": its newest revision is missing");
    head.reset();
  }

  void check_revision_file(const std::string& record, const std::string& id,
                           const std::string& json, const std::map<Sha256, std::string>& lines,
                           std::set<Sha256>& unused) {
    if (revision_id(json) != id) damage("revision " + id + ": its hash does not hold");
    const Revision revision = Revision::parse(json);
    if (revision.record != record) damage("revision " + id + ": it is of another record");
    std::string file;
    for (const Sha256& commitment : revision.commitments) {
      unused.erase(commitment);
      if (const auto line = lines.find(commitment); line != lines.end())
        file += line->second + "\n";
    }
    check_revision(json, file);
  }

  void check_custody(const std::string& record) {
    const CustodyReport custody = check_chains(vault_, record);
    report_.custody_events += custody.events;
    for (const std::string& what : custody.damage)
      damage("custody of record " + record + ": " + what);
    for (const std::string& what : custody.notes)
      report_.warnings.push_back("custody of record " + record + ": " + what);
  }

  void check_attachments() {
    const auto hashes = texts("SELECT sha256 FROM attachments ORDER BY sha256");
    std::uint64_t all = 0, done = 0;
    for (const std::string& sha256 : hashes) all += content_file(vault_, sha256).size;
    for (const std::string& sha256 : hashes) {
      progress("attachments", done, all);
      ContentFile file = content_file(vault_, sha256);
      done += file.size;
      try {
        check_content(std::move(file));
      } catch (const Error& error) {
        damage("attachment of record " + records_with(sha256) + ": " + error.what());
      }
      ++report_.attachments;
    }
    progress("attachments", all, all);
  }

  // The records that an attachment belongs to.
  std::string records_with(const std::string& sha256) {
    std::string found;
    Statement rows = vault_.db().prepare(
        "SELECT r.id FROM record_contents c JOIN records r ON r.number = c.record "
        "WHERE c.sha256 = ? ORDER BY r.id");
    rows.with(sha256);
    while (rows.step()) found += (found.empty() ? "" : ", ") + rows.text(0);
    return found;
  }

  void check_bundles() {
    const std::uint64_t all = count("outgoing");
    std::vector<VerifierKey> logs;
    if (const auto roster = newest_roster(vault_)) logs = roster->head.log_keys();
    Statement rows =
        vault_.db().prepare("SELECT sha256, size, file, receipt FROM outgoing ORDER BY number");
    while (rows.step()) {
      progress("bundles", report_.bundles++, all);
      const std::string hash = rows.text(0);
      attempt("bundle " + hash, [&] {
        if (!rows.is_null(2))
          check_bundle_file(hash, static_cast<std::uint64_t>(rows.integer(1)), rows.text(2));
        if (!rows.is_null(3) && !logs.empty()) check_bundle_receipt(hash, rows.text(3), logs);
      });
    }
    progress("bundles", all, all);
  }

  void check_bundle_file(const std::string& hash, std::uint64_t size, const std::string& name) {
    FileSource file(vault_.outbox_dir() / name);
    const Digests digests = digest_all(file);
    if (digests.size != size || hex(digests.sha256) != hash) {
      damage("bundle " + hash + ": its file is not what was sealed; seal its records again");
    }
  }

  void check_bundle_receipt(const std::string& hash, const std::string& text,
                            const std::vector<VerifierKey>& logs) {
    const CheckedReceipt receipt = check_receipt(Receipt::parse(text), logs);
    const auto* entry = std::get_if<BundleEntry>(&receipt.entry);
    if (entry == nullptr || hex(entry->digests.sha256) != hash) {
      damage("bundle " + hash + ": its receipt is of something else");
    }
  }

  void check_files() {
    static constexpr std::string_view kKnown[] = {
        kHeaderName,   kHeaderCopyName, kDatabaseName, "vault.db-wal", "vault.db-shm", kLockName,
        kCopyLockName, kHeaderLockName, "attachments", "outbox",       "inbox"};
    for (const std::string& name : names_in(vault_.dir())) {
      if (is_migration_copy(name)) continue;
      if (is_kept_log(name)) {
        damage(name +
               ": a log of changes that the disk had damaged when the vault was opened; what was "
               "done last then may be missing. Remove it once that is put right");
        continue;
      }
      if (std::find(std::begin(kKnown), std::end(kKnown), name) == std::end(kKnown)) unknown(name);
    }
    const auto attachments = names("SELECT file FROM attachments");
    for (const std::string& name : names_in(vault_.attachments_dir())) {
      if (!attachments.contains(name)) unknown("attachments/" + name);
    }
    const auto bundles = names("SELECT file FROM outgoing WHERE file IS NOT NULL");
    for (const std::string& name : names_in(vault_.outbox_dir())) {
      if (!bundles.contains(name)) unknown("outbox/" + name);
    }
    for (const std::string& name : names_in(vault_.inbox_dir())) {
      if (!sha256_from_hex(name.substr(0, 64))) unknown("inbox/" + name);
    }
  }

  void unknown(const std::string& name) {
    report_.warnings.push_back("a file that is none of the vault's was left as it is: " + name);
  }

  Vault& vault_;
  const CheckProgress& progress_;
  CheckReport report_;
};

}  // namespace

CheckReport check_vault(Vault& vault, const CheckProgress& progress) {
  return Checker(vault, progress).run();
}

CheckReport check_unopened(const fs::path& vault_dir, const KeysOf& keys, const std::string& why) {
  CheckReport report;
  const FoundHeader found = read_headers(vault_dir);
  if (!found.damaged.empty())
    report.damage.push_back(found.damaged +
                            ": this copy of the vault's header is damaged or missing");
  const fs::path database = vault_dir / kDatabaseName;
  std::error_code ignored;
  std::vector<std::string> pages;
  if (fs::is_regular_file(fs::symlink_status(database, ignored)) &&
      !fs::is_empty(database, ignored)) {
    for (const FoundKey& key : keys(found.header)) {
      pages = Database::damaged_pages(database, key.key);
      if (pages.empty()) break;
    }
  }
  if (pages.empty()) {
    report.damage.push_back("vault.db: " + why);
    return report;
  }
  for (const std::string& page : pages) report.damage.push_back("vault.db: " + page);
  report.damage.push_back(
      "vault.db: one of the pages that hold what everything else hangs on is hit, so that nothing "
      "in the vault can be read. Restore a backup; attachments made since are in attachments/, and "
      "can be read only with the keys in this database");
  return report;
}

}  // namespace depone
