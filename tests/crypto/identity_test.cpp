#include "crypto/identity.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/kdf.h"
#include "test_bytes.h"

namespace depone {
namespace {

using testing::array_of;
using testing::secret_of;

constexpr const char* kSeed = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
constexpr const char* kSeedText =
    "DEPONE-SEED-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0SDJC3RK";

// Computed with Python's hmac and hashlib, the public keys with its package cryptography 48.
TEST_CASE("The four keys are derived from the seed as the format says") {
  const Identity identity = Identity::from_seed(secret_of<32>(kSeed));
  CHECK(hex(identity.bundle.seed().reveal()) ==
        "706286b9f902b93c2f62289717d7611bc3b08242a81a2571c4399ee480b398b8");
  CHECK(hex(identity.bundle.public_key()) ==
        "5db5aa6f51105c5289b36ef965a27a2f9cc08a22fb5147e59743dbb2fc468ed8");
  CHECK(hex(identity.request.seed().reveal()) ==
        "b80d28d0bfea0389039fe212066f81e9b2e4864ab7a3c834759fdee1b72ddde7");
  CHECK(hex(identity.request.public_key()) ==
        "9201faceaa0f90c3d69de5377a67d27c22496add7005f3a5b0e79399a752a9fb");
  CHECK(hex(identity.recipient.seed().reveal()) ==
        "af3cbb9e0159bfb36e4db5db07ef45afbdaa3ba36a8fa959db235d7550d41fc5");
  const age::HybridIdentity archive = archive_identity(secret_of<32>(kSeed));
  CHECK(hex(archive.seed().reveal()) ==
        "be5cea34afcceb4a80017ead40abcab37dc9cefe495ad68b872c4084a7989e78");
  CHECK(identity.archive == archive.recipient());
  CHECK_FALSE(identity.recipient.recipient() == identity.archive);
  CHECK(identity.bundle_key().key() == identity.bundle.public_key());
}

TEST_CASE("The vault's recovery key is derived from the seed and the vault's id") {
  const auto vault = array_of<16>("000102030405060708090a0b0c0d0e0f");
  CHECK(hex(vault_recovery_key(secret_of<32>(kSeed), vault).reveal()) ==
        "ed27b26715c526916b4c0715f51614aa1b11952a6452873dc5d72d14ea24b6ef");
}

TEST_CASE("A seed's text is upper-case Bech32 and comes back") {
  const Seed seed = secret_of<32>(kSeed);
  CHECK(as_text(seed_text(seed).reveal()) == kSeedText);
  const auto back = parse_seed(kSeedText);
  REQUIRE(back);
  CHECK(equal_secret(back->reveal(), seed.reveal()));
}

TEST_CASE("A seed's text with one altered character is refused") {
  const std::string good = kSeedText;
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'Q' ? 'P' : 'Q';
    INFO(bad);
    CHECK_FALSE(parse_seed(bad));
  }
}

TEST_CASE("A fingerprint is over the four strings, an auditor's over the request key") {
  CHECK(fingerprint("RWb", "req", "age1pq", "arch") == "79816404c1ece9a20088");
  CHECK(fingerprint("", "req", "", "") == "8f3c9fbc306a57f28d8c");
}

TEST_CASE("A request key is base64 of a valid point") {
  const Ed25519Key key = Ed25519Key::generate();
  CHECK(parse_request_key(request_key_text(key.public_key())) == key.public_key());
  CHECK_FALSE(parse_request_key(base64(Bytes(32, 0))));
  CHECK_FALSE(parse_request_key(base64(Bytes(31, 1))));
  CHECK_FALSE(parse_request_key(hex(key.public_key())));
}

}  // namespace
}  // namespace depone
