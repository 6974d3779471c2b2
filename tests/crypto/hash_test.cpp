#include "crypto/hash.h"

#include <catch2/catch_test_macros.hpp>

#include "test_bytes.h"

namespace depone {
namespace {

using testing::pattern;

// FIPS 180-2, appendix B.1.
constexpr const char* kSha256Abc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
// RFC 7693, appendix A.
constexpr const char* kBlake2bAbc =
    "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
    "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923";

TEST_CASE("SHA-256 of abc is the one of FIPS 180") { CHECK(hex(sha256("abc")) == kSha256Abc); }

TEST_CASE("SHA-256 of nothing is right") {
  CHECK(hex(sha256(ByteView())) ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("BLAKE2b-512 of abc is the one of RFC 7693") {
  CHECK(hex(blake2b512(as_bytes("abc"))) == kBlake2bAbc);
}

TEST_CASE("Hashing in pieces gives the hash of the whole") {
  const Bytes bytes = pattern(200'000);
  Sha256Hasher sha;
  Blake2bHasher blake;
  for (std::size_t at = 0; at < bytes.size(); at += 777) {
    const ByteView piece = ByteView(bytes).subspan(at, std::min<std::size_t>(777, 200'000 - at));
    sha.update(piece);
    blake.update(piece);
  }
  CHECK(sha.finish() == sha256(bytes));
  CHECK(blake.finish() == blake2b512(bytes));
}

TEST_CASE("A digesting sink passes everything on and knows both digests and the length") {
  const Bytes bytes = pattern(70'000);
  MemorySink memory;
  DigestingSink sink(memory);
  sink.write(ByteView(bytes).first(1));
  sink.write(ByteView(bytes).subspan(1));
  const Digests digests = sink.digests();
  CHECK(memory.bytes() == bytes);
  CHECK(digests == Digests{sha256(bytes), blake2b512(bytes), 70'000});
  MemorySource source(bytes);
  CHECK(digest_all(source) == digests);
}

TEST_CASE("Large writes have the digests of small ones") {
  const Bytes bytes = pattern(5'000'000);
  for (const std::size_t piece :
       {std::size_t{1000}, std::size_t{200'000}, std::size_t{5'000'000}}) {
    MemorySink memory;
    DigestingSink sink(memory);
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      sink.write(ByteView(bytes).subspan(at, piece));
    }
    const bool passed_on = memory.bytes() == bytes;
    CHECK(passed_on);
    CHECK(sink.digests() == Digests{sha256(bytes), blake2b512(bytes), bytes.size()});
  }
}

TEST_CASE("A digesting sink passes the error of the next one on") {
  MemorySink memory(1'000'000);
  DigestingSink sink(memory);
  const Bytes bytes = pattern(900'000);
  sink.write(bytes);
  CHECK(testing::code_of([&] { sink.write(bytes); }) == Code::malformed);
}

TEST_CASE("A hash in hex is 64 lower-case digits or none") {
  CHECK(sha256_from_hex(kSha256Abc) == sha256("abc"));
  CHECK_FALSE(sha256_from_hex(std::string(kSha256Abc).substr(1)));
  CHECK_FALSE(sha256_from_hex("BA" + std::string(kSha256Abc).substr(2)));
}

}  // namespace
}  // namespace depone
