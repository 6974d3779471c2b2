#include "sync/relay/tls.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/error.h"
#include "tests/store/vault_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

relay::TlsFiles files_in(const TempDir& temp, const std::string& name) {
  return {temp / (name + ".crt"), temp / (name + ".key")};
}

relay::TlsFiles made_in(const TempDir& temp, const std::string& name) {
  relay::TlsFiles files = files_in(temp, name);
  relay::make_tls_files(files, kNow);
  return files;
}

}  // namespace

TEST_CASE("A relay's own certificate serves, and its key is for its owner only", "[relay]") {
  const TempDir temp;
  const relay::TlsFiles files = made_in(temp, "own");
  CHECK(relay::tls_context(files) != nullptr);
  CHECK((fs::status(files.key).permissions() & (fs::perms::group_all | fs::perms::others_all)) ==
        fs::perms::none);
}

TEST_CASE("The pin is the key's, not the certificate's", "[relay]") {
  const TempDir temp;
  CHECK(relay::tls_pin(made_in(temp, "one").certificate) !=
        relay::tls_pin(made_in(temp, "two").certificate));
  CHECK(relay::tls_pin(temp / "one.crt") == relay::tls_pin(temp / "one.crt"));
}

TEST_CASE("A key and a certificate that are there are not written over", "[relay]") {
  const TempDir temp;
  const relay::TlsFiles files = made_in(temp, "own");
  CHECK(code_of([&] { relay::make_tls_files(files, kNow); }) == Code::refused);
}

TEST_CASE("TLS files that are not as they must be are refused before anything is served",
          "[relay]") {
  const TempDir temp;
  const relay::TlsFiles one = made_in(temp, "one");
  const relay::TlsFiles two = made_in(temp, "two");
  write_file(temp / "text", "this is no PEM\n");
  CHECK(code_of([&] { relay::tls_context({one.certificate, two.key}); }) == Code::invalid);
  CHECK(code_of([&] { relay::tls_context({temp / "text", one.key}); }) == Code::invalid);
  CHECK(code_of([&] { relay::tls_context({one.certificate, temp / "text"}); }) == Code::invalid);
  CHECK(code_of([&] { relay::tls_context({temp / "none", one.key}); }) == Code::not_found);
  CHECK(code_of([&] { relay::tls_context({one.certificate, temp / "none"}); }) == Code::not_found);
}

TEST_CASE("A TLS key that others can read is refused", "[relay]") {
  const TempDir temp;
  const relay::TlsFiles files = made_in(temp, "own");
  fs::permissions(files.key, fs::perms::owner_read | fs::perms::group_read);
  CHECK(code_of([&] { relay::tls_context(files); }) == Code::refused);
}
