#include "crypto/bulk.h"

#include <sodium.h>

#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "test_bytes.h"

namespace depone {
namespace {

using testing::code_of;
using testing::pattern;
using testing::secret_of;

std::vector<std::size_t> lengths() {
  std::vector<std::size_t> out{0, 1, 63, 64, 65, 65'535, 65'536, 65'537, 3u << 20, (5u << 20) + 7};
  for (int i = 0; i < 20; ++i) out.push_back(randombytes_uniform(200'000));
  return out;
}

Bytes random_of(std::size_t size) {
  Bytes out(size);
  random_bytes(out);
  return out;
}

Bytes sealed_by_sodium(const Secret<32>& key, const bulk::Nonce& nonce, ByteView plain) {
  Bytes out(plain.size() + 16);
  crypto_aead_chacha20poly1305_ietf_encrypt(out.data(), nullptr, plain.data(), plain.size(),
                                            nullptr, 0, nullptr, nonce.data(), key.reveal().data());
  return out;
}

TEST_CASE("ChaCha20-Poly1305 seals as libsodium does, at any length") {
  const auto key = Secret<32>::random();
  bulk::Aead aead(key);
  for (const std::size_t length : lengths()) {
    INFO(length);
    const Bytes plain = random_of(length);
    const auto nonce = random_array<12>();
    Bytes sealed(length + bulk::kTag);
    aead.seal(nonce, plain, sealed);
    CHECK(sealed == sealed_by_sodium(key, nonce, plain));
  }
}

TEST_CASE("ChaCha20-Poly1305 opens what libsodium sealed, at any length") {
  const auto key = Secret<32>::random();
  bulk::Aead aead(key);
  for (const std::size_t length : lengths()) {
    INFO(length);
    const Bytes plain = random_of(length);
    const auto nonce = random_array<12>();
    Bytes opened(length);
    CHECK(aead.open(nonce, sealed_by_sodium(key, nonce, plain), opened));
    CHECK(opened == plain);
  }
}

TEST_CASE("One context seals and opens alternately") {
  bulk::Aead aead(Secret<32>::random());
  for (std::uint8_t i = 0; i < 10; ++i) {
    const bulk::Nonce nonce{i};
    const Bytes plain = random_of(100u + i);
    Bytes sealed(plain.size() + bulk::kTag);
    aead.seal(nonce, plain, sealed);
    Bytes opened(plain.size());
    CHECK(aead.open(nonce, sealed, opened));
    CHECK(opened == plain);
  }
}

TEST_CASE("What does not authenticate is not opened and leaves nothing behind") {
  bulk::Aead aead(secret_of<32>(std::string(64, '7')));
  const Bytes plain = pattern(1000);
  Bytes sealed(plain.size() + bulk::kTag);
  aead.seal({}, plain, sealed);
  for (const std::size_t at :
       {std::size_t{0}, std::size_t{999}, std::size_t{1000}, std::size_t{1015}}) {
    INFO(at);
    Bytes altered = sealed;
    altered[at] ^= 1;
    Bytes opened = pattern(1000);
    CHECK_FALSE(aead.open({}, altered, opened));
    CHECK(opened == Bytes(1000, 0));
  }
  Bytes opened(1000);
  CHECK_FALSE(aead.open({1}, sealed, opened));
  CHECK(aead.open({}, sealed, opened));
}

TEST_CASE("A buffer of the wrong size is refused") {
  bulk::Aead aead(Secret<32>::random());
  Bytes small(10);
  CHECK(code_of([&] { aead.seal({}, pattern(10), small); }) == Code::invalid);
  CHECK(code_of([&] { aead.open({}, pattern(15), small); }) == Code::invalid);
}

TEST_CASE("SHA-256 is libsodium's, at any length") {
  bulk::Digest digest(bulk::Algorithm::sha256);
  for (const std::size_t length : lengths()) {
    INFO(length);
    const Bytes bytes = random_of(length);
    ByteArray<32> ours;
    digest.update(bytes);
    digest.finish(ours);
    ByteArray<32> theirs;
    crypto_hash_sha256(theirs.data(), bytes.data(), bytes.size());
    CHECK(ours == theirs);
  }
}

TEST_CASE("BLAKE2b-512 is libsodium's, at any length") {
  bulk::Digest digest(bulk::Algorithm::blake2b512);
  for (const std::size_t length : lengths()) {
    INFO(length);
    const Bytes bytes = random_of(length);
    ByteArray<64> ours;
    digest.update(bytes);
    digest.finish(ours);
    ByteArray<64> theirs;
    crypto_generichash(theirs.data(), 64, bytes.data(), bytes.size(), nullptr, 0);
    CHECK(ours == theirs);
  }
}

}  // namespace
}  // namespace depone
