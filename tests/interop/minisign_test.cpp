#include "crypto/minisign.h"

#include <catch2/catch_test_macros.hpp>

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

TEST_CASE("minisign refuses our key file with another passphrase") {
  Workbench bench;
  bench.put("file", as_bytes("x"));
  bench.put("key", minisign::secret_key_file(Ed25519Key::generate(), as_bytes("right"), "x"));
  CHECK(bench.run("printf 'wrong\\n' | minisign -S -s key -m file >/dev/null 2>&1") != 0);
}

}  // namespace
}  // namespace depone
