#include "crypto/ed25519.h"

#include <sodium.h>

namespace depone {

Ed25519Key Ed25519Key::from_seed(const Secret<32>& seed) {
  Ed25519Key key;
  crypto_sign_ed25519_seed_keypair(key.public_.data(), key.secret_.reveal().data(),
                                   seed.reveal().data());
  return key;
}

Ed25519Key Ed25519Key::generate() { return from_seed(Secret<32>::random()); }

Secret<32> Ed25519Key::seed() const {
  Secret<32> out;
  crypto_sign_ed25519_sk_to_seed(out.reveal().data(), secret_.reveal().data());
  return out;
}

Ed25519Signature Ed25519Key::sign(ByteView message) const {
  Ed25519Signature out;
  crypto_sign_ed25519_detached(out.data(), nullptr, message.data(), message.size(),
                               secret_.reveal().data());
  return out;
}

Ed25519Key Ed25519Key::clone() const {
  Ed25519Key key;
  key.secret_ = secret_.clone();
  key.public_ = public_;
  return key;
}

bool ed25519_verify(const Ed25519Public& key, ByteView message, const Ed25519Signature& signature) {
  return crypto_sign_ed25519_verify_detached(signature.data(), message.data(), message.size(),
                                             key.data()) == 0;
}

// The few keys of a log or roster come again and again, and the check takes as long as a
// signature's: the valid ones are remembered. No key is all zero and valid, so an empty place
// matches none.
bool ed25519_valid(const Ed25519Public& key) {
  thread_local std::array<Ed25519Public, 256> known{};
  Ed25519Public& place = known[key[0]];
  if (place == key && key != Ed25519Public{}) return true;
  if (crypto_core_ed25519_is_valid_point(key.data()) != 1) return false;
  place = key;
  return true;
}

}  // namespace depone
