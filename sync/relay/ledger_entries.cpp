// Uploads, entries, mailboxes and the log in the SQLCipher ledger.
#include "crypto/error.h"
#include "crypto/formats/entry.h"
#include "sync/relay/ledger_connection.h"

namespace depone::relay {

namespace {

constexpr std::int64_t kDay = 86'400;
constexpr const char* kUpload =
    "SELECT member, bundle, size, minisig, key, chain, sequence, recipients, staging, touched, completing, token "
    "FROM uploads ";
constexpr const char* kSize = "(SELECT size FROM head)";

std::string joined(const std::vector<std::string>& ids) {
  std::string out;
  for (const std::string& id : ids) out += (out.empty() ? "" : " ") + id;
  return out;
}

UploadRecord upload_from(Statement& row) {
  UploadRecord out;
  out.member = row.text(0);
  out.sha256 = row.text(1);
  out.size = static_cast<std::uint64_t>(row.integer(2));
  out.minisig = row.text(3);
  out.key = row.text(4);
  out.chain = row.text(5);
  out.sequence = static_cast<std::uint64_t>(row.integer(6));
  const std::string recipients = row.text(7);
  for (const std::string_view id : split(recipients, ' ')) out.to.emplace_back(id);
  out.staging = row.text(8);
  out.touched = Time{row.integer(9)};
  out.completing = row.integer(10) != 0;
  out.token = row.text(11);
  return out;
}

void write_upload(Database& db, const UploadRecord& upload, bool completing) {
  db.cached("INSERT OR REPLACE INTO uploads VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .with(upload.member, upload.sha256, upload.size, upload.minisig, upload.key, upload.chain, upload.sequence,
            joined(upload.to), upload.staging, upload.touched.seconds, completing, upload.token)
      .run();
}

std::vector<std::string> addressees_of(Database& db, std::uint64_t index) {
  std::vector<std::string> out;
  Rows row(db.cached("SELECT member FROM addressees WHERE idx = ? ORDER BY member").with(index));
  while (row->step()) out.push_back(row->text(0));
  return out;
}

BundleRecord bundle_from(Database& db, Statement& row) {
  const Entry entry = parse_entry(row.text(0));
  BundleRecord out;
  out.minisig = std::get<BundleEntry>(entry).minisig;
  out.index = static_cast<std::uint64_t>(row.integer(1));
  out.sha256 = row.text(2);
  out.member = row.text(3);
  out.size = static_cast<std::uint64_t>(row.integer(4));
  out.published = row.integer(5) != 0;
  out.to = addressees_of(db, out.index);
  return out;
}

std::string bundle_columns() {
  return std::string("SELECT text, idx, bundle, member, size, idx < ") + kSize + " FROM entries ";
}

std::optional<std::string> holder(Database& db, std::string_view key, std::string_view chain, std::uint64_t sequence,
                                  std::string_view sha256) {
  Rows row(db.cached("SELECT bundle FROM entries WHERE key = ?1 AND chain = ?2 AND sequence = ?3 AND bundle != ?4 "
                     "UNION ALL SELECT bundle FROM uploads WHERE key = ?1 AND chain = ?2 AND sequence = ?3 "
                     "AND bundle != ?4 AND completing = 1")
               .with(key, chain, sequence, sha256));
  if (!row->step()) return std::nullopt;
  return row->text(0);
}

std::vector<MailboxItem> items(Statement& statement) {
  std::vector<MailboxItem> out;
  Rows row(statement);
  while (row->step()) out.push_back({static_cast<std::uint64_t>(row->integer(0)), row->text(1)});
  return out;
}

std::int64_t above(std::optional<std::uint64_t> after) {
  return after ? static_cast<std::int64_t>(std::min<std::uint64_t>(*after, INT64_MAX)) : -1;
}

}  // namespace

std::optional<UploadRecord> LedgerSqlcipher::upload(std::string_view member, std::string_view sha256) {
  Reader db(*this);
  Rows row(db->cached(std::string(kUpload) + "WHERE member = ? AND bundle = ?").with(member, sha256));
  if (!row->step()) return std::nullopt;
  return upload_from(*row.operator->());
}

std::vector<UploadRecord> LedgerSqlcipher::uploads() {
  Reader db(*this);
  std::vector<UploadRecord> out;
  Rows row(db->cached(std::string(kUpload) + "ORDER BY touched"));
  while (row->step()) out.push_back(upload_from(*row.operator->()));
  return out;
}

std::vector<UploadRecord> LedgerSqlcipher::uploads_of(std::string_view member) {
  Reader db(*this);
  std::vector<UploadRecord> out;
  Rows row(db->cached(std::string(kUpload) + "WHERE member = ? ORDER BY touched").with(member));
  while (row->step()) out.push_back(upload_from(*row.operator->()));
  return out;
}

void LedgerSqlcipher::put_upload(const UploadRecord& upload) {
  Writer db(*this);
  write_upload(*db, upload, upload.completing);
  db.commit();
}

void LedgerSqlcipher::touch_upload(std::string_view member, std::string_view sha256, Time now) {
  Writer db(*this);
  db->cached("UPDATE uploads SET touched = ? WHERE member = ? AND bundle = ?").with(now.seconds, member, sha256).run();
  db.commit();
}

bool LedgerSqlcipher::remove_upload(std::string_view member, std::string_view sha256, bool even_completing) {
  Writer db(*this);
  {
    Rows row(db->cached("SELECT 1 FROM uploads WHERE member = ? AND bundle = ? AND completing = 1").with(member, sha256));
    if (row->step() && !even_completing) return false;
  }
  db->cached("DELETE FROM uploads WHERE member = ? AND bundle = ?").with(member, sha256).run();
  db.commit();
  return true;
}

std::optional<std::string> LedgerSqlcipher::holder_of_place(std::string_view key, std::string_view chain,
                                                            std::uint64_t sequence, std::string_view sha256) {
  Reader db(*this);
  return holder(*db, key, chain, sequence, sha256);
}

bool LedgerSqlcipher::begin_completing(std::string_view member, std::string_view sha256) {
  Writer db(*this);
  std::optional<UploadRecord> upload;
  {
    Rows row(db->cached(std::string(kUpload) + "WHERE member = ? AND bundle = ?").with(member, sha256));
    if (row->step()) upload = upload_from(*row.operator->());
  }
  if (!upload || holder(*db, upload->key, upload->chain, upload->sequence, sha256)) return false;
  db->cached("UPDATE uploads SET completing = 1 WHERE member = ? AND bundle = ?").with(member, sha256).run();
  db.commit();
  return true;
}

bool LedgerSqlcipher::put_completing(const UploadRecord& upload) {
  Writer db(*this);
  if (holder(*db, upload.key, upload.chain, upload.sequence, upload.sha256)) return false;
  write_upload(*db, upload, true);
  db.commit();
  return true;
}

Ledger::Accepted LedgerSqlcipher::accept(const UploadRecord& upload, std::string_view entry, Time now) {
  Writer db(*this);
  {
    Rows row(db->cached("SELECT 1 FROM entries WHERE bundle = ?").with(upload.sha256));
    if (row->step()) return Accepted::already;
  }
  {
    Rows row(db->cached("SELECT 1 FROM closed WHERE key = ?").with(upload.key));
    if (row->step()) return Accepted::closed;
  }
  if (holder(*db, upload.key, upload.chain, upload.sequence, upload.sha256)) return Accepted::sequence_used;
  db->cached("DELETE FROM uploads WHERE member = ? AND bundle = ?").with(upload.member, upload.sha256).run();
  if (db->changes() != 1) return Accepted::gone;
  db->cached("INSERT INTO entries(idx, text, bundle, member, key, chain, sequence, size, day) "
             "SELECT coalesce(max(idx) + 1, 0), ?, ?, ?, ?, ?, ?, ?, ? FROM entries")
      .with(entry, upload.sha256, upload.member, upload.key, upload.chain, upload.sequence, upload.size,
            now.seconds / kDay)
      .run();
  const std::int64_t index = db->last_rowid();
  db->cached("INSERT INTO days(day, bundles, bytes) VALUES(?1, 1, ?2) "
             "ON CONFLICT(day) DO UPDATE SET bundles = bundles + 1, bytes = bytes + ?2")
      .with(now.seconds / kDay, upload.size)
      .run();
  for (const std::string& id : upload.to) {
    db->cached("INSERT INTO addressees(member, idx) VALUES(?, ?) ON CONFLICT DO NOTHING").with(id, index).run();
  }
  db.commit();
  return Accepted::yes;
}

std::optional<BundleRecord> LedgerSqlcipher::bundle(std::string_view sha256) {
  Reader db(*this);
  Rows row(db->cached(bundle_columns() + "WHERE bundle = ?").with(sha256));
  if (!row->step()) return std::nullopt;
  return bundle_from(*db, *row.operator->());
}

std::vector<BundleRecord> LedgerSqlcipher::bundles(std::uint64_t first, std::size_t limit) {
  Reader db(*this);
  std::vector<BundleRecord> out;
  Rows row(db->cached(bundle_columns() + "WHERE idx >= ? AND bundle IS NOT NULL ORDER BY idx LIMIT ?")
               .with(first, static_cast<std::uint64_t>(limit)));
  while (row->step()) out.push_back(bundle_from(*db, *row.operator->()));
  return out;
}

Ledger::Usage LedgerSqlcipher::usage(std::string_view member, Time now) {
  Reader db(*this);
  Rows row(db->cached("SELECT count(*), coalesce(sum(size), 0) FROM entries WHERE member = ? AND day = ?")
               .with(member, now.seconds / kDay));
  row->step();
  return {static_cast<std::uint64_t>(row->integer(0)), static_cast<std::uint64_t>(row->integer(1))};
}

std::vector<Ledger::Day> LedgerSqlcipher::days() {
  Reader db(*this);
  std::vector<Day> out;
  Rows row(db->cached("SELECT day, bundles, bytes FROM days ORDER BY day"));
  while (row->step()) {
    out.push_back({row->integer(0), {static_cast<std::uint64_t>(row->integer(1)), static_cast<std::uint64_t>(row->integer(2))}});
  }
  return out;
}

std::vector<MailboxItem> LedgerSqlcipher::addressed_to(std::string_view member, std::optional<std::uint64_t> after,
                                                       std::size_t limit) {
  Reader db(*this);
  return items(db->cached(std::string("SELECT e.idx, e.text FROM addressees AS a JOIN entries AS e ON e.idx = a.idx "
                                      "WHERE a.member = ? AND a.idx > ? AND a.idx < ") +
                          kSize + " ORDER BY a.idx LIMIT ?")
                   .with(member, above(after), static_cast<std::uint64_t>(limit)));
}

std::vector<MailboxItem> LedgerSqlcipher::sent_by(std::string_view member, std::optional<std::uint64_t> after,
                                                  std::size_t limit) {
  Reader db(*this);
  return items(db->cached(std::string("SELECT idx, text FROM entries WHERE member = ? AND idx > ? AND idx < ") + kSize +
                          " ORDER BY idx LIMIT ?")
                   .with(member, above(after), static_cast<std::uint64_t>(limit)));
}

std::uint64_t LedgerSqlcipher::count_sent(std::string_view member) {
  Reader db(*this);
  Rows row(db->cached(std::string("SELECT count(*) FROM entries WHERE member = ? AND idx < ") + kSize).with(member));
  row->step();
  return static_cast<std::uint64_t>(row->integer(0));
}

Head LedgerSqlcipher::head() {
  Reader db(*this);
  Rows row(db->cached("SELECT size, note, time FROM head"));
  if (!row->step()) throw Error(Code::damaged, "the ledger has no tree head; nothing was changed", "ledger");
  return {static_cast<std::uint64_t>(row->integer(0)), row->text(1), Time{row->integer(2)}};
}

std::vector<std::string> LedgerSqlcipher::entries(std::uint64_t first, std::size_t limit) {
  Reader db(*this);
  std::vector<std::string> out;
  Rows row(db->cached(std::string("SELECT text FROM entries WHERE idx >= ? AND idx < ") + kSize + " ORDER BY idx LIMIT ?")
               .with(first, static_cast<std::uint64_t>(limit)));
  while (row->step()) out.push_back(row->text(0));
  return out;
}

std::vector<std::string> LedgerSqlcipher::waiting(std::size_t limit) {
  Reader db(*this);
  std::vector<std::string> out;
  Rows row(db->cached(std::string("SELECT text FROM entries WHERE idx >= ") + kSize + " ORDER BY idx LIMIT ?")
               .with(static_cast<std::uint64_t>(limit)));
  while (row->step()) out.push_back(row->text(0));
  return out;
}

std::uint64_t LedgerSqlcipher::count_waiting() {
  Reader db(*this);
  Rows row(db->cached(std::string("SELECT count(*) FROM entries WHERE idx >= ") + kSize));
  row->step();
  return static_cast<std::uint64_t>(row->integer(0));
}

Bytes LedgerSqlcipher::tile(unsigned level, std::uint64_t index) {
  Reader db(*this);
  Rows row(db->cached("SELECT hashes FROM tiles WHERE level = ? AND idx = ?")
               .with(static_cast<std::uint64_t>(level), index));
  return row->step() ? row->blob(0) : Bytes{};
}

bool LedgerSqlcipher::swap_head(const Head& before, const Head& after, const Tiles& changed) {
  Writer db(*this);
  db->cached("UPDATE head SET size = ?, note = ?, time = ? WHERE size = ? AND note = ?")
      .with(after.size, after.note, after.time.seconds, before.size, before.note)
      .run();
  if (db->changes() != 1) return false;
  for (const auto& [place, hashes] : changed) {
    db->cached("INSERT OR REPLACE INTO tiles(level, idx, hashes) VALUES(?, ?, ?)")
        .with(static_cast<std::uint64_t>(place.first), place.second, hashes)
        .run();
  }
  db.commit();
  return true;
}

}  // namespace depone::relay
