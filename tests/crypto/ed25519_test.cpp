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

// The twelve cases of "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko, 2020), from
// github.com/novifinancial/ed25519-speccheck, cases.txt.
struct SpecCheck {
  const char* what;
  const char *message, *key, *signature;
  bool valid_key;
  bool verifies;  // as libsodium, by that repository's results.md
};
constexpr SpecCheck kSpecChecks[] = {
    {"S zero, small A and R", "8c93255d71dcab10e8f379c26200f3c7bd5f09d9bc3068d3ef4edeb4853022b6",
     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
     "0000000000000000000000000000000000000000000000000000000000000000",
     false, false},
    {"small A, mixed R", "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
     "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43"
     "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
     false, false},
    {"mixed A, small R", "aebf3f2601a0c8c5d39cc7d8911642f740b78168218da8471772b35f9d35b9ab",
     "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
     "8c4bd45aecaca5b24fb97bc10ac27ac8751a7dfe1baff8b953ec9f5833ca260e",
     false, false},
    {"mixed A and R", "9bd9f44f4dcc75bd531b56b2cd280b0bb38fc1cd6d1230e14861d861de092e79",
     "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
     "9046a64750444938de19f227bb80485e92b83fdb4b6506c160484c016cc1852f"
     "87909e14428a7a1d62e9f22f3d3ad7802db02eb2e688b6c52fcd6648a98bd009",
     false, true},
    {"mixed A and R, cofactored only",
     "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
     "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
     "160a1cb0dc9c0258cd0a7d23e94d8fa878bcb1925f2c64246b2dee1796bed512"
     "5ec6bc982a269b723e0668e540911a9a6a58921d6925e434ab10aa7940551a09",
     false, false},
    {"mixed A, cofactored only, the other way",
     "e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec4011eaccd55b53f56c",
     "cdb267ce40c5cd45306fa5d2f29731459387dbf9eb933b7bd5aed9a765b88d4d",
     "21122a84e0b5fca4052f5b1235c80a537878b38f3142356b2c2384ebad4668b7"
     "e40bc836dac0f71076f9abe3a53f9c03c1ceeeddb658d0030494ace586687405",
     false, false},
    {"S beyond L", "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
     "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
     "e96f66be976d82e60150baecff9906684aebb1ef181f67a7189ac78ea23b6c0e"
     "547f7690a0e2ddcd04d87dbc3490dc19b3b3052f7ff0538cb68afb369ba3a514",
     true, false},
    {"S far beyond L", "85e241a07d148b41e47d62c63f830dc7a6851a0b1f33ae4bb2f507fb6cffec40",
     "442aad9f089ad9e14647b1ef9099a1ff4798d78589e66f28eca69c11f582a623",
     "8ce5b96c8f26d0ab6c47958c9e68b937104cd36e13c33566acd2fe8d38aa1942"
     "7e71f98a473474f2f13f06f97c20d58cc3f54b8bd0d272f42b695dd7e89a8c22",
     true, false},
    {"R not canonical", "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
     "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
     "03be9678ac102edcd92b0210bb34d7428d12ffc5df5f37e359941266a4e35f0f",
     false, false},
    {"R not canonical, hashed as it stands",
     "9bedc267423725d473888631ebf45988bad3db83851ee85c85e241a07d148b41",
     "f7badec5b8abeaf699583992219b7b223f1df3fbbea919844e3f7c554a43dd43",
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
     "ca8c5b64cd208982aa38d4936621a4775aa233aa0505711d8fdcfdaa943d4908",
     false, false},
    {"A not canonical", "e96b7021eb39c1a163b6da4e3093dcd3f21387da4cc4572be588fafae23c155b",
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc"
     "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
     false, false},
    {"A not canonical, hashed as it stands",
     "39a591f5321bbe07fd5a23dc2f39d025d74526615746727ceefd6e82ae65c06f",
     "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
     "a9d55260f765261eb9b84e106f665e00b867287a761990d7135963ee0a7d59dc"
     "a5bb704786be79fc476f91d3f3f89b03984d8068dcf1bb7dfc6637b45450ac04",
     false, false},
};

TEST_CASE("Where EdDSA libraries differ, keys are valid and signatures verify as the format says") {
  for (const SpecCheck& check : kSpecChecks) {
    INFO(check.what);
    const auto key = array_of<32>(check.key);
    CHECK(ed25519_valid(key) == check.valid_key);
    CHECK(ed25519_verify(key, unhex(check.message), array_of<64>(check.signature)) ==
          check.verifies);
  }
}

// libsodium takes one of them, by a key of mixed order: keys are judged when they come in.
TEST_CASE("None of the signatures on which EdDSA libraries differ is accepted from a valid key") {
  for (const SpecCheck& check : kSpecChecks) {
    INFO(check.what);
    CHECK_FALSE((check.valid_key && check.verifies));
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
