#include "store/enrolment.h"

#include <algorithm>

#include "crypto/error.h"

namespace depone {

namespace {

std::optional<minisign::PublicKey> key_setting(Vault& vault) {
  const auto text = vault.setting("authority");
  if (!text) return std::nullopt;
  const auto key = minisign::PublicKey::parse(*text);
  if (!key)
    throw Error(Code::damaged, "the authority's key in the vault is damaged; nothing was changed",
                "vault.db");
  return key;
}

std::string lines_text(const std::vector<ProvenLine>& lines) {
  std::string text;
  for (const ProvenLine& line : lines) text += line.json() + "\n";
  return text;
}

Roster roster_at(const Statement& row) {
  try {
    const std::string head = row.text(0);
    const std::string lines = row.text(2);
    std::vector<ProvenLine> proven;
    for (const std::string_view line : lines_of(lines).value_or(std::vector<std::string_view>{})) {
      proven.push_back(ProvenLine::parse(line));
    }
    return Roster::check(head, row.text(1), RosterHead::parse(head).authority, std::move(proven));
  } catch (const Error& error) {
    throw Error(Code::damaged, "a roster in the vault is damaged: " + error.message(), "vault.db");
  }
}

std::optional<Roster> only_roster(Statement& row) {
  if (!row.step()) return std::nullopt;
  std::optional<Roster> roster = roster_at(row);
  row.reset();
  return roster;
}

struct Verdict {
  std::string refusal;                           // "": taken in
  std::optional<minisign::PublicKey> succeeded;  // the authority that this roster's one follows
};

bool announced(Vault& vault, const minisign::PublicKey& authority,
               const minisign::PublicKey& successor) {
  Statement rows = vault.db().prepare("SELECT head FROM rosters ORDER BY version DESC");
  while (rows.step()) {
    const RosterHead head = RosterHead::parse(rows.text(0));
    if (head.authority == authority && head.successor && *head.successor == successor) return true;
  }
  return false;
}

std::string judge_first(Vault& vault, const Roster& roster) {
  const std::string text = vault.setting("invite").value_or("");
  if (text.empty()) return "";
  const Invite invite = Invite::parse(text);
  if (roster.head.version < invite.roster) return "it is older than the invite";
  const bool logged =
      std::any_of(roster.head.logs.begin(), roster.head.logs.end(),
                  [&](const RosterLog& log) { return log.key.key == invite.log_key; });
  return logged ? "" : "it does not name the log that the invite names";
}

Verdict judge(Vault& vault, const Roster& roster, const std::optional<Roster>& held) {
  Verdict verdict;
  const auto pinned = key_setting(vault);
  if (!pinned) {
    verdict.refusal = "this vault has not joined an organisation";
  } else if (roster.head.authority != *pinned) {
    if (announced(vault, *pinned, roster.head.authority)) {
      verdict.succeeded = pinned;
    } else {
      verdict.refusal = "it is by another authority than the one this vault joined";
    }
  }
  if (!verdict.refusal.empty()) return verdict;
  if (!held) {
    verdict.refusal = judge_first(vault, roster);
  } else if (roster.head.version < held->head.version) {
    verdict.refusal = "a newer one is held";
  } else if (roster.head.version == held->head.version) {
    verdict.refusal = "another one of the same version is held";
  } else if (roster.head.version == held->head.version + 1 &&
             roster.head.previous != hex(sha256(held->head_json))) {
    verdict.refusal = "it does not follow the one that is held";
  }
  return verdict;
}

void store_roster(Vault& vault, const Roster& roster, Time now) {
  vault.db()
      .cached(
          "INSERT INTO rosters(version, head, minisig, lines, received) VALUES (?, ?, ?, ?, ?) "
          "ON CONFLICT(version) DO UPDATE SET lines = excluded.lines")
      .with(roster.head.version, roster.head_json, roster.minisig, lines_text(roster.proven),
            now.text())
      .run();
  if (const MemberLine* self = roster.by_bundle_key(vault.identity().bundle_key())) {
    vault.set_setting("member_id", self->id);
  }
}

void keep_refused(Vault& vault, const Roster& roster, const std::string& reason, Time now) {
  vault.db()
      .cached(
          "INSERT INTO refused_rosters(sha256, head, minisig, received, reason) VALUES (?, ?, ?, "
          "?, ?) "
          "ON CONFLICT(sha256) DO NOTHING")
      .with(hex(sha256(roster.head_json)), roster.head_json, roster.minisig, now.text(), reason)
      .run();
}

void make_authority(Vault& vault, const minisign::PublicKey& next,
                    const minisign::PublicKey& before) {
  const std::string earlier = vault.setting("earlier_authorities").value_or("");
  vault.set_setting("earlier_authorities", before.text() + (earlier.empty() ? "" : " " + earlier));
  vault.set_setting("authority", next.text());
}

// Gives the reason where the roster is refused.
std::string take_in(Vault& vault, const Roster& roster, Time now) {
  const std::optional<Roster> held = newest_roster(vault);
  if (held && held->head_json == roster.head_json) {
    if (roster.proven.size() > held->proven.size()) store_roster(vault, roster, now);
    return "";
  }
  const Verdict verdict = judge(vault, roster, held);
  if (!verdict.refusal.empty()) {
    keep_refused(vault, roster, verdict.refusal, now);
    return verdict.refusal;
  }
  if (verdict.succeeded) make_authority(vault, roster.head.authority, *verdict.succeeded);
  store_roster(vault, roster, now);
  return "";
}

}  // namespace

std::optional<Enrolment> enrolment(Vault& vault) {
  const auto authority = key_setting(vault);
  if (!authority) return std::nullopt;
  return Enrolment{vault.setting("invite").value_or(""), *authority,
                   vault.setting("name").value_or(""), vault.setting("member_id").value_or("")};
}

void save_enrolment(Vault& vault, const Enrolment& enrolment) {
  vault.set_setting("invite", enrolment.invite);
  vault.set_setting("authority", enrolment.authority.text());
  vault.set_setting("name", enrolment.name);
  vault.set_setting("member_id", enrolment.member_id);
}

std::optional<Roster> newest_roster(Vault& vault) {
  return only_roster(
      vault.db().cached("SELECT head, minisig, lines FROM rosters ORDER BY version DESC LIMIT 1"));
}

std::optional<Roster> roster_version(Vault& vault, std::uint64_t version) {
  return only_roster(vault.db()
                         .cached("SELECT head, minisig, lines FROM rosters WHERE version = ?")
                         .with(version));
}

void accept_roster(Vault& vault, const Roster& roster, Time now) {
  std::string refusal;
  if (vault.db().in_transaction()) {
    refusal = take_in(vault, roster, now);
  } else {
    Tx tx(vault.db());
    refusal = take_in(vault, roster, now);
    tx.commit();
  }
  if (refusal.empty()) return;
  throw Error(Code::refused,
              "this roster is not taken in: " + refusal +
                  ". The one that is held stays in force; report this to the organisation",
              "roster.json, version " + std::to_string(roster.head.version));
}

std::vector<std::string> refused_rosters(Vault& vault) {
  std::vector<std::string> out;
  Statement rows = vault.db().prepare(
      "SELECT head, received, reason FROM refused_rosters ORDER BY received, sha256");
  while (rows.step()) {
    out.push_back("version " + std::to_string(RosterHead::parse(rows.text(0)).version) + " of " +
                  rows.text(1) + ": " + rows.text(2));
  }
  return out;
}

std::vector<minisign::PublicKey> authorities(Vault& vault) {
  std::vector<minisign::PublicKey> out;
  if (const auto pinned = key_setting(vault)) out.push_back(*pinned);
  const std::string earlier = vault.setting("earlier_authorities").value_or("");
  if (earlier.empty()) return out;
  for (const std::string_view text : split(earlier, ' ')) {
    if (const auto key = minisign::PublicKey::parse(text)) out.push_back(*key);
  }
  return out;
}

std::optional<std::string> newest_checkpoint(Vault& vault, std::string_view origin) {
  Statement& row = vault.db().cached("SELECT note FROM checkpoints WHERE origin = ?").with(origin);
  if (!row.step()) return std::nullopt;
  std::string note = row.text(0);
  row.reset();
  return note;
}

void save_checkpoint(Vault& vault, std::string_view origin, std::uint64_t size,
                     std::string_view note) {
  vault.db()
      .cached(
          "INSERT INTO checkpoints(origin, size, note) VALUES (?, ?, ?) ON CONFLICT(origin) DO "
          "UPDATE "
          "SET size = excluded.size, note = excluded.note WHERE excluded.size >= checkpoints.size")
      .with(origin, size, note)
      .run();
}

std::optional<std::uint64_t> mailbox_position(Vault& vault, std::string_view origin) {
  Statement& row = vault.db().cached("SELECT last FROM mailbox WHERE origin = ?").with(origin);
  if (!row.step()) return std::nullopt;
  const auto last = static_cast<std::uint64_t>(row.integer(0));
  row.reset();
  return last;
}

void set_mailbox_position(Vault& vault, std::string_view origin, std::uint64_t index) {
  vault.db()
      .cached(
          "INSERT INTO mailbox(origin, last) VALUES (?, ?) ON CONFLICT(origin) DO UPDATE SET last "
          "= excluded.last")
      .with(origin, index)
      .run();
}

}  // namespace depone
