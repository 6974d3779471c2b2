#include "sync/remote/bundle_check.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/sync/remote/audit_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

struct Fixture : AuditFixture {
  Fixture() {
    add("first");
    add("second");
  }
  Trust trust() const { return {&roster, std::nullopt, {log_key}}; }
  BundleVerdict check(const std::string& age, const std::string& minisig, const std::string& name,
                      const std::string* receipt = nullptr) const {
    MemorySource source(as_bytes(age));
    return check_bundle(source, name, minisig, receipt, trust());
  }
  BundleVerdict check(const Sealed& sealed) const {
    return check(sealed.age, sealed.minisig, sealed.sha256);
  }
};

std::string flipped(std::string text, std::size_t at, int bit = 0) {
  text[at] = static_cast<char>(text[at] ^ (1 << bit));
  return text;
}

}  // namespace

TEST_CASE("A sealed bundle of a member is valid", "[remote]") {
  const Fixture fixture;
  const std::string receipt = fixture.receipt_of(1);
  const Sealed& sealed = fixture.bundles[0];
  const BundleVerdict verdict = fixture.check(sealed.age, sealed.minisig, sealed.sha256, &receipt);
  CHECK_FALSE(verdict.checks.failed());
  for (const char* name : {"name", "header", "signature", "member", "log"}) {
    INFO(name);
    CHECK(verdict.checks.is_ok(name));
  }
  CHECK(verdict.checks.of("chain") == "not checked");
  CHECK(verdict.member == "monitor-1");
  CHECK(verdict.index == 1);
}

TEST_CASE("Any flipped byte of a bundle fails its signature and its name", "[remote]") {
  const Fixture fixture;
  const Sealed& sealed = fixture.bundles[0];
  for (std::size_t at = 0; at < sealed.age.size(); ++at) {
    const BundleVerdict verdict =
        fixture.check(flipped(sealed.age, at), sealed.minisig, sealed.sha256);
    if (verdict.checks.of("signature").starts_with("failed: ") &&
        verdict.checks.of("name").starts_with("failed: "))
      continue;
    FAIL("byte " << at);
  }
}

TEST_CASE("Any flipped byte of a bundle's signature fails", "[remote]") {
  const Fixture fixture;
  const Sealed& sealed = fixture.bundles[0];
  for (std::size_t at = 0; at < sealed.minisig.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      const BundleVerdict verdict =
          fixture.check(sealed.age, flipped(sealed.minisig, at, bit), sealed.sha256);
      if (verdict.checks.of("signature").starts_with("failed: ")) continue;
      FAIL("byte " << at << ", bit " << bit);
    }
  }
}

TEST_CASE("Any flipped byte of a bundle's receipt fails the log", "[remote]") {
  const Fixture fixture;
  const Sealed& sealed = fixture.bundles[0];
  const std::string receipt = fixture.receipt_of(1);
  for (std::size_t at = 0; at < receipt.size(); ++at) {
    const std::string altered = flipped(receipt, at);
    const BundleVerdict verdict =
        fixture.check(sealed.age, sealed.minisig, sealed.sha256, &altered);
    if (verdict.checks.of("log").starts_with("failed: ")) continue;
    FAIL("byte " << at);
  }
}

TEST_CASE("Any flipped byte of a receipt fails when it is checked alone", "[remote]") {
  const Fixture fixture;
  const std::string receipt = fixture.receipt_of(2);
  CHECK_FALSE(check_receipt_file(receipt, fixture.bundles[1].sha256, std::nullopt, fixture.trust())
                  .checks.failed());
  for (std::size_t at = 0; at < receipt.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      const auto verdict =
          check_receipt_file(flipped(receipt, at, bit), "", std::nullopt, fixture.trust());
      if (verdict.checks.of("receipt").starts_with("failed: ")) continue;
      FAIL("byte " << at << ", bit " << bit);
    }
  }
}

TEST_CASE("A receipt of another bundle fails", "[remote]") {
  const Fixture fixture;
  const std::string receipt = fixture.receipt_of(2);
  const Sealed& sealed = fixture.bundles[0];
  const BundleVerdict verdict = fixture.check(sealed.age, sealed.minisig, sealed.sha256, &receipt);
  CHECK(verdict.checks.of("log") == "failed: the receipt is of another bundle");
}

TEST_CASE("A receipt under another bundle's file name fails", "[remote]") {
  const Fixture fixture;
  const auto verdict = check_receipt_file(fixture.receipt_of(2), fixture.bundles[0].sha256,
                                          std::nullopt, fixture.trust());
  CHECK(verdict.checks.of("name").starts_with("failed: "));
}

TEST_CASE("A receipt held against another file fails", "[remote]") {
  const Fixture fixture;
  MemorySource other(as_bytes(fixture.bundles[0].age));
  const auto verdict =
      check_receipt_file(fixture.receipt_of(2), "", digest_all(other), fixture.trust());
  CHECK(verdict.checks.of("bundle").starts_with("failed: "));
}

TEST_CASE("A bundle signed by nobody on the roster fails", "[remote]") {
  const Fixture fixture;
  const Sealed foreign = seal_text(Ed25519Key::generate(), "foreign", kChain, 1, std::nullopt);
  const BundleVerdict verdict = fixture.check(foreign);
  CHECK(verdict.checks.of("member").starts_with("failed: "));
}

TEST_CASE("An ordinary age file fails as a bundle's header", "[remote]") {
  const Fixture fixture;
  MemorySink out;
  const age::ScryptRecipient passphrase(as_bytes("passphrase"), 4);
  const age::Recipient* const recipients[] = {&passphrase};
  age::Encryptor encryptor(recipients, out);
  encryptor.finish();
  MemorySource source(out.bytes());
  const BundleVerdict verdict =
      check_bundle(source, "note", fixture.bundles[0].minisig, nullptr, fixture.trust());
  CHECK(verdict.checks.of("header").starts_with("failed: "));
}

TEST_CASE("Bundles that follow each other are a chain", "[remote]") {
  const Fixture fixture;
  std::vector<BundleVerdict> verdicts{fixture.check(fixture.bundles[1]),
                                      fixture.check(fixture.bundles[0])};
  check_together(verdicts);
  CHECK(verdicts[0].checks.is_ok("chain"));
  CHECK(verdicts[1].checks.is_ok("chain"));
}

TEST_CASE("A bundle that names another one before it fails its chain", "[remote]") {
  Fixture fixture;
  const Sealed wrong =
      seal_text(fixture.monitor.bundle, "wrong", kChain, 3, fixture.bundles[0].sha256);
  std::vector<BundleVerdict> verdicts{fixture.check(fixture.bundles[1]), fixture.check(wrong)};
  check_together(verdicts);
  CHECK(verdicts[1].checks.of("chain").starts_with("failed: "));
}

TEST_CASE("Two bundles at one place of a chain fail", "[remote]") {
  Fixture fixture;
  const Sealed twin =
      seal_text(fixture.monitor.bundle, "twin", kChain, 2, fixture.bundles[0].sha256);
  std::vector<BundleVerdict> verdicts{fixture.check(fixture.bundles[1]), fixture.check(twin)};
  check_together(verdicts);
  CHECK(verdicts[1].checks.of("chain").starts_with("failed: "));
}

TEST_CASE("A bundle whose predecessor is not given says so", "[remote]") {
  Fixture fixture;
  fixture.add("third");
  std::vector<BundleVerdict> verdicts{fixture.check(fixture.bundles[0]),
                                      fixture.check(fixture.bundles[2])};
  check_together(verdicts);
  CHECK(
      verdicts[1].checks.of("chain").starts_with("not checked: the bundle before it, sequence 2"));
}

TEST_CASE("Without a roster a receipt names the key, and the member is not checked", "[remote]") {
  const Fixture fixture;
  const Sealed& sealed = fixture.bundles[0];
  const std::string receipt = fixture.receipt_of(1);
  MemorySource source(as_bytes(sealed.age));
  const BundleVerdict verdict = check_bundle(source, "", sealed.minisig, &receipt, Trust{});
  CHECK(verdict.checks.is_ok("signature"));
  CHECK(verdict.checks.of("member") == "not checked");
  CHECK(verdict.checks.of("log") == "not checked");
}

namespace {

// The monitor's key closed after the first of its two bundles.
Roster closed_after_first(Fixture& fixture) {
  MemberLine line = member_line("monitor-1", Role::monitor, seed_of(1));
  line.until = Time{kNow.seconds + 60};
  line.last = {{std::string(kChain), 1, fixture.bundles[0].sha256, 1}};
  fixture.organisation.members =
      members_file(std::vector<MemberLine>{member_line("desk-1", Role::desk, seed_of(9)), line});
  return fixture.organisation.roster(2, &fixture.roster);
}

}  // namespace

TEST_CASE("A closed key's bundle that its line names is valid", "[remote]") {
  Fixture fixture;
  fixture.roster = closed_after_first(fixture);
  std::vector<BundleVerdict> verdicts{fixture.check(fixture.bundles[0])};
  check_together(verdicts);
  CHECK(verdicts[0].checks.is_ok("member"));
}

TEST_CASE("A closed key's later bundle fails", "[remote]") {
  Fixture fixture;
  fixture.roster = closed_after_first(fixture);
  std::vector<BundleVerdict> verdicts{fixture.check(fixture.bundles[1])};
  check_together(verdicts);
  CHECK(verdicts[0].checks.of("member").starts_with("failed: the key of monitor-1 was closed"));
}
