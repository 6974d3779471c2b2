#include "sync/remote/request_key.h"

#include <sys/stat.h>

#include <catch2/catch_test_macros.hpp>

#include "crypto/age/stream.h"
#include "crypto/error.h"
#include "tests/store/vault_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

constexpr std::string_view kWords = "auditor passphrase";

struct Fixture {
  TempDir temp;
  fs::path file = temp / "auditor.key";
  minisign::PublicKey authority{Ed25519Key::generate().public_key()};
  RequestKey key{Ed25519Key::generate(), "http://127.0.0.1:1",
                 std::nullopt,           authority,
                 "0011223344556677",     "expert"};
  Fixture() { write_request_key(file, key, as_bytes(kWords)); }
};

}  // namespace

TEST_CASE("A request key file gives back what was written", "[remote]") {
  const Fixture fixture;
  const RequestKey read = read_request_key(fixture.file, as_bytes(kWords));
  CHECK(read.key.public_key() == fixture.key.key.public_key());
  CHECK(read.relay == "http://127.0.0.1:1");
  CHECK_FALSE(read.pin);
  CHECK(read.authority == fixture.authority);
  CHECK(read.invite == "0011223344556677");
  CHECK(read.name == "expert");
}

TEST_CASE("A request key file is for its owner alone", "[remote]") {
  const Fixture fixture;
  struct stat info {};
  REQUIRE(::stat(fixture.file.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
}

TEST_CASE("A request key file is never overwritten", "[remote]") {
  const Fixture fixture;
  const Bytes before = read_file(fixture.file, 1 << 20);
  CHECK(code_of([&] { write_request_key(fixture.file, fixture.key, as_bytes(kWords)); }) ==
        Code::refused);
  CHECK(read_file(fixture.file, 1 << 20) == before);
}

TEST_CASE("Another passphrase does not open a request key file", "[remote]") {
  const Fixture fixture;
  CHECK(code_of([&] { read_request_key(fixture.file, as_bytes("another one")); }) ==
        Code::wrong_key);
}

TEST_CASE("A damaged request key file says so", "[remote]") {
  const Fixture fixture;
  Bytes bytes = read_file(fixture.file, 1 << 20);
  bytes.back() ^= 1;
  write_file(fixture.file, bytes);
  CHECK(code_of([&] { read_request_key(fixture.file, as_bytes(kWords)); }) == Code::damaged);
}

TEST_CASE("A request key file never holds its seed in the clear", "[remote]") {
  const Fixture fixture;
  const Bytes bytes = read_file(fixture.file, 1 << 20);
  CHECK(as_text(bytes).find(hex(fixture.key.key.seed().reveal())) == std::string_view::npos);
  CHECK(as_text(bytes).find("expert") == std::string_view::npos);
}
