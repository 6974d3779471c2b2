#pragma once

#include <memory>

#include "crypto/bytes.h"
#include "crypto/io.h"

namespace depone {

using Sha256 = ByteArray<32>;
using Blake2b512 = ByteArray<64>;

Sha256 sha256(ByteView bytes);
Sha256 sha256(std::string_view text);
Blake2b512 blake2b512(ByteView bytes);

// 64 lower-case hex digits, or nullopt.
std::optional<Sha256> sha256_from_hex(std::string_view text);

// Streaming digests over libcrypto (crypto/bulk.cpp says why).
class Sha256Hasher {
 public:
  Sha256Hasher();
  ~Sha256Hasher();
  Sha256Hasher(Sha256Hasher&&) noexcept;
  Sha256Hasher& operator=(Sha256Hasher&&) noexcept;
  void update(ByteView bytes);
  Sha256 finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class Blake2bHasher {  // BLAKE2b-512, no key
 public:
  Blake2bHasher();
  ~Blake2bHasher();
  Blake2bHasher(Blake2bHasher&&) noexcept;
  Blake2bHasher& operator=(Blake2bHasher&&) noexcept;
  void update(ByteView bytes);
  Blake2b512 finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// What a bundle is known by.
struct Digests {
  Sha256 sha256;
  Blake2b512 blake2b;
  std::uint64_t size = 0;
  bool operator==(const Digests&) const = default;
};

// Both digests and the length of what passes through. From the first large write on, a thread of
// its own takes one of them, of copies that are not wiped; digests() waits for it.
class DigestingSink : public Sink {
 public:
  explicit DigestingSink(Sink& next);
  ~DigestingSink() override;
  void write(ByteView bytes) override;
  void finish() override { next_.finish(); }
  Digests digests();  // once, after the last write

 private:
  class Beside;
  Sink& next_;
  Sha256Hasher sha256_;
  Blake2bHasher blake2b_;
  std::uint64_t size_ = 0;
  std::unique_ptr<Beside> beside_;
};

Digests digest_all(Source& source);

}  // namespace depone
