#include "crypto/ed25519.h"

#include <catch2/catch_test_macros.hpp>

#include "test_bytes.h"

namespace depone {
namespace {

using testing::array_of;
using testing::secret_of;
using testing::unhex;

TEST_CASE("Ed25519 gives what RFC 8032 section 7.1 lists") {
  const struct {
    const char *seed, *key, *message, *signature;
  } vectors[] = {{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                  "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
                  "c61e39701cf9"
                  "b46bd25bf5f0595bbe24655141438e7a100b"},
                 {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                  "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                  "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e"
                  "458f3613d0f1"
                  "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
                 {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                  "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                  "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290"
                  "ae67f760984d"
                  "c6594a7c15e9716ed28dc027beceea1ec40a"}};
  for (const auto& vector : vectors) {
    const Ed25519Key key = Ed25519Key::from_seed(secret_of<32>(vector.seed));
    CHECK(hex(key.public_key()) == vector.key);
    const Ed25519Signature signature = key.sign(unhex(vector.message));
    CHECK(hex(signature) == vector.signature);
    CHECK(ed25519_verify(key.public_key(), unhex(vector.message), signature));
    CHECK(ed25519_valid(key.public_key()));
  }
}

TEST_CASE("A key gives its seed back, and a clone signs the same") {
  const auto seed = Secret<32>::random();
  const Ed25519Key key = Ed25519Key::from_seed(seed);
  CHECK(equal_secret(key.seed().reveal(), seed.reveal()));
  const Ed25519Key clone = key.clone();
  CHECK(clone.public_key() == key.public_key());
  CHECK(clone.sign(as_bytes("x")) == key.sign(as_bytes("x")));
}

TEST_CASE("A flipped bit in a signature or the message does not verify") {
  const Ed25519Key key = Ed25519Key::generate();
  const Ed25519Signature good = key.sign(as_bytes("message"));
  for (std::size_t bit = 0; bit < 512; ++bit) {
    Ed25519Signature bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    CHECK_FALSE(ed25519_verify(key.public_key(), as_bytes("message"), bad));
  }
  CHECK_FALSE(ed25519_verify(key.public_key(), as_bytes("massage"), good));
  CHECK_FALSE(ed25519_verify(Ed25519Key::generate().public_key(), as_bytes("message"), good));
}

// S + L, L the order of the group: the same signature to an implementation that does not check.
TEST_CASE("A signature whose S is not canonical does not verify") {
  const Ed25519Key key = Ed25519Key::generate();
  Ed25519Signature signature = key.sign(as_bytes("message"));
  const auto order =
      array_of<32>("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += unsigned{signature[32 + i]} + order[i];
    signature[32 + i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  CHECK_FALSE(ed25519_verify(key.public_key(), as_bytes("message"), signature));
}

TEST_CASE("Keys of small order, not canonical or not on the curve are no valid keys") {
  for (const char* text :
       {"0100000000000000000000000000000000000000000000000000000000000000",  // the neutral element
        "0000000000000000000000000000000000000000000000000000000000000000",  // order 4
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // order 2
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",  // order 8
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",  // order 8
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // 1 + p
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // p
        "0200000000000000000000000000000000000000000000000000000000000000"}) {
    INFO(text);
    CHECK_FALSE(ed25519_valid(array_of<32>(text)));
  }
}

TEST_CASE("Nothing verifies under a key of small order") {
  // R and A the neutral element, S zero: holds for every message where small orders are not
  // refused.
  Ed25519Public key{1};
  Ed25519Signature signature{1};
  CHECK_FALSE(ed25519_verify(key, as_bytes("anything"), signature));
}

}  // namespace
}  // namespace depone
