#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/ed25519.h"
#include "crypto/formats/time.h"
#include "crypto/secret.h"

namespace depone::relay {

// Bearer tokens for uploads, for clients that cannot sign each request (docs/format.md, "Tokens"). A token is a MAC under
// the relay's token key: every process, and the next start, knows it without keeping it.
struct Token {
  Ed25519Public request_key{};  // of the member who asked for it
  Time expires;
  std::string id;  // 32 hex digits; not secret: it opens nothing
};

class Tokens {
 public:
  explicit Tokens(Secret<32> key) : key_(std::move(key)) {}

  std::string issue(const Ed25519Public& request_key, Time expires) const;
  // Of a token whose MAC holds; whether it still counts is the caller's to say. nullopt for everything else.
  std::optional<Token> open(std::string_view text) const;

 private:
  Secret<32> key_;
};

}  // namespace depone::relay
