#include "crypto/secret.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <catch2/catch_test_macros.hpp>
#include <type_traits>

#include "test_bytes.h"

namespace depone {
namespace {

using testing::unhex;

static_assert(!std::is_copy_constructible_v<SecretBytes>);
static_assert(!std::is_copy_assignable_v<SecretBytes>);
static_assert(!std::is_copy_constructible_v<Secret<32>>);
static_assert(!std::is_convertible_v<SecretBytes, std::string>);

TEST_CASE("A started program leaves no core dump") {
  start_crypto();
  rlimit limit{};
  getrlimit(RLIMIT_CORE, &limit);
  CHECK(limit.rlim_max == 0);
  CHECK(prctl(PR_GET_DUMPABLE) == 0);
}

TEST_CASE("A new secret is all zero") {
  CHECK(equal(SecretBytes(3).reveal(), Bytes{0, 0, 0}));
  CHECK(SecretBytes(0).empty());
}

TEST_CASE("A small secret that is gone is wiped") {
  const std::uint8_t* data = nullptr;
  {
    const SecretBytes secret = SecretBytes::copy_of(unhex("010203"));
    data = secret.reveal().data();
  }
  CHECK(equal(ByteView(data, 3), Bytes{0, 0, 0}));
}

TEST_CASE("Small secrets do not touch each other, through many pages") {
  std::vector<SecretBytes> secrets;
  for (int i = 0; i < 1000; ++i) {
    secrets.push_back(SecretBytes::copy_of(Bytes(64, static_cast<std::uint8_t>(i))));
  }
  bool whole = true;
  for (int i = 0; i < 1000; ++i) {
    whole = whole && equal(secrets[static_cast<std::size_t>(i)].reveal(),
                           Bytes(64, static_cast<std::uint8_t>(i)));
  }
  CHECK(whole);
}

TEST_CASE("A moved-from secret is empty") {
  SecretBytes first = SecretBytes::copy_of(unhex("0102"));
  const SecretBytes second = std::move(first);
  CHECK(first.empty());
  CHECK(equal(second.reveal(), unhex("0102")));
}

TEST_CASE("A clone is a secret of its own") {
  SecretBytes first = SecretBytes::copy_of(unhex("0102"));
  const SecretBytes second = first.clone();
  first.reveal()[0] = 9;
  CHECK(equal(second.reveal(), unhex("0102")));
}

TEST_CASE("What is cut off a secret is wiped") {
  SecretBytes secret = SecretBytes::copy_of(unhex("010203"));
  const std::uint8_t* const data = secret.reveal().data();
  secret.truncate(1);
  CHECK(secret.size() == 1);
  CHECK(data[1] == 0);
  CHECK(data[2] == 0);
}

TEST_CASE("Secrets are compared by content and length") {
  CHECK(equal_secret(unhex("0102"), unhex("0102")));
  CHECK_FALSE(equal_secret(unhex("0102"), unhex("0103")));
  CHECK_FALSE(equal_secret(unhex("0102"), unhex("010200")));
  CHECK(equal_secret({}, {}));
}

TEST_CASE("A buffer is wiped at the end of its scope") {
  Bytes buffer = unhex("0102");
  { const Wiped wiped(buffer); }
  CHECK(buffer == Bytes{0, 0});
}

}  // namespace
}  // namespace depone
