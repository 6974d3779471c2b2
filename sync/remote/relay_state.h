#pragma once

// What the two files of RelayClient share; nobody else includes it.

#include <cstdint>
#include <string>

#include "crypto/http_signature.h"
#include "sync/remote/relay_client.h"

namespace depone {

struct RelayClient::State {
  std::string base;    // without a slash at its end
  std::string origin;  // scheme, host and port
  HttpClient http;
  const Ed25519Key* key;
  Clock clock;
  std::int64_t skew = 0;  // seconds to add to our clock for the relay's
  bool skewed = false;
};

// One request before it is signed.
struct RelayClient::Call {
  HttpRequest request;
  Components covered;              // beyond @method and @target-uri
  const Invite* invite = nullptr;  // its MAC is over the body, or else the target
  bool sign = true;
};

// 64 hex digits, before they become part of an address. Code::malformed.
std::string bundle_name(std::string_view sha256);

}  // namespace depone
