#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>

#include "sync/relay/members.h"
#include "sync/relay/message.h"

namespace depone::relay {

using Clock = std::function<Time()>;

// Who asks, by a signature that holds.
struct Caller {
  MemberLine line;
  std::string url;  // the relay's URL that the request was for
  std::shared_ptr<const MemberTable> members;
  bool is(Role role) const { return line.role == role; }
};

// Signatures (RFC 9421) and invites. Everything throws Refused.
class Auth {
 public:
  Auth(Ledger& ledger, MemberTables& members, Clock clock)
      : ledger_(ledger), members_(members), clock_(std::move(clock)) {}

  // A member who is one now. `covered`: what the signature must cover beyond @method and @target-uri.
  // pending, revoked are told to those whose signature holds; all else is unauthorized, after the same work.
  Caller member(const Request& request, std::initializer_list<std::string_view> covered = {});
  // The same with one of these roles; else role.
  Caller member_as(const Request& request, std::initializer_list<Role> roles,
                   std::initializer_list<std::string_view> covered = {});
  // The key that signed, whoever that is, and the URL.
  struct Signer {
    Ed25519Public key;
    std::string url;
  };
  Signer signer(const Request& request, std::initializer_list<std::string_view> covered);
  // Whose invite's MAC is over `message`, or over the target URI where that is null. Refused "invite".
  InviteRecord invite_holder(const Request& request, const std::string* message);

 private:
  Ledger& ledger_;
  MemberTables& members_;
  Clock clock_;
};

}  // namespace depone::relay
