#pragma once

#include <list>
#include <string>
#include <vector>

#include "crypto/formats/roster.h"
#include "crypto/identity.h"
#include "store/enrolment.h"
#include "store/vault.h"

namespace depone::testing {

// A vault whose member is on the roster.
struct Teammate {
  std::string id;
  Role role;
  fs::path dir;
  Vault vault;
  MemberLine line;                           // but for what follows
  std::optional<Time> until = std::nullopt;  // revoked from the next roster on
  std::vector<LastBundle> last = {};

  // Leaves the vault to another process; nothing here may be asked of it until reopen().
  void close() { const Vault gone = std::move(vault); }
  void reopen();
};

// An organisation without a relay: authority and log keys, vaults (cheap to unlock) as members, and
// rosters that are put into them by hand, as each role gets them. Everything is gone at the end.
class Team {
 public:
  Team();
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;
  ~Team();

  // A new vault, on the roster from the next publish() on.
  Teammate& add(const std::string& id, Role role, const std::string& member_class);
  // The next version of the roster; taken in by every member unless `quietly`.
  void publish(bool quietly = false);
  void give_roster(Teammate& to);
  // The published roster with the lines that this member gets.
  Roster roster_for(const Teammate& member) const;
  Roster roster_for(std::string_view id, bool all) const;
  Teammate* by_request_key(std::string_view base64_key);

  const fs::path& dir() const { return dir_; }
  minisign::PublicKey authority() const { return minisign::PublicKey(authority_.public_key()); }
  VerifierKey log() const { return VerifierKey::make(kOrigin, log_.public_key()); }
  const Ed25519Key& log_key() const { return log_; }
  std::uint64_t version() const { return version_; }
  std::vector<std::string> urls{"http://127.0.0.1:1"};

  static constexpr std::string_view kOrigin = "test.example/log";
  static constexpr std::string_view kTeamPassphrase = "a passphrase for tests";
  static constexpr Time kToday{1'795'512'600};  // 2026-11-24T09:30:00Z

 private:
  fs::path dir_;
  Ed25519Key authority_ = Ed25519Key::generate();
  Ed25519Key log_ = Ed25519Key::generate();
  std::list<Teammate> members_;  // stays where it is
  std::uint64_t version_ = 0;
  std::string head_;
  std::string minisig_;
  std::string lines_;
};

}  // namespace depone::testing
