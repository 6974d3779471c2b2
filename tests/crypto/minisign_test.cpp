#include "crypto/minisign.h"

#include <sodium.h>

#include <catch2/catch_test_macros.hpp>

#include "test_bytes.h"

namespace depone {
namespace {

using minisign::PublicKey;
using minisign::Signature;
using testing::code_of;
using testing::error_of;
using testing::pattern;

const Blake2b512& digest() {
  static const Blake2b512 value = blake2b512(as_bytes("content"));
  return value;
}

Signature signed_by(const Ed25519Key& key) {
  return minisign::sign(key, digest(), "depone bundle", "depone/1 chain=00 sequence=1");
}

TEST_CASE("A signature is four lines and comes back from them") {
  const Ed25519Key key = Ed25519Key::generate();
  const Signature signature = signed_by(key);
  const std::string text = signature.text();
  const auto lines = lines_of(text);
  REQUIRE(lines);
  REQUIRE(lines->size() == 4);
  CHECK((*lines)[0] == "untrusted comment: depone bundle");
  CHECK((*lines)[1].starts_with("RU"));
  CHECK((*lines)[2] == "trusted comment: depone/1 chain=00 sequence=1");
  const Signature back = Signature::parse(text);
  CHECK(back.text() == text);
  CHECK(minisign::verify(PublicKey(key.public_key()), digest(), back));
}

TEST_CASE("A signature by another key or of other content does not verify") {
  const Ed25519Key key = Ed25519Key::generate();
  const Signature signature = signed_by(key);
  CHECK_FALSE(
      minisign::verify(PublicKey(Ed25519Key::generate().public_key()), digest(), signature));
  CHECK_FALSE(
      minisign::verify(PublicKey(key.public_key()), blake2b512(as_bytes("contend")), signature));
}

TEST_CASE("A signature that names another key number does not verify") {
  const Ed25519Key key = Ed25519Key::generate();
  Signature signature = signed_by(key);
  signature.number[0] ^= 1;
  CHECK_FALSE(minisign::verify(PublicKey(key.public_key()), digest(), signature));
}

TEST_CASE("A trusted comment taken from another signature does not verify") {
  const Ed25519Key key = Ed25519Key::generate();
  Signature signature = signed_by(key);
  signature.trusted_comment += "0";
  CHECK_FALSE(minisign::verify(PublicKey(key.public_key()), digest(), signature));
}

TEST_CASE("Every flipped bit of a signature file after its first line fails") {
  const Ed25519Key key = Ed25519Key::generate();
  const PublicKey public_key(key.public_key());
  const std::string good = signed_by(key).text();
  for (std::size_t bit = (good.find('\n') + 1) * 8; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ 1 << bit % 8);
    bool verified = false;
    const auto error =
        error_of([&] { verified = minisign::verify(public_key, digest(), Signature::parse(bad)); });
    INFO("bit " << bit);
    CHECK_FALSE(verified);
    if (error) CHECK(error->code() == Code::malformed);
  }
}

TEST_CASE("Every truncation of a signature file is malformed") {
  const std::string good = signed_by(Ed25519Key::generate()).text();
  for (std::size_t size = 0; size < good.size(); ++size) {
    INFO(size);
    CHECK(code_of([&] { Signature::parse(good.substr(0, size)); }) == Code::malformed);
  }
}

TEST_CASE("A signature file in any other than the one form is malformed") {
  const std::string good = signed_by(Ed25519Key::generate()).text();
  const auto lines = *lines_of(good);
  const auto with = [&](std::size_t index, const std::string& line) {
    std::string out;
    for (std::size_t i = 0; i < 4; ++i) {
      out += (i == index ? line : std::string(lines[i])) + "\n";
    }
    return out;
  };
  std::string crlf = good;
  crlf.insert(crlf.find('\n'), "\r");
  std::string unprehashed = std::string(lines[1]);
  unprehashed.replace(0, 3, "RWQ");
  for (const std::string& bad :
       {good + "\n", good + "x\n", crlf, with(0, "comment: x"),
        with(1, std::string(lines[1]) + " "), with(1, std::string(lines[3])), with(1, unprehashed),
        with(2, "untrusted comment: x"),
        with(2,
             "trusted comment: a\x01"
             "b"),
        with(2, "trusted comment: \xff"), with(3, std::string(lines[1])), with(3, ""),
        with(2, "trusted comment: a\rb"),
        std::string("untrusted comment: ") + std::string(5000, 'x') +
            good.substr(good.find('\n'))}) {
    INFO(bad);
    CHECK(code_of([&] { Signature::parse(bad); }) == Code::malformed);
  }
}

TEST_CASE("The error of a malformed signature names its line") {
  std::string bad = signed_by(Ed25519Key::generate()).text();
  bad.replace(bad.find("\ntrusted") + 1, 7, "Trusted");
  const auto error = error_of([&] { Signature::parse(bad); });
  REQUIRE(error);
  CHECK(error->message().starts_with("Line 3 "));
}

TEST_CASE("A comment with a line break is not signed") {
  const Ed25519Key key = Ed25519Key::generate();
  CHECK(code_of([&] { minisign::sign(key, digest(), "a", "b\nc"); }) == Code::invalid);
  CHECK(code_of([&] { minisign::sign(key, digest(), "a\r", "b"); }) == Code::invalid);
}

TEST_CASE("A comment over its bound is not signed") {
  const Ed25519Key key = Ed25519Key::generate();
  const std::string longest(1000, 'x');
  CHECK_NOTHROW(Signature::parse(minisign::sign(key, digest(), longest, longest).text()));
  CHECK(code_of([&] { minisign::sign(key, digest(), "a", longest + "x"); }) == Code::invalid);
}

TEST_CASE("A signature by a key with another number verifies where that number is given") {
  const Ed25519Key key = Ed25519Key::generate();
  Signature signature = minisign::sign(key, digest(), "a", "timestamp:1\tfile:x\thashed");
  signature.number = {1, 2, 3};
  CHECK(minisign::verify(key.public_key(), {1, 2, 3}, digest(), signature));
  CHECK_FALSE(minisign::verify(key.public_key(), {1, 2, 4}, digest(), signature));
}

TEST_CASE("A public key's text comes back and its number is taken from its hash") {
  const PublicKey key(Ed25519Key::generate().public_key());
  const std::string text = key.text();
  CHECK(text.size() == 56);
  CHECK(text.starts_with("RW"));
  CHECK(PublicKey::parse(text) == key);
  const Sha256 hash = sha256(ByteView(key.key()));
  CHECK(equal(key.number(), ByteView(hash).first(8)));
}

TEST_CASE("A public key with another number, algorithm or length is refused") {
  const PublicKey key(Ed25519Key::generate().public_key());
  Bytes other_number = key.raw();
  other_number[2] ^= 1;
  Bytes other_algorithm = key.raw();
  other_algorithm[1] = 'D';
  CHECK_FALSE(PublicKey::parse(base64(other_number)));
  CHECK_FALSE(PublicKey::parse(base64(other_algorithm)));
  CHECK_FALSE(PublicKey::from_raw(ByteView(key.raw()).first(41)));
  CHECK_FALSE(PublicKey::parse(key.text() + "\n"));
}

TEST_CASE("A public key that is no valid point is refused") {
  CHECK_FALSE(PublicKey::from_raw(PublicKey(Ed25519Public{1}).raw()));
}

TEST_CASE("A public key file is two lines; the bare key is taken too") {
  const PublicKey key(Ed25519Key::generate().public_key());
  const std::string file = minisign::public_key_file(key, "authority of an organisation");
  CHECK(file == "untrusted comment: authority of an organisation\n" + key.text() + "\n");
  CHECK(minisign::parse_public_key_file(file) == key);
  CHECK(minisign::parse_public_key_file(key.text()) == key);
  CHECK(minisign::parse_public_key_file(key.text() + "\n") == key);
  CHECK(code_of([&] { minisign::parse_public_key_file(file + "\n"); }) == Code::malformed);
  CHECK(code_of([&] { minisign::parse_public_key_file(""); }) == Code::malformed);
}

TEST_CASE("A secret key file opens with its passphrase and no other") {
  const Ed25519Key key = Ed25519Key::generate();
  const std::string file = minisign::secret_key_file(key, as_bytes("correct horse"), "authority");
  const Ed25519Key back = minisign::parse_secret_key_file(file, as_bytes("correct horse"));
  CHECK(back.public_key() == key.public_key());
  CHECK(equal_secret(back.seed().reveal(), key.seed().reveal()));
  CHECK(code_of([&] { minisign::parse_secret_key_file(file, as_bytes("correct house")); }) ==
        Code::wrong_key);
}

TEST_CASE("A secret key file whose cost is over the bound is refused before memory is taken") {
  const std::string comment = "untrusted comment: x\n";
  Bytes raw(158, 0);
  const Bytes head = to_bytes("EdScB2");
  std::copy(head.begin(), head.end(), raw.begin());
  raw[38 + 3] = 0x02;  // opslimit 2^25, the most that is accepted
  raw[46 + 3] = 0x40;  // memlimit 2^30, likewise
  raw[46] = 1;         // and one more
  CHECK(code_of([&] { minisign::parse_secret_key_file(comment + base64(raw) + "\n", {}); }) ==
        Code::malformed);
  raw[46] = 0;
  raw[38] = 1;
  CHECK(code_of([&] { minisign::parse_secret_key_file(comment + base64(raw) + "\n", {}); }) ==
        Code::malformed);
}

TEST_CASE("A secret key file that is not one is malformed, and one without a passphrase refused") {
  const auto file = [](const Bytes& raw) { return "untrusted comment: x\n" + base64(raw) + "\n"; };
  Bytes raw(158, 0);
  const Bytes head = to_bytes("EdScB2");
  std::copy(head.begin(), head.end(), raw.begin());
  Bytes unprotected = raw;
  unprotected[2] = unprotected[3] = 0;
  CHECK(code_of([&] { minisign::parse_secret_key_file(file(unprotected), {}); }) ==
        Code::unsupported);
  CHECK(code_of([&] { minisign::parse_secret_key_file(file(Bytes(157, 0)), {}); }) ==
        Code::malformed);
  CHECK(code_of([&] { minisign::parse_secret_key_file(file(raw) + "x", {}); }) == Code::malformed);
  CHECK(code_of([&] { minisign::parse_secret_key_file("", {}); }) == Code::malformed);
}

}  // namespace
}  // namespace depone
