#include "store/outbox.h"

#include "crypto/error.h"
#include "crypto/formats/receipt.h"
#include "store/copy_lock.h"
#include "store/records/custody.h"

namespace depone {

namespace {

constexpr std::string_view kColumns =
    "SELECT number, sha256, size, file, minisig, chain, sequence, state, upload, receipt, problem "
    "FROM outgoing ";

std::string digest_of(std::string_view recipient) { return hex(sha256(recipient)); }

std::string needed_setting(Vault& vault, std::string_view key) {
  auto value = vault.setting(key);
  if (!value)
    throw Error(Code::damaged, "the vault's place in its chain of bundles is missing", "vault.db");
  return std::move(*value);
}

std::optional<std::string> newest_delivered(Vault& vault) {
  Statement& row = vault.db().cached(
      "SELECT sha256 FROM outgoing WHERE log_index IS NOT NULL ORDER BY log_index DESC LIMIT 1");
  if (!row.step()) return std::nullopt;
  std::string sha256 = row.text(0);
  row.reset();
  return sha256;
}

std::int64_t bundle_number(Vault& vault, std::string_view sha256) {
  Statement& row = vault.db().cached("SELECT number FROM outgoing WHERE sha256 = ?").with(sha256);
  if (!row.step())
    throw Error(Code::not_found, "this vault has made no such bundle", std::string(sha256));
  const std::int64_t number = row.integer(0);
  row.reset();
  return number;
}

std::vector<BundleTarget> targets_of(Vault& vault, std::int64_t bundle) {
  std::vector<BundleTarget> targets;
  Statement& rows =
      vault.db()
          .cached(
              "SELECT member, recipient, number FROM outgoing_targets WHERE bundle = ? "
              "ORDER BY member, digest")
          .with(bundle);
  while (rows.step()) {
    targets.push_back({rows.text(0), rows.text(1), static_cast<std::uint64_t>(rows.integer(2))});
  }
  return targets;
}

std::vector<std::string> records_of(Vault& vault, std::int64_t bundle) {
  std::vector<std::string> records;
  Statement& rows = vault.db()
                        .cached(
                            "SELECT DISTINCT r.id FROM outgoing_revisions o JOIN records r ON "
                            "r.number = o.record "
                            "WHERE o.bundle = ? ORDER BY r.id")
                        .with(bundle);
  while (rows.step()) records.push_back(rows.text(0));
  return records;
}

OutgoingBundle bundle_at(Vault& vault, const Statement& row) {
  const std::int64_t number = row.integer(0);
  OutgoingBundle bundle;
  bundle.sha256 = row.text(1);
  bundle.size = static_cast<std::uint64_t>(row.integer(2));
  bundle.file = row.text(3);
  bundle.minisig = row.text(4);
  bundle.chain = row.text(5);
  bundle.sequence = static_cast<std::uint64_t>(row.integer(6));
  bundle.state = row.text(7);
  bundle.upload = row.text(8);
  bundle.receipt = row.text(9);
  bundle.problem = row.text(10);
  bundle.targets = targets_of(vault, number);
  bundle.records = records_of(vault, number);
  return bundle;
}

void check_place(const OutgoingBundle& bundle, const BundleComment& comment,
                 const ChainPosition& place) {
  if (bundle.chain != place.chain || bundle.sequence != place.sequence ||
      comment.chain != place.chain || comment.sequence != place.sequence ||
      comment.previous != place.previous) {
    throw Error(Code::mismatch,
                "this bundle is not the next one of the vault's chain; it was not taken in",
                bundle.sha256);
  }
}

void add_targets(Vault& vault, std::int64_t number, const OutgoingBundle& bundle) {
  for (const BundleTarget& target : bundle.targets) {
    if (target.number != next_number(vault, target.recipient)) {
      throw Error(
          Code::mismatch,
          "this bundle does not have the next number for one of its readers; it was not taken in",
          bundle.sha256);
    }
    const std::string digest = digest_of(target.recipient);
    vault.db()
        .cached(
            "INSERT INTO outgoing_targets(bundle, digest, member, recipient, number) VALUES (?, ?, "
            "?, ?, ?)")
        .with(number, digest, target.member, target.recipient, target.number)
        .run();
    vault.db()
        .cached(
            "INSERT INTO numbers(chain, digest, next) VALUES (?, ?, ?) "
            "ON CONFLICT(chain, digest) DO UPDATE SET next = excluded.next")
        .with(bundle.chain, digest, target.number + 1)
        .run();
  }
}

bool exists(Statement& row) {
  const bool found = row.step();
  row.reset();
  return found;
}

}  // namespace

ChainPosition chain_position(Vault& vault) {
  const auto last = from_decimal(needed_setting(vault, "sequence"));
  if (!last)
    throw Error(Code::damaged, "the vault's place in its chain of bundles is damaged", "vault.db");
  return {needed_setting(vault, "chain"), *last + 1,
          *last == 0 ? newest_delivered(vault) : vault.setting("last_bundle")};
}

std::uint64_t next_number(Vault& vault, std::string_view recipient) {
  Statement& row = vault.db()
                       .cached("SELECT next FROM numbers WHERE chain = ? AND digest = ?")
                       .with(needed_setting(vault, "chain"), digest_of(recipient));
  if (!row.step()) return 1;
  const auto next = static_cast<std::uint64_t>(row.integer(0));
  row.reset();
  return next;
}

void add_outgoing(Vault& vault, const OutgoingBundle& bundle,
                  const std::vector<SealedRevision>& revisions,
                  const std::vector<std::string>& attachments) {
  const BundleComment comment = BundleSignature::parse(bundle.minisig).comment;
  check_place(bundle, comment, chain_position(vault));
  Database& db = vault.db();
  db.cached(
        "INSERT INTO outgoing(sha256, size, file, minisig, chain, sequence, previous, root, state) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'sealed')")
      .with(bundle.sha256, bundle.size, bundle.file, bundle.minisig, bundle.chain, bundle.sequence,
            comment.previous, hex(comment.root))
      .run();
  const std::int64_t number = db.last_rowid();
  add_targets(vault, number, bundle);
  for (const SealedRevision& revision : revisions) {
    db.cached(
          "INSERT INTO outgoing_revisions(bundle, revision, record) "
          "VALUES (?, ?, (SELECT number FROM records WHERE id = ?))")
        .with(number, revision.revision, revision.record)
        .run();
  }
  for (const std::string& sha256 : attachments) {
    db.cached("INSERT INTO outgoing_attachments(bundle, sha256) VALUES (?, ?)")
        .with(number, sha256)
        .run();
  }
  vault.set_setting("sequence", std::to_string(bundle.sequence));
  vault.set_setting("last_bundle", bundle.sha256);
}

std::vector<OutgoingBundle> outgoing(Vault& vault, std::string_view state) {
  std::vector<OutgoingBundle> bundles;
  Statement& rows =
      vault.db().cached(std::string(kColumns) + "WHERE state = ? ORDER BY number").with(state);
  while (rows.step()) bundles.push_back(bundle_at(vault, rows));
  return bundles;
}

std::optional<OutgoingBundle> outgoing_by_hash(Vault& vault, std::string_view sha256) {
  Statement& row = vault.db().cached(std::string(kColumns) + "WHERE sha256 = ?").with(sha256);
  if (!row.step()) return std::nullopt;
  OutgoingBundle bundle = bundle_at(vault, row);
  row.reset();
  return bundle;
}

void set_upload(Vault& vault, std::string_view sha256, std::string_view url) {
  vault.db()
      .cached("UPDATE outgoing SET upload = nullif(?, '') WHERE number = ?")
      .with(url, bundle_number(vault, sha256))
      .run();
}

void set_delivered(Vault& vault, std::string_view sha256, std::string_view receipt, Time now) {
  const std::int64_t number = bundle_number(vault, sha256);
  vault.db()
      .cached(
          "UPDATE outgoing SET state = 'delivered', receipt = ?, log_index = ?, file = NULL, "
          "upload = NULL, "
          "problem = NULL WHERE number = ? AND state != 'delivered'")
      .with(receipt, Receipt::parse(receipt).index, number)
      .run();
  if (vault.db().changes() == 0) return;
  for (const std::string& record : records_of(vault, number)) {
    add_custody(vault, record, "delivered", std::string(sha256), Json::object(), now);
  }
}

void set_refused(Vault& vault, std::string_view sha256, std::string_view problem) {
  vault.db()
      .cached(
          "UPDATE outgoing SET state = 'refused', problem = ?, upload = NULL "
          "WHERE number = ? AND state = 'sealed'")
      .with(problem, bundle_number(vault, sha256))
      .run();
}

void begin_new_chain(Vault& vault) {
  Database& db = vault.db();
  db.execute(
      "UPDATE outgoing SET state = 'refused', upload = NULL, problem = 'a bundle before it in its "
      "chain was refused' "
      "WHERE state = 'sealed' AND EXISTS (SELECT 1 FROM outgoing o WHERE o.chain = outgoing.chain "
      "AND o.state = 'refused' AND o.sequence < outgoing.sequence)");
  db.execute("UPDATE outgoing SET file = NULL WHERE state = 'refused'");
  vault.set_setting("chain", hex(random_array<8>()));
  vault.set_setting("sequence", "0");
}

bool was_sealed_to(Vault& vault, std::string_view revision, std::string_view recipient) {
  return exists(
      vault.db()
          .cached("SELECT 1 FROM outgoing_revisions r JOIN outgoing b ON b.number = r.bundle "
                  "JOIN outgoing_targets t ON t.bundle = r.bundle "
                  "WHERE r.revision = ? AND b.state != 'refused' AND t.digest = ?")
          .with(revision, digest_of(recipient)));
}

bool attachment_was_sent_to(Vault& vault, std::string_view sha256, std::string_view recipient) {
  return exists(
      vault.db()
          .cached("SELECT 1 FROM outgoing_attachments a JOIN outgoing b ON b.number = a.bundle "
                  "JOIN outgoing_targets t ON t.bundle = a.bundle "
                  "WHERE a.sha256 = ? AND b.state != 'refused' AND t.digest = ?")
          .with(sha256, digest_of(recipient)));
}

void sweep_outbox(Vault& vault) {
  const auto alone = hold_off_copies(vault.dir());
  if (!alone) return;
  for (const std::string& name : names_in(vault.outbox_dir())) {
    const bool ours = is_partial_name(name) || is_random_name(name);
    if (ours && !exists(vault.db().cached("SELECT 1 FROM outgoing WHERE file = ?").with(name))) {
      remove_file(vault.outbox_dir() / name);
    }
  }
}

}  // namespace depone
