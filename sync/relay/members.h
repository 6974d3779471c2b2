#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "crypto/formats/roster.h"
#include "sync/relay/ledger.h"

namespace depone::relay {

// A roster with what is looked up in it for each request.
class MemberTable {
 public:
  MemberTable(const StoredRoster& stored, const minisign::PublicKey& authority);
  const Roster& roster() const { return roster_; }
  const std::string& members_file() const { return members_; }
  const MemberLine* by_request_key(const Ed25519Public& key) const;
  const MemberLine* by_id(std::string_view id) const;                  // the newest line
  const MemberLine* by_bundle_key(const minisign::PublicKey& key) const { return roster_.by_bundle_key(key); }
  // The member's open line whose bundle key has this number; nullptr where there is none.
  const MemberLine* signer(std::string_view id, const minisign::KeyNumber& number) const;
  // members?version= as JSON lines: of everybody, or the readers and one member.
  std::string proven_lines(bool all, std::string_view own_id) const;

 private:
  Roster roster_;
  std::string members_;
  std::unordered_map<std::string, const MemberLine*> keys_;
  std::unordered_map<std::string, const MemberLine*> ids_;
};

// The newest roster, read again when another is published.
class MemberTables {
 public:
  MemberTables(Ledger& ledger, const minisign::PublicKey& authority) : ledger_(ledger), authority_(authority) {}
  std::shared_ptr<const MemberTable> newest();                         // Code::refused where there is none
  std::shared_ptr<const MemberTable> version(std::uint64_t version);   // null where there is none

 private:
  Ledger& ledger_;
  minisign::PublicKey authority_;
  std::mutex mutex_;
  std::shared_ptr<const MemberTable> newest_;
};

}  // namespace depone::relay
