#include "crypto/minisign.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/error.h"
#include "stock.h"

// Against the real minisign, 0.11 or newer.
namespace depone {
namespace {

using testing::Workbench;

Bytes content() {
  Bytes out(100'000);
  random_bytes(out);
  return out;
}

TEST_CASE("minisign verifies what we sign, with the key given and from a file") {
  Workbench bench;
  const Ed25519Key key = Ed25519Key::generate();
  const minisign::PublicKey public_key(key.public_key());
  const Bytes bytes = content();
  bench.put("file", bytes);
  bench.put("file.minisig",
            minisign::sign(key, blake2b512(bytes), "depone bundle", "depone/1 chain=0").text());
  bench.put("key.pub", minisign::public_key_file(public_key, "depone authority"));
  CHECK(bench.run("minisign -V -q -P " + public_key.text() + " -m file") == 0);
  CHECK(bench.run("minisign -V -Q -p key.pub -m file") == 0);
  CHECK(bench.output() == "depone/1 chain=0\n");
}

TEST_CASE("minisign refuses what was altered after we signed it") {
  Workbench bench;
  const Ed25519Key key = Ed25519Key::generate();
  Bytes bytes = content();
  bench.put("file.minisig", minisign::sign(key, blake2b512(bytes), "a", "b").text());
  bytes[5] ^= 1;
  bench.put("file", bytes);
  CHECK(bench.run("minisign -V -q -P " + minisign::PublicKey(key.public_key()).text() +
                  " -m file 2>/dev/null") != 0);
}

TEST_CASE("minisign signs with the key file that we write, and we verify it") {
  Workbench bench;
  const Ed25519Key key = Ed25519Key::generate();
  const Bytes bytes = content();
  bench.put("file", bytes);
  bench.put("key", minisign::secret_key_file(key, as_bytes("correct horse"), "depone authority"));
  REQUIRE(bench.run("printf 'correct horse\\n' | minisign -S -s key -m file >/dev/null 2>&1") == 0);
  const auto signature = minisign::Signature::parse(bench.text("file.minisig"));
  CHECK(minisign::verify(minisign::PublicKey(key.public_key()), blake2b512(bytes), signature));
  REQUIRE(bench.run("printf 'correct horse\\n' | minisign -R -s key -p key.pub >/dev/null 2>&1") ==
          0);
  CHECK(minisign::parse_public_key_file(bench.text("key.pub")).key() == key.public_key());
}

TEST_CASE("We verify what minisign signs with a key of its own, by its own number") {
  Workbench bench;
  const Bytes bytes = content();
  bench.put("file", bytes);
  REQUIRE(bench.run("minisign -G -W -p key.pub -s key >/dev/null 2>&1") == 0);
  REQUIRE(bench.run("minisign -S -s key -m file >/dev/null 2>&1") == 0);
  const auto signature = minisign::Signature::parse(bench.text("file.minisig"));
  const std::string file = bench.text("key.pub");
  const auto raw = exactly<42>(from_base64(lines_of(file).value().at(1)));
  REQUIRE(raw);
  minisign::KeyNumber number;
  Ed25519Public key;
  std::copy_n(raw->begin() + 2, number.size(), number.begin());
  std::copy_n(raw->begin() + 10, key.size(), key.begin());
  CHECK(minisign::verify(key, number, blake2b512(bytes), signature));
}

// docs/format.md, "Where programs differ".
TEST_CASE("minisign takes forms of a signature that we refuse") {
  Workbench bench;
  bench.put("file", content());
  REQUIRE(bench.run("minisign -G -W -p key.pub -s key >/dev/null 2>&1") == 0);
  REQUIRE(bench.run("minisign -S -s key -m file -x good >/dev/null 2>&1") == 0);
  REQUIRE(bench.run("minisign -S -l -s key -m file -x legacy >/dev/null 2>&1") == 0);
  const std::string good = bench.text("good");
  std::string crlf;
  for (const char c : good) crlf += c == '\n' ? "\r\n" : std::string(1, c);
  // 74 bytes leave four bits of the last character unused.
  std::string loose = good;
  char& last = loose[loose.find("\ntrusted") - 2];
  REQUIRE(loose[loose.find("\ntrusted") - 1] == '=');
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  last = kDigits[kDigits.find(last) ^ 1];
  bench.put("more", good + "another line\n");
  bench.put("crlf", crlf);
  bench.put("open", good.substr(0, good.size() - 1));
  bench.put("loose", loose);
  for (const char* name : {"legacy", "more", "crlf", "open", "loose"}) {
    INFO(name);
    CHECK(bench.run("minisign -V -q -p key.pub -m file -x " + std::string(name)) == 0);
    bool refused = false;
    try {
      minisign::Signature::parse(bench.text(name));
    } catch (const Error& error) {
      refused = error.code() == Code::malformed;
    }
    CHECK(refused);
  }
  CHECK_NOTHROW(minisign::Signature::parse(good));
}

TEST_CASE("minisign's own keys have numbers that we take only where they are given") {
  Workbench bench;
  REQUIRE(bench.run("minisign -G -W -p key.pub -s key >/dev/null 2>&1") == 0);
  bool refused = false;
  try {
    minisign::parse_public_key_file(bench.text("key.pub"));
  } catch (const Error& error) {
    refused = error.code() == Code::malformed;
  }
  CHECK(refused);
}

TEST_CASE("minisign refuses our key file with another passphrase") {
  Workbench bench;
  bench.put("file", as_bytes("x"));
  bench.put("key", minisign::secret_key_file(Ed25519Key::generate(), as_bytes("right"), "x"));
  CHECK(bench.run("printf 'wrong\\n' | minisign -S -s key -m file >/dev/null 2>&1") != 0);
}

}  // namespace
}  // namespace depone
