#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>

#include "crypto/formats/wire.h"
#include "sync/relay/members.h"
#include "sync/relay/message.h"
#include "sync/relay/tokens.h"

namespace depone::relay {

using Clock = std::function<Time()>;

// Who asks, by a signature that holds.
struct Caller {
  MemberLine line;
  std::string url;  // the relay's URL that the request was for
  std::shared_ptr<const MemberTable> members;
  std::string token = {};  // id of the bearer token, where it was no signature
  bool is(Role role) const { return line.role == role; }
};

// Signatures (RFC 9421) and invites. Everything throws Refused.
class Auth {
 public:
  Auth(Ledger& ledger, MemberTables& members, Tokens tokens, Clock clock)
      : ledger_(ledger), members_(members), tokens_(std::move(tokens)), clock_(std::move(clock)) {}

  // A member who is one now. `covered`: what the signature must cover beyond @method and @target-uri.
  // pending, revoked are told to those whose signature holds; all else is unauthorized, after the same work.
  Caller member(const Request& request, std::initializer_list<std::string_view> covered = {});
  // The same with one of these roles; else role.
  Caller member_as(const Request& request, std::initializer_list<Role> roles,
                   std::initializer_list<std::string_view> covered = {});
  // Who may upload, by signature or by bearer token. A token that is over still finishes what was begun with it:
  // `sha256` is that upload's, "" for a new one.
  Caller uploader(const Request& request, const std::string& sha256,
                  std::initializer_list<std::string_view> covered = {});
  // A bearer token for who signs with a nonce that was not used before.
  TokenAnswer new_token(const Request& request);
  // The key that signed, whoever that is, and the URL.
  struct Signer {
    Ed25519Public key;
    std::string url;
    std::optional<std::string> nonce = {};
  };
  Signer signer(const Request& request, std::initializer_list<std::string_view> covered);
  // Whose invite's MAC is over `message`, or over the target URI where that is null. Refused "invite".
  InviteRecord invite_holder(const Request& request, const std::string* message);

 private:
  Caller member_with(const Ed25519Public& key, std::string url);

  Ledger& ledger_;
  MemberTables& members_;
  Tokens tokens_;
  Clock clock_;
};

}  // namespace depone::relay
