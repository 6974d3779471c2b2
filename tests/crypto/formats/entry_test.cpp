#include "crypto/formats/entry.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/crypto/formats/altered.h"
#include "tests/crypto/formats/log_fixture.h"
#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST_CASE("A bundle's entry has nine lines and is read as it was written", "[entry]") {
  const testing::SmallLog log;
  const std::string text = log.bundle_entry(3).text();
  CHECK(lines_of(text)->size() == 9);
  CHECK(text.starts_with("depone/entry/1\nbundle " + hex(sha256("bundle 3")) + "\nblake2b "));
  CHECK(text.find("\nsize 8\nkey RW") != std::string::npos);
  const Entry entry = parse_entry(text);
  CHECK(std::get<BundleEntry>(entry).text() == text);
  CHECK(entry_signature_ok(entry));
}

TEST_CASE("A roster's entry has ten lines and is read as it was written", "[entry]") {
  const testing::SmallLog log;
  const std::string text = log.roster_entry(12).text();
  CHECK(lines_of(text)->size() == 10);
  CHECK(text.starts_with("depone/roster-entry/1\nroster 12\nsha256 "));
  const Entry entry = parse_entry(text);
  CHECK(std::get<RosterEntry>(entry).text() == text);
  CHECK(entry_signature_ok(entry));
}

TEST_CASE("An entry of another key is not signed by it", "[entry]") {
  const testing::SmallLog log;
  BundleEntry entry = log.bundle_entry(1);
  entry.key = minisign::PublicKey(log.authority.public_key());
  CHECK_FALSE(entry_signature_ok(parse_entry(entry.text())));
}

TEST_CASE("A roster's entry with another version than its signature is refused", "[entry]") {
  const testing::SmallLog log;
  RosterEntry entry = log.roster_entry(1);
  entry.version = 2;
  CHECK(code_of([&] { parse_entry(entry.text()); }) == Code::malformed);
}

TEST_CASE("An entry of another format is unsupported", "[entry]") {
  const testing::SmallLog log;
  CHECK(code_of([&] { parse_entry(replaced(log.entries[1], "entry/1", "entry/2")); }) ==
        Code::unsupported);
}

TEST_CASE("What is no entry is refused", "[entry]") {
  const testing::SmallLog log;
  const std::string good = log.entries[1];
  for (const std::string& text : std::vector<std::string>{
           "", "\n", good.substr(0, good.size() - 1), good + "\n", good + "x\n",
           replaced(good, "\nsize 8", ""), replaced(good, "size 8", "size 08"),
           replaced(good, "bundle ", "bundle  "), replaced(good, "bundle ", "sha256 "),
           replaced(good, "key RW", "key RX"),
           replaced(good, "untrusted comment: depone bundle", "untrusted comment: depone roster"),
           replaced(good, "depone/entry/1", "entry/1"), std::string(kMaxEntry + 1, '\n')}) {
    INFO(text.substr(0, 400));
    CHECK(code_of([&] { parse_entry(text); }) == Code::malformed);
  }
}

// The signature covers BLAKE2b and trusted comment. That SHA-256 and size are the bundle's only its
// bytes show; that they are what the relay logged, the tree does (receipt_test.cpp).
TEST_CASE("Every truncation and flipped bit of an entry fails, but for SHA-256 and size",
          "[entry]") {
  const testing::SmallLog log;
  for (const std::string& good : {log.entries[1], log.entries[0]}) {
    const Digests expected =
        std::visit([](const auto& entry) { return entry.digests; }, parse_entry(good));
    CHECK(testing::unnoticed(good, [&](const std::string& altered) {
            const Entry entry = parse_entry(altered);
            const Digests digests = std::visit([](const auto& one) { return one.digests; }, entry);
            const bool other = digests.sha256 != expected.sha256 || digests.size != expected.size;
            if (other || !entry_signature_ok(entry)) throw Error(Code::bad_signature, "noticed");
          }) == std::nullopt);
  }
}

}  // namespace
}  // namespace depone
