#include "sync/relay/roster_admin.h"

#include <algorithm>

#include "crypto/error.h"
#include "crypto/formats/entry.h"
#include "crypto/formats/invite.h"
#include "crypto/hash.h"
#include "crypto/identity.h"
#include "sync/relay/init.h"
#include "sync/relay/restored.h"
#include "sync/remote/roster_changes.h"

namespace depone::relay {

namespace {

constexpr std::int64_t kDay = 86'400;
constexpr unsigned kLockSeconds = 30;
constexpr std::size_t kMaxHead = 4u << 20;
constexpr std::size_t kMaxMembers = 1u << 30;
constexpr const char* kUnsigned = "roster-unsigned";
constexpr const char* kBefore = "before";  // in it: the signed one that the draft follows

// A change of the roster is an entry of the log.
FileLock admin_lock(const Directory& relay) {
  refuse_while_restored(relay.path());
  return FileLock(relay.path() / "admin.lock", kLockSeconds);
}

std::vector<MemberLine> parse_lines(std::string_view members) {
  std::vector<MemberLine> out;
  const auto lines = lines_of(members);
  if (!lines) throw Error(Code::damaged, "the member lines in the ledger are cut short", "members.jsonl");
  for (const std::string_view line : *lines) out.push_back(MemberLine::parse(line));
  return out;
}

// What a change starts from: the draft that waits for its signature, so that two changes before one signature are one
// roster; else the newest.
struct RosterStart {
  std::vector<RosterRelay> relays;
  std::vector<MemberLine> lines;
};

RosterStart start_of(Directory& relay, const StoredRoster& newest, const Ed25519Key* authority) {
  if (!authority) {
    if (const auto draft = unsigned_roster(relay)) return {draft->head.relays, parse_lines(draft->members)};
  }
  return {RosterHead::parse(newest.head).relays, parse_lines(newest.members)};
}

RosterDraft next_roster(const StoredRoster& newest, const RosterStart& start, Time now) {
  RosterDraft draft{RosterHead::parse(newest.head), "", members_file(start.lines)};
  draft.head.relays = start.relays;
  draft.head.version = newest.version + 1;
  draft.head.previous = hex(sha256(newest.head));
  draft.head.issued = now;
  draft.head.expires = Time{now.seconds + kRosterDays * kDay};
  fill_members(draft.head, draft.members);
  draft.head_json = draft.head.json();
  return draft;
}

std::string roster_entry(const StoredRoster& roster, const minisign::PublicKey& authority) {
  MemorySource source(as_bytes(roster.head));
  return RosterEntry{roster.version, digest_all(source), authority, roster.minisig}.text();
}

[[noreturn]] void refuse(const std::string& why, std::uint64_t version) {
  throw Error(Code::refused, why, "roster version " + std::to_string(version));
}

// A line may be closed, and nothing else about it may change: old bundles are judged by it.
bool same_keys(const MemberLine& a, const MemberLine& b) {
  return a.id == b.id && a.role == b.role && a.bundle_key == b.bundle_key && a.request_key == b.request_key &&
         a.recipient == b.recipient && a.archive == b.archive && a.since == b.since;
}

void check_lines_kept(const std::vector<MemberLine>& before, const std::vector<MemberLine>& after,
                      std::uint64_t version) {
  for (const MemberLine& line : before) {
    const auto kept = std::find_if(after.begin(), after.end(), [&](const MemberLine& now) { return same_keys(line, now); });
    if (kept == after.end()) refuse("it leaves out or changes the line of " + line.id + ", which stays for ever", version);
    if (line.until && !kept->until) refuse("it opens the revoked keys of " + line.id + " again", version);
  }
}

void check_next(Directory& relay, const Roster& roster) {
  const RosterHead& head = roster.head;
  const bool logged = std::any_of(head.logs.begin(), head.logs.end(),
                                  [&](const RosterLog& log) { return log.key == relay.log_name(); });
  if (!logged) refuse("it does not name this relay's log", head.version);
  const auto newest = relay.ledger().roster(std::nullopt);
  if (!newest) {
    if (head.version != 1 || head.previous) refuse("the first roster has version 1 and none before it", head.version);
    return;
  }
  if (head.version != newest->version + 1 || head.previous != hex(sha256(newest->head))) {
    refuse("the newest roster here is version " + std::to_string(newest->version) +
               ", and this is not the one after it. Make the change again, and sign what is laid down then",
           head.version);
  }
  check_lines_kept(parse_lines(newest->members), roster.members, head.version);
}

RosterChange finish(Directory& relay, const RosterDraft& draft, const Ed25519Key* authority) {
  if (!authority) {
    const StoredRoster newest = relay.newest_roster();
    return {draft.head.version, false, write_unsigned(relay.path(), draft, &newest)};
  }
  if (minisign::PublicKey(authority->public_key()) != draft.head.authority) {
    throw Error(Code::wrong_key, "the key is not the authority's; nothing was changed", draft.head.authority.text());
  }
  const std::string minisig = sign_roster(draft.head_json, draft.head, *authority);
  publish_roster(relay, draft.head_json, minisig, draft.members);
  return {draft.head.version, true, {}};
}

std::string plain_fingerprint(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == ':' || c == '-') continue;
    out += c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
  }
  return out;
}

MemberLine line_from(const InviteRecord& invite, Time now) {
  const Join join = Join::parse(invite.join);
  MemberLine line;
  line.id = invite.member;
  line.name = join.name;
  line.role = invite.role;
  line.member_class = invite.member_class;
  line.bundle_key = join.bundle_key;
  line.request_key = join.request_key;
  line.recipient = join.recipient;
  line.archive = join.archive;
  line.since = now;
  return line;
}

}  // namespace

std::vector<std::string> pins_of(Directory& relay) {
  const RosterHead head = RosterHead::parse(relay.newest_roster().head);
  for (const RosterRelay& known : head.relays) {
    if (std::find(known.urls.begin(), known.urls.end(), relay.config().url) != known.urls.end()) return known.pins;
  }
  return {};
}

RosterDraft first_roster(const Config& config, const VerifierKey& log, const std::string& pin, Time now) {
  const std::vector<std::string> pins = pin.empty() ? std::vector<std::string>{} : std::vector<std::string>{pin};
  RosterDraft draft{RosterHead{config.organisation, config.authority, std::nullopt, 1, now,
                               Time{now.seconds + kRosterDays * kDay}, std::nullopt, {{{config.url}, pins}},
                               {{config.origin, log, std::nullopt}}, 0, {}, 0, 0, Sha256{}},
                    "", ""};
  fill_members(draft.head, draft.members);
  draft.head_json = draft.head.json();
  RosterHead::parse(draft.head_json);  // what nobody could read is not made
  return draft;
}

void publish_roster(Directory& relay, const std::string& head_json, const std::string& minisig,
                    const std::string& members) {
  refuse_while_restored(relay.path());
  const Roster roster = Roster::check_all(head_json, minisig, relay.config().authority, members);
  check_next(relay, roster);
  const StoredRoster stored{roster.head.version, head_json, minisig, members};
  if (!relay.ledger().publish(stored, roster_entry(stored, relay.config().authority))) {
    refuse("another roster was published meanwhile; run it again", roster.head.version);
  }
  relay.sequence();
}

std::optional<RosterDraft> unsigned_roster(Directory& relay) {
  const fs::path directory = relay.path() / kUnsigned;
  const auto head = read_file_if_there(directory / "roster.json", kMaxHead);
  const auto members = read_file_if_there(directory / "members.jsonl", kMaxMembers);
  if (!head || !members) return std::nullopt;
  RosterDraft draft{RosterHead::parse(as_text(*head)), std::string(as_text(*head)), std::string(as_text(*members))};
  if (draft.head.version != relay.ledger().roster_version() + 1) return std::nullopt;
  RosterHead fitting = draft.head;
  fill_members(fitting, draft.members);
  if (fitting.json() != draft.head.json()) return std::nullopt;  // only one of the two files was written
  return draft;
}

fs::path write_unsigned(const fs::path& path, const RosterDraft& draft, const StoredRoster* before) {
  const fs::path directory = path / kUnsigned;
  make_directory(directory);
  remove_file(directory / "roster.json.minisig");  // of an earlier draft
  if (before) {
    make_directory(directory / kBefore);
    write_file(directory / kBefore / "members.jsonl", before->members);
    write_file(directory / kBefore / "roster.json", before->head);
    write_file(directory / kBefore / "roster.json.minisig", before->minisig);
  }
  write_file(directory / "members.jsonl", draft.members);
  write_file(directory / "roster.json", draft.head_json);
  return directory / "roster.json";
}

std::optional<std::vector<std::string>> changes_to_sign(const fs::path& path) {
  const std::string json = read_text(path, kMaxHead, true);
  const RosterHead head = RosterHead::parse(json);
  const fs::path before = path.parent_path() / kBefore;
  if (!head.previous || !fs::exists(before / "roster.json")) return std::nullopt;
  const Roster old = Roster::check_all(read_text(before / "roster.json", kMaxHead, true),
                                       read_text(before / "roster.json.minisig", minisign::kMaxSignatureSize, true),
                                       head.authority, read_text(before / "members.jsonl", kMaxMembers, true));
  if (hex(sha256(old.head_json)) != *head.previous) {
    throw Error(Code::mismatch, "the roster that lies there as the one before is another; nothing was signed",
                (before / "roster.json").string());
  }
  Roster now{json, "", head, {}, parse_lines(read_text(path.parent_path() / "members.jsonl", kMaxMembers, true))};
  now.proven.resize(now.members.size());
  return roster_changes(old, now);
}

RosterHead sign_roster_file(const fs::path& path, const Ed25519Key& authority) {
  const std::string json = read_text(path, kMaxHead, true);
  const RosterHead head = RosterHead::parse(json);
  if (head.authority != minisign::PublicKey(authority.public_key())) {
    throw Error(Code::wrong_key, "this roster names another authority than the key; it was not signed", path.string());
  }
  RosterHead fitting = head;
  fill_members(fitting, read_text(path.parent_path() / "members.jsonl", kMaxMembers, true));
  if (fitting.json() != head.json()) {
    throw Error(Code::mismatch, "the head does not fit the members.jsonl beside it; it was not signed", path.string());
  }
  write_file(fs::path(path.string() + ".minisig"), sign_roster(json, head, authority));
  return head;
}

InviteRecord pending_join(Directory& relay, std::string_view id) {
  const StoredRoster newest = relay.newest_roster();
  std::optional<InviteRecord> found;
  for (InviteRecord& invite : relay.ledger().invites()) {
    if (invite.member == id) found = std::move(invite);  // the newest
  }
  for (const MemberLine& line : parse_lines(newest.members)) {
    if (line.id == id) throw Error(Code::refused, "this is a member already; nothing was changed", std::string(id));
  }
  if (!found) throw Error(Code::not_found, "nobody was invited under this id", std::string(id));
  if (!found->used()) {
    throw Error(Code::refused, "the invite was not used yet: there is nothing to approve", std::string(id));
  }
  if (relay.ledger().is_closed(found->request_key)) {
    throw Error(Code::refused, "this join was refused; make a new invite", std::string(id));
  }
  return std::move(*found);
}

RosterChange approve_member(Directory& relay, std::string_view id, std::string_view fingerprint,
                            const Ed25519Key* authority, Time now) {
  const FileLock lock = admin_lock(relay);
  const InviteRecord invite = pending_join(relay, id);
  if (plain_fingerprint(fingerprint) != invite.fingerprint) {
    throw Error(Code::mismatch,
                "this is not the fingerprint of the keys that came here: they may be somebody else's. Nobody was approved. "
                "Have it said again, over the channel that the invite went by",
                std::string(id));
  }
  const StoredRoster newest = relay.newest_roster();
  RosterStart start = start_of(relay, newest, authority);
  const bool there =
      std::any_of(start.lines.begin(), start.lines.end(), [&](const MemberLine& line) { return line.id == id; });
  if (!there) start.lines.push_back(line_from(invite, now));
  return finish(relay, next_roster(newest, start, now), authority);
}

RosterChange set_addresses(Directory& relay, const RosterRelay& wanted, const Ed25519Key* authority, Time now) {
  const FileLock lock = admin_lock(relay);
  if (wanted.urls.empty()) throw Error(Code::usage, "a relay has at least one address; nothing was changed");
  for (const std::string& url : wanted.urls) check_member_url(url);
  const StoredRoster newest = relay.newest_roster();
  RosterStart start = start_of(relay, newest, authority);
  start.relays = {wanted};
  RosterDraft draft = next_roster(newest, start, now);
  RosterHead::parse(draft.head_json);  // what nobody could read is not made
  return finish(relay, draft, authority);
}

RosterChange revoke_member(Directory& relay, std::string_view id, const Ed25519Key* authority, Time now) {
  const FileLock lock = admin_lock(relay);
  const StoredRoster newest = relay.newest_roster();
  RosterStart start = start_of(relay, newest, authority);
  bool known = false;
  bool changed = false;
  for (MemberLine& line : start.lines) {
    if (line.id != id) continue;
    known = true;
    if (line.until) continue;
    const std::string key = line.bundle_key ? line.bundle_key->text() : "";
    relay.ledger().close_key(request_key_text(line.request_key), key);
    line.until = now;
    if (!key.empty()) line.last = relay.ledger().chain_ends(key);
    changed = true;
  }
  if (changed) return finish(relay, next_roster(newest, start, now), authority);
  if (known) throw Error(Code::refused, "this member is revoked already; nothing was changed", std::string(id));
  const InviteRecord invite = pending_join(relay, id);
  relay.ledger().close_key(invite.request_key, "");
  return {newest.version, true, {}};
}

std::string_view state_text(MemberState state) {
  switch (state) {
    case MemberState::invited:
      return "invited";
    case MemberState::pending:
      return "pending";
    case MemberState::member:
      return "member";
    case MemberState::revoked:
      return "revoked";
    case MemberState::refused:
      return "refused";
  }
  return {};
}

std::vector<MemberEntry> list_members(Directory& relay, Time now) {
  std::vector<MemberEntry> out;
  const auto roster = relay.ledger().roster(std::nullopt);
  if (roster) {
    for (const MemberLine& line : parse_lines(roster->members)) {
      out.push_back({line.id, line.name, line.role, line.member_class, line.fingerprint(),
                     line.until ? MemberState::revoked : MemberState::member, std::nullopt});
    }
  }
  const std::size_t lines = out.size();
  for (const InviteRecord& invite : relay.ledger().invites()) {
    const bool member = std::any_of(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(lines),
                                    [&](const MemberEntry& entry) { return entry.id == invite.member; });
    if (member) continue;
    if (invite.used()) {
      const bool closed = relay.ledger().is_closed(invite.request_key);
      out.push_back({invite.member, Join::parse(invite.join).name, invite.role, invite.member_class, invite.fingerprint,
                     closed ? MemberState::refused : MemberState::pending, std::nullopt});
    } else if (invite.expires > now) {
      out.push_back({invite.member, "", invite.role, invite.member_class, "", MemberState::invited, invite.expires});
    }
  }
  return out;
}

}  // namespace depone::relay
