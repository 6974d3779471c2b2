#pragma once

#include <memory>

#include "crypto/bytes.h"
#include "crypto/secret.h"

// The bulk bytes, through OpenSSL's libcrypto: on x86-64 it is 3 to 5 times faster than libsodium's
// portable code for these three, and payloads are gigabytes. Keys, signatures, KEM, KDF and
// password hashing stay with libsodium. This is the only file that includes OpenSSL in this layer;
// tests/crypto/bulk_test.cpp holds it against libsodium.
namespace depone::bulk {

inline constexpr std::size_t kTag = 16;
using Nonce = ByteArray<12>;

// ChaCha20-Poly1305 (RFC 8439) under one key, without additional data, for many short messages: the
// cipher is set up once. The key is copied into libcrypto's memory, which wipes it when this ends.
// One thread at a time.
class Aead {
 public:
  explicit Aead(const Secret<32>& key);
  ~Aead();
  Aead(Aead&&) noexcept;
  Aead& operator=(Aead&&) noexcept;

  // out: plain.size() + kTag bytes, not overlapping.
  void seal(const Nonce& nonce, ByteView plain, std::span<std::uint8_t> out);
  // out: sealed.size() − kTag bytes, not overlapping. false, and `out` all zero, where it does not
  // authenticate.
  bool open(const Nonce& nonce, ByteView sealed, std::span<std::uint8_t> out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

enum class Algorithm { sha256, blake2b512 };

class Digest {
 public:
  explicit Digest(Algorithm algorithm);
  ~Digest();
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;
  void update(ByteView bytes);
  void finish(std::span<std::uint8_t> out);  // out: 32 or 64 bytes; then ready for the next message

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace depone::bulk
