#include "crypto/kdf.h"

#include <catch2/catch_test_macros.hpp>

#include "test_bytes.h"

namespace depone {
namespace {

using testing::code_of;
using testing::unhex;

std::string hkdf_hex(std::string_view key, std::string_view salt, std::string_view info) {
  return hex(hkdf_sha256(unhex(key), unhex(salt), as_text(unhex(info))).reveal());
}

TEST_CASE("HKDF-SHA-256 gives what RFC 5869 A.1 to A.3 list") {
  CHECK(hkdf_hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c",
                 "f0f1f2f3f4f5f6f7f8f9") ==
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
  Bytes key(80), salt(80), info(80);
  for (std::uint8_t i = 0; i < 80; ++i) {
    key[i] = i;
    salt[i] = static_cast<std::uint8_t>(0x60 + i);
    info[i] = static_cast<std::uint8_t>(0xb0 + i);
  }
  CHECK(hex(hkdf_sha256(key, salt, as_text(info)).reveal()) ==
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c");
  CHECK(hkdf_hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "") ==
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

TEST_CASE("HMAC-SHA-256 gives what RFC 4231 lists in case 2") {
  CHECK(hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

// Computed with the Python package cryptography 48 (OpenSSL).
TEST_CASE("Argon2id gives what another implementation does") {
  const auto salt = testing::array_of<16>("000102030405060708090a0b0c0d0e0f");
  CHECK(hex(argon2id(as_bytes("correct horse"), salt, {2, 1u << 20}).reveal()) ==
        "77237b8a217dfd77699617e3893817f9fa215bff881849f3c007154da0b4788d");
}

TEST_CASE("Argon2id depends on passphrase, salt and cost") {
  const ByteArray<16> salt{1};
  const Argon2idCost cost{1, 1u << 20};
  const auto derive = [](std::string_view passphrase, const ByteArray<16>& with, Argon2idCost at) {
    return hex(argon2id(as_bytes(passphrase), with, at).reveal());
  };
  const std::string key = derive("pass", salt, cost);
  CHECK(derive("pass", salt, cost) == key);
  CHECK(derive("Pass", salt, cost) != key);
  CHECK(derive("pass", {2}, cost) != key);
  CHECK(derive("pass", salt, {2, 1u << 20}) != key);
  CHECK(derive("pass", salt, {1, 2u << 20}) != key);
  CHECK(derive("", salt, cost) != key);
}

TEST_CASE("Argon2id over its ceiling is refused before memory is taken") {
  const ByteArray<16> salt{};
  CHECK(code_of([&] { argon2id({}, salt, {65, 1u << 20}); }) == Code::malformed);
  CHECK(code_of([&] { argon2id({}, salt, {1, (4ull << 30) + 1}); }) == Code::malformed);
  CHECK(code_of([&] { argon2id({}, salt, {0, 1u << 20}); }) == Code::malformed);
}

// draft-irtf-cfrg-xchacha-03, A.3.1, has additional data and a plain text; here its key and nonce.
TEST_CASE("XChaCha20-Poly1305 gives what the draft's A.3.1 lists") {
  const auto key =
      testing::secret_of<32>("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  const auto nonce = testing::array_of<24>("404142434445464748494a4b4c4d4e4f5051525354555657");
  const std::string_view plain =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
      "sunscreen would be it.";
  const Bytes additional = unhex("50515253c0c1c2c3c4c5c6c7");
  const Bytes box = xchacha20poly1305_seal(key, nonce, as_bytes(plain), as_text(additional));
  CHECK(
      hex(box) ==
      "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda"
      "7e"
      "39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565"
      "d3fff921f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49");
  const auto opened = xchacha20poly1305_open(key, nonce, box, as_text(additional));
  REQUIRE(opened);
  CHECK(as_text(opened->reveal()) == plain);
}

TEST_CASE("An altered box, key, nonce or additional data does not open") {
  const auto key = Secret<32>::random();
  const ByteArray<24> nonce{};
  const Bytes box = xchacha20poly1305_seal(key, nonce, as_bytes("secret"), "a");
  CHECK_FALSE(xchacha20poly1305_open(Secret<32>::random(), nonce, box, "a"));
  CHECK_FALSE(xchacha20poly1305_open(key, {1}, box, "a"));
  CHECK_FALSE(xchacha20poly1305_open(key, nonce, box, "b"));
  for (std::size_t i = 0; i < box.size(); ++i) {
    Bytes altered = box;
    altered[i] ^= 0x80;
    CHECK_FALSE(xchacha20poly1305_open(key, nonce, altered, "a"));
    CHECK_FALSE(xchacha20poly1305_open(key, nonce, ByteView(box).first(i), "a"));
  }
}

}  // namespace
}  // namespace depone
