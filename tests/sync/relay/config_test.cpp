#include "sync/relay/config.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/error.h"
#include "tests/store/vault_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

minisign::PublicKey authority() {
  return minisign::PublicKey(Ed25519Key::from_seed(seed_of(5)).public_key());
}

relay::Config config() {
  return {"An \"Organisation\" — 한국",
          "relay.example.org/log",
          "http://127.0.0.1:8080",
          authority(),
          "127.0.0.1:8080",
          false,
          "keys",
          "ledger.db",
          "blobs",
          "staging",
          {},
          "",
          ""};
}

relay::Config read_back(const std::string& toml) {
  const TempDir temp;
  write_file(temp / "relay.toml", toml);
  return relay::Config::read(temp / "relay.toml");
}

Error error_for(const std::string& toml) {
  try {
    read_back(toml);
  } catch (const Error& error) {
    return error;
  }
  FAIL("it was taken");
  return Error(Code::usage, "");
}

std::string with(const std::string& from, const std::string& to) {
  std::string toml = config().toml();
  toml.replace(toml.find(from), from.size(), to);
  return toml;
}

}  // namespace

TEST_CASE("relay.toml comes back as it was written", "[relay]") {
  const relay::Config read = read_back(config().toml());
  CHECK(read.organisation == config().organisation);
  CHECK(read.origin == config().origin);
  CHECK(read.authority == authority());
  CHECK(read.limits.bundle_bytes == config().limits.bundle_bytes);
  CHECK(read.toml() == config().toml());
}

TEST_CASE("A limit is taken from relay.toml", "[relay]") {
  CHECK(read_back(with("bundle_bytes = 2147483648", "bundle_bytes = 5")).limits.bundle_bytes == 5);
}

TEST_CASE("A misspelt setting is refused by name", "[relay]") {
  const Error error = error_for(with("bundle_bytes", "bundle_byte"));
  CHECK(error.code() == Code::invalid);
  CHECK(std::string(error.what()).find("limits.bundle_byte") != std::string::npos);
}

TEST_CASE("A setting of another kind is refused by name", "[relay]") {
  CHECK(std::string(error_for(with("public_log = false", "public_log = \"no\"")).what())
            .find("public_log") != std::string::npos);
  CHECK(std::string(error_for(with("connections = 1000", "connections = -1")).what())
            .find("limits.connections") != std::string::npos);
}

TEST_CASE("What is not TOML is refused with its line", "[relay]") {
  CHECK(std::string(error_for("format = \"depone/relay/1\"\n= 3\n").what()).find("line 2") !=
        std::string::npos);
}

TEST_CASE("Another version of relay.toml is refused", "[relay]") {
  CHECK(error_for(with("depone/relay/1", "depone/relay/2")).code() == Code::invalid);
}

TEST_CASE("A directory without relay.toml says how to make one", "[relay]") {
  const TempDir temp;
  try {
    relay::Config::read(temp / "relay.toml");
    FAIL("it was read");
  } catch (const Error& error) {
    CHECK(error.code() == Code::not_found);
    CHECK(std::string(error.what()).find("init") != std::string::npos);
  }
}

TEST_CASE("Addresses to listen on", "[relay]") {
  CHECK(relay::Endpoint::parse("127.0.0.1:8080").loopback());
  CHECK(relay::Endpoint::parse("127.9.9.9:1").loopback());
  CHECK(relay::Endpoint::parse("[::1]:8080").loopback());
  CHECK(relay::Endpoint::parse("localhost:8080").host == "127.0.0.1");
  CHECK_FALSE(relay::Endpoint::parse("0.0.0.0:8080").loopback());
  CHECK_FALSE(relay::Endpoint::parse("192.168.1.1:8080").loopback());
  CHECK_FALSE(relay::Endpoint::parse("[::]:8080").loopback());
  CHECK_FALSE(relay::Endpoint::parse("[::ffff:10.0.0.1]:8080").loopback());
  for (const char* text : {"", "8080", "127.0.0.1", "relay.example.org:80", "::1:80",
                           "127.0.0.1:70000", "[127.0.0.1]:80"}) {
    INFO(text);
    CHECK_THROWS_AS(relay::Endpoint::parse(text), Error);
  }
}

TEST_CASE("By default it listens where its URL is, where that is this machine", "[relay]") {
  CHECK(relay::default_listen("http://127.0.0.1:9000", false) == "127.0.0.1:9000");
  CHECK(relay::default_listen("http://[::1]:9000", false) == "[::1]:9000");
  CHECK(relay::default_listen("https://127.0.0.1:9000", true) == "127.0.0.1:9000");
}

TEST_CASE("A relay that does TLS listens everywhere, one behind something that does on loopback",
          "[relay]") {
  CHECK(relay::default_listen("https://relay.example.org", true) == "0.0.0.0:443");
  CHECK(relay::default_listen("https://relay.example.org:8443", true) == "0.0.0.0:8443");
  CHECK(relay::default_listen("https://relay.example.org", false) == "127.0.0.1:8080");
}

TEST_CASE("The TLS files come back, and one without the other is refused", "[relay]") {
  relay::Config with_tls = config();
  with_tls.tls_certificate = "keys/tls.crt";
  with_tls.tls_key = "keys/tls.key";
  CHECK(read_back(with_tls.toml()).tls_certificate == "keys/tls.crt");
  CHECK(read_back(with_tls.toml()).tls_key == "keys/tls.key");
  CHECK(std::string(
            error_for(with("# certificate = \"keys/tls.crt\"", "certificate = \"keys/tls.crt\""))
                .what())
            .find("tls.key") != std::string::npos);
}
