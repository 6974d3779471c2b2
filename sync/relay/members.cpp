#include "sync/relay/members.h"

#include "crypto/error.h"

namespace depone::relay {

namespace {

std::string key_of(const Ed25519Public& key) { return std::string(as_text(key)); }

// The same order as Roster::newest has.
bool replaces(const MemberLine& later, const MemberLine& earlier) {
  if (later.since != earlier.since) return later.since > earlier.since;
  return later.active() || !earlier.active();
}

void put_newest(std::unordered_map<std::string, const MemberLine*>& map, std::string key, const MemberLine& line) {
  const auto [found, added] = map.emplace(std::move(key), &line);
  if (!added && replaces(line, *found->second)) found->second = &line;
}

const MemberLine* find_in(const std::unordered_map<std::string, const MemberLine*>& map, const std::string& key) {
  const auto found = map.find(key);
  return found == map.end() ? nullptr : found->second;
}

}  // namespace

MemberTable::MemberTable(const StoredRoster& stored, const minisign::PublicKey& authority)
    : roster_(Roster::check_all(stored.head, stored.minisig, authority, stored.members)), members_(stored.members) {
  for (const MemberLine& line : roster_.members) {
    put_newest(keys_, key_of(line.request_key), line);
    put_newest(ids_, line.id, line);
  }
}

const MemberLine* MemberTable::by_request_key(const Ed25519Public& key) const { return find_in(keys_, key_of(key)); }
const MemberLine* MemberTable::by_id(std::string_view id) const { return find_in(ids_, std::string(id)); }

const MemberLine* MemberTable::signer(std::string_view id, const minisign::KeyNumber& number) const {
  for (const MemberLine& line : roster_.members) {
    if (line.id == id && line.active() && line.bundle_key && line.bundle_key->number() == number) return &line;
  }
  return nullptr;
}

std::string MemberTable::proven_lines(bool all, std::string_view own_id) const {
  std::string out;
  for (std::size_t i = 0; i < roster_.proven.size(); ++i) {
    if (all || i < roster_.head.readers || roster_.members[i].id == own_id) out += roster_.proven[i].json() + "\n";
  }
  return out;
}

std::shared_ptr<const MemberTable> MemberTables::newest() {
  const std::uint64_t version = ledger_.roster_version();
  const std::lock_guard lock(mutex_);
  if (newest_ && newest_->roster().head.version >= version) return newest_;
  const auto stored = ledger_.roster(std::nullopt);
  if (!stored) throw Error(Code::refused, "this relay has no roster yet");
  newest_ = std::make_shared<const MemberTable>(*stored, authority_);
  return newest_;
}

std::shared_ptr<const MemberTable> MemberTables::version(std::uint64_t version) {
  auto table = newest();
  if (table->roster().head.version == version) return table;
  const auto stored = ledger_.roster(version);
  return stored ? std::make_shared<const MemberTable>(*stored, authority_) : nullptr;
}

}  // namespace depone::relay
