#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/time.h"
#include "crypto/json.h"

namespace depone {

// Small JSON bodies between client and relay that docs/format.md fixes under "Relay bodies".

// The version of this interface, as header `Depone-Protocol` of every request and answer. A number is
// added when a client of one side can no longer do its work with the other.
inline constexpr std::uint64_t kProtocol = 1;
inline constexpr const char* kProtocolHeader = "Depone-Protocol";

// Answer to POST /v1/join. status: pending | member. `fingerprint` repeats the one computed from
// the body.
struct JoinAnswer {
  std::string status;
  std::string fingerprint;
  std::string id;  // the member id once status is member, else ""
  static JoinAnswer parse(std::string_view json);
  std::string json() const;  // {"format":"depone/join-answer/1","status","fingerprint","id"}
};

// Answer to POST /v1/token.
struct TokenAnswer {
  std::string token;
  Time expires;
  static TokenAnswer parse(std::string_view json);
  std::string json() const;  // {"format":"depone/token/1","token","expires"}
};

// GET /v1/mailbox and /v1/sent.
struct MailboxItem {
  std::uint64_t index;
  std::string entry;  // the leaf's bytes (base64 on the wire)
};
struct Mailbox {
  std::string log;           // origin
  std::uint64_t roster = 0;  // newest version
  std::uint64_t own = 0;     // number of the member's own entries
  std::vector<MailboxItem> items;
  bool more = false;  // ask again after the last index
  static Mailbox parse(std::string_view json);
  // {"format":"depone/mailbox/1","log","roster","own","entries":[{"index","entry"}],"more"}
  std::string json() const;
};

// application/problem+json (RFC 9457). `type` is "urn:depone:problem:" and one of the names below.
struct Problem {
  int status = 0;
  std::string name;   // without the prefix
  std::string title;  // one sentence for people
  std::string detail;
  static std::optional<Problem> parse(int status, std::string_view json);
  std::string json() const;
};
// client-old       the client's protocol is not spoken any more: the client must be upgraded
// relay-old        the client's protocol is newer: the relay must be upgraded
// unauthorized     who asks is not known here, or may not have this: one answer for all of these
// clock            the request's time is off by more than five minutes
// pending          joined, not yet approved
// revoked          no longer a member
// role             a member of this role may not do this
// invite           the invite is used up, expired or not known
// key-taken        one of the keys belongs to another member
// malformed        the request or a file in it is not of its format
// sequence-used    another bundle has this (key, chain, sequence)
// signature        the bundle's signature or hash does not hold
// other-signature  the same bundle was delivered with another signature
// too-large, quota, busy, storage-full, failures   limits
// not-found, offset, method, unsupported
// conflict         the stored state moved on; read it again

}  // namespace depone
