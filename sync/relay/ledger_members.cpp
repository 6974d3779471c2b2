// Invites, joins and rosters in the SQLCipher ledger.
#include "crypto/error.h"
#include "crypto/identity.h"
#include "sync/relay/ledger_connection.h"

namespace depone::relay {

namespace {

constexpr std::int64_t kNonceSeconds = 600;
constexpr const char* kInvite =
    "SELECT id, secret, member, role, class, expires, joined, fingerprint, request_key FROM invites ";

InviteRecord invite_from(Statement& row) {
  InviteRecord out;
  const auto id = exactly<8>(row.blob(0));
  const auto secret = exactly<16>(row.blob(1));
  const auto role = parse_role(row.text(3));
  if (!id || !secret || !role) {
    throw Error(Code::damaged, "an invite in the ledger is not as it was written; nothing was changed", "ledger");
  }
  out.id = *id;
  out.secret = *secret;
  out.member = row.text(2);
  out.role = *role;
  out.member_class = row.text(4);
  out.expires = Time{row.integer(5)};
  out.join = row.text(6);
  out.fingerprint = row.text(7);
  out.request_key = row.text(8);
  return out;
}

std::string number_bytes(std::int64_t number) {
  std::string out;
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(number >> shift & 0xff);
  return out;
}

// The number of a line, which is added where it is not there yet.
std::int64_t line_number(Database& db, std::string_view line) {
  const Sha256 hash = sha256(line);
  Rows found(db.cached("SELECT id FROM lines WHERE hash = ?").with(ByteView(hash)));
  if (found->step()) return found->integer(0);
  db.cached("INSERT INTO lines(hash, text) VALUES(?, ?)").with(ByteView(hash), line).run();
  return db.last_rowid();
}

std::string members_of(Database& db, ByteView numbers) {
  std::string out;
  for (std::size_t i = 0; i + 4 <= numbers.size(); i += 4) {
    std::int64_t number = 0;
    for (const std::uint8_t byte : numbers.subspan(i, 4)) number = number << 8 | byte;
    Rows row(db.cached("SELECT text FROM lines WHERE id = ?").with(number));
    if (!row->step()) throw Error(Code::damaged, "a member line is missing in the ledger", "ledger");
    out += row->text(0) + "\n";
  }
  return out;
}

void remember_keys(Database& db, const MemberLine& line) {
  std::vector<std::string> keys{request_key_text(line.request_key)};
  if (line.bundle_key) keys.insert(keys.end(), {line.bundle_key->text(), line.recipient, line.archive});
  for (const std::string& key : keys) {
    db.cached("INSERT INTO keys(key, member) VALUES(?, ?) ON CONFLICT DO NOTHING").with(key, line.id).run();
  }
}

}  // namespace

void LedgerSqlcipher::add_invite(const InviteRecord& invite, Time now) {
  Writer db(*this);
  {
    // A member of the roster, somebody who waits for approval, or an invite that may still be used.
    Rows taken(db->cached("SELECT 1 FROM keys WHERE member = ?1 UNION ALL "
                          "SELECT 1 FROM invites WHERE member = ?1 AND (joined != '' OR expires > ?2)")
                   .with(invite.member, now.seconds));
    if (taken->step()) {
      throw Error(Code::refused,
                  "there is a member or an open invite of this name already; no invite was made. Choose another --name",
                  invite.member);
    }
  }
  db->cached("INSERT INTO invites(id, secret, member, role, class, expires) VALUES(?, ?, ?, ?, ?, ?)")
      .with(ByteView(invite.id), ByteView(invite.secret), invite.member, role_text(invite.role), invite.member_class,
            invite.expires.seconds)
      .run();
  db.commit();
}

std::optional<InviteRecord> LedgerSqlcipher::invite(const ByteArray<8>& id) {
  Reader db(*this);
  Rows row(db->cached(std::string(kInvite) + "WHERE id = ?").with(ByteView(id)));
  if (!row->step()) return std::nullopt;
  return invite_from(*row.operator->());
}

std::vector<InviteRecord> LedgerSqlcipher::invites() {
  Reader db(*this);
  std::vector<InviteRecord> out;
  Rows row(db->cached(std::string(kInvite) + "ORDER BY number"));
  while (row->step()) out.push_back(invite_from(*row.operator->()));
  return out;
}

std::optional<InviteRecord> LedgerSqlcipher::join_with(std::string_view request_key) {
  Reader db(*this);
  Rows row(db->cached(std::string(kInvite) + "WHERE request_key = ? ORDER BY number DESC LIMIT 1").with(request_key));
  if (request_key.empty() || !row->step()) return std::nullopt;
  return invite_from(*row.operator->());
}

Ledger::Claim LedgerSqlcipher::claim(const ByteArray<8>& id, std::string_view join, std::string_view fingerprint,
                                     std::string_view request_key, const std::vector<std::string>& keys, Time now) {
  Writer db(*this);
  std::optional<InviteRecord> invite;
  {
    Rows row(db->cached(std::string(kInvite) + "WHERE id = ?").with(ByteView(id)));
    if (row->step()) invite = invite_from(*row.operator->());
  }
  if (!invite) return Claim::unknown;
  if (invite->used()) return invite->fingerprint == fingerprint ? Claim::repeated : Claim::used_up;
  if (invite->expires <= now) return Claim::expired;
  for (const std::string& key : keys) {
    Rows owner(db->cached("SELECT member FROM keys WHERE key = ?").with(key));
    if (owner->step()) return Claim::key_taken;
  }
  db->cached("UPDATE invites SET joined = ?, fingerprint = ?, request_key = ? WHERE id = ?")
      .with(join, fingerprint, request_key, ByteView(id))
      .run();
  db.commit();
  return Claim::taken;
}

std::uint64_t LedgerSqlcipher::roster_version() {
  Reader db(*this);
  Rows row(db->cached("SELECT coalesce(max(version), 0) FROM rosters"));
  row->step();
  return static_cast<std::uint64_t>(row->integer(0));
}

std::optional<StoredRoster> LedgerSqlcipher::roster(std::optional<std::uint64_t> version) {
  Reader db(*this);
  Rows row(db->cached("SELECT version, head, minisig, lines FROM rosters WHERE ?1 IS NULL OR version = ?1 "
                      "ORDER BY version DESC LIMIT 1")
               .with(version));
  if (!row->step()) return std::nullopt;
  return StoredRoster{static_cast<std::uint64_t>(row->integer(0)), row->text(1), row->text(2),
                      members_of(*db, row->blob(3))};
}

bool LedgerSqlcipher::publish(const StoredRoster& roster, std::string_view entry) {
  Writer db(*this);
  {
    Rows row(db->cached("SELECT coalesce(max(version), 0) FROM rosters"));
    row->step();
    if (static_cast<std::uint64_t>(row->integer(0)) + 1 != roster.version) return false;
  }
  std::string numbers;
  const auto lines = lines_of(roster.members);
  if (!lines) throw Error(Code::malformed, "the last member line does not end in LF", "members.jsonl");
  for (const std::string_view line : *lines) {
    numbers += number_bytes(line_number(*db, line));
    remember_keys(*db, MemberLine::parse(line));
  }
  db->cached("INSERT INTO rosters(version, head, minisig, lines) VALUES(?, ?, ?, ?)")
      .with(roster.version, roster.head, roster.minisig, as_bytes(numbers))
      .run();
  db->cached("INSERT INTO entries(idx, text) SELECT coalesce(max(idx) + 1, 0), ? FROM entries").with(entry).run();
  db.commit();
  return true;
}

void LedgerSqlcipher::close_key(std::string_view request_key, std::string_view bundle_key) {
  Writer db(*this);
  for (const std::string_view key : {request_key, bundle_key}) {
    if (!key.empty()) db->cached("INSERT INTO closed(key) VALUES(?) ON CONFLICT DO NOTHING").with(key).run();
  }
  db.commit();
}

bool LedgerSqlcipher::is_closed(std::string_view key) {
  Reader db(*this);
  Rows row(db->cached("SELECT 1 FROM closed WHERE key = ?").with(key));
  return row->step();
}

bool LedgerSqlcipher::spend_nonce(std::string_view nonce, Time now) {
  Writer db(*this);
  db->cached("DELETE FROM nonces WHERE spent <= ?").with(now.seconds - kNonceSeconds).run();
  db->cached("INSERT INTO nonces(nonce, spent) VALUES(?, ?) ON CONFLICT DO NOTHING").with(nonce, now.seconds).run();
  const bool first = db->changes() == 1;
  db.commit();
  return first;
}

std::vector<LastBundle> LedgerSqlcipher::chain_ends(std::string_view bundle_key) {
  Reader db(*this);
  std::vector<LastBundle> out;
  Rows row(db->cached(
                 "SELECT chain, sequence, bundle, "
                 "(SELECT max(idx) FROM entries AS e WHERE e.key = o.key AND e.chain = o.chain) "
                 "FROM entries AS o WHERE key = ? AND sequence = "
                 "(SELECT max(sequence) FROM entries AS e WHERE e.key = o.key AND e.chain = o.chain) ORDER BY idx")
               .with(bundle_key));
  while (row->step()) {
    out.push_back({row->text(0), static_cast<std::uint64_t>(row->integer(1)), row->text(2),
                   static_cast<std::uint64_t>(row->integer(3))});
  }
  return out;
}

}  // namespace depone::relay
