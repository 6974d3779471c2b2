#pragma once

#include "crypto/bytes.h"
#include "crypto/secret.h"

namespace depone {

using Ed25519Public = ByteArray<32>;
using Ed25519Signature = ByteArray<64>;

// An Ed25519 key pair (RFC 8032), from its 32-byte seed.
class Ed25519Key {
 public:
  static Ed25519Key from_seed(const Secret<32>& seed);
  static Ed25519Key generate();
  const Ed25519Public& public_key() const { return public_; }
  Secret<32> seed() const;
  Ed25519Signature sign(ByteView message) const;
  Ed25519Key clone() const;

 private:
  Ed25519Key() = default;
  Secret<64> secret_;
  Ed25519Public public_{};
};

// libsodium's verification: canonical S, no small-order keys.
bool ed25519_verify(const Ed25519Public& key, ByteView message, const Ed25519Signature& signature);
// A point of prime order, canonically encoded. Every key that comes in must be one.
bool ed25519_valid(const Ed25519Public& key);

}  // namespace depone
