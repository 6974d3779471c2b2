#include "crypto/bech32.h"

#include <catch2/catch_test_macros.hpp>

#include "test_bytes.h"

namespace depone {
namespace {

using testing::pattern;
using testing::unhex;

// The examples of C2SP age, "The X25519 recipient type".
constexpr const char* kRecipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
constexpr const char* kIdentity =
    "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

TEST_CASE("The specification's examples decode and encode") {
  const auto recipient = bech32_decode("age", kRecipient);
  REQUIRE(recipient);
  CHECK(bech32_encode("age", recipient->reveal()) == kRecipient);
  const auto identity = bech32_decode("age-secret-key-", kIdentity, true);
  REQUIRE(identity);
  CHECK(equal(identity->reveal(), Bytes(32, 0x42)));
  CHECK(bech32_encode("age-secret-key-", identity->reveal(), true) == kIdentity);
  CHECK(as_text(bech32_encode_secret("age-secret-key-", identity->reveal(), true).reveal()) ==
        kIdentity);
}

TEST_CASE("Every length comes back") {
  for (std::size_t size = 0; size < 70; ++size) {
    const auto back = bech32_decode("x", bech32_encode("x", pattern(size)));
    REQUIRE(back);
    CHECK(equal(back->reveal(), pattern(size)));
  }
}

// BIP 173, "Test vectors": an empty data part.
TEST_CASE("A string without data is valid") {
  CHECK(bech32_decode("a", "A12UEL5L", true));
  CHECK(bech32_encode("a", {}, true) == "A12UEL5L");
}

TEST_CASE("Every single altered character is refused") {
  const std::string good = kRecipient;
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'q' ? 'p' : 'q';
    INFO(bad);
    CHECK_FALSE(bech32_decode("age", bad));
  }
}

TEST_CASE("Another prefix, another case and a mixed case are refused") {
  const std::string lower = kRecipient;
  std::string upper = lower;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  CHECK(bech32_decode("age", upper, true));
  CHECK_FALSE(bech32_decode("age", upper));
  CHECK_FALSE(bech32_decode("age", lower, true));
  CHECK_FALSE(bech32_decode("ag", lower));
  std::string mixed = upper;
  mixed.back() = lower.back();
  CHECK_FALSE(bech32_decode("age", mixed, true));
  CHECK_FALSE(bech32_decode("age", lower.substr(0, lower.size() - 1)));
  CHECK_FALSE(bech32_decode("age", lower + "q"));
  CHECK_FALSE(bech32_decode("age", ""));
  CHECK_FALSE(bech32_decode("age", "age1"));
}

// Two values are 10 bits: one byte, and two bits that must be zero. One or three leave no whole
// byte or five and more bits.
TEST_CASE("Bits that belong to no byte must be zero and fewer than five") {
  // Computed with the reference checksum of BIP 173 over the values 0; 0, 1; 0, 0, 0; and at last
  // 0, 0.
  for (const char* text : {"x1qm7ssx4", "x1qpxqa3vz", "x1qqqn0an5s"})
    CHECK_FALSE(bech32_decode("x", text));
  const auto good = bech32_decode("x", "x1qqmkfy3s");
  REQUIRE(good);
  CHECK(equal(good->reveal(), Bytes{0}));
}

}  // namespace
}  // namespace depone
