#include "sync/remote/witness_check.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "sync/remote/bundle_check.h"
#include "sync/remote/log_check.h"
#include "tests/sync/remote/audit_fixture.h"

using namespace depone;
using namespace depone::testing;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

struct Fixture : AuditFixture {
  Ed25519Key key = Ed25519Key::generate();
  Ed25519Key other_key = Ed25519Key::generate();
  WitnessKey witness = WitnessKey::make("witness.example/1", key.public_key());
  WitnessKey other = WitnessKey::make("witness.example/2", other_key.public_key());

  Fixture() { add("a bundle"); }

  Roster with_witnesses(std::uint64_t quorum, std::vector<std::string> keys) const {
    RosterHead head = organisation.head(1, std::nullopt);
    head.quorum = quorum;
    head.witnesses = std::move(keys);
    return organisation.sign(head);
  }
  Roster with_both(std::uint64_t quorum) const {
    return with_witnesses(quorum, {witness.text(), other.text()});
  }
  std::string plain() const { return std::string(as_text(files().at("checkpoint"))); }
  std::string cosigned(bool by_other = false) const {
    Note note = Note::parse(plain());
    note.signatures.push_back(cosign(note.text, witness, key, kNow));
    if (by_other) note.signatures.push_back(cosign(note.text, other, other_key, kNow));
    return note.bytes();
  }
  static std::string verdict(const std::string& note, const Roster* roster) {
    Checks checks;
    check_witnesses(note, roster, checks);
    return checks.of("witnesses");
  }
};

}  // namespace

TEST_CASE("Cosignatures are not checked where nothing says who the witnesses are", "[remote]") {
  const Fixture fixture;
  CHECK(Fixture::verdict(fixture.cosigned(), nullptr) == "not checked");
  const Roster none = fixture.with_witnesses(0, {});
  CHECK(Fixture::verdict(fixture.cosigned(), &none) == "not checked: the roster names none");
}

TEST_CASE("Witnesses that need not cosign and did not are said not to be checked", "[remote]") {
  const Fixture fixture;
  const Roster roster = fixture.with_both(0);
  CHECK_THAT(Fixture::verdict(fixture.plain(), &roster), StartsWith("not checked: none"));
}

TEST_CASE("A cosignature that holds is said, whether it was needed or not", "[remote]") {
  const Fixture fixture;
  for (const std::uint64_t quorum : {0u, 1u}) {
    const Roster roster = fixture.with_both(quorum);
    CHECK(Fixture::verdict(fixture.cosigned(), &roster) == "ok");
  }
}

TEST_CASE("Fewer witnesses than the quorum fail", "[remote]") {
  const Fixture fixture;
  const Roster roster = fixture.with_both(2);
  CHECK_THAT(Fixture::verdict(fixture.cosigned(), &roster),
             StartsWith("failed: 1 of the roster's"));
  CHECK(Fixture::verdict(fixture.cosigned(true), &roster) == "ok");
}

TEST_CASE("One witness under two names is no quorum of two", "[remote]") {
  const Fixture fixture;
  const WitnessKey alias = WitnessKey::make("alias.example", fixture.key.public_key());
  Note note = Note::parse(fixture.cosigned());
  note.signatures.push_back(cosign(note.text, alias, fixture.key, kNow));
  const Roster roster = fixture.with_witnesses(2, {fixture.witness.text(), alias.text()});
  CHECK_THAT(Fixture::verdict(note.bytes(), &roster), StartsWith("failed: 1 of"));
}

TEST_CASE("A witness whose kind of key is not known counts as not there, and that is said",
          "[remote]") {
  const Fixture fixture;
  const Roster roster =
      fixture.with_witnesses(2, {fixture.witness.text(), "pq.example+00000000+BgEC"});
  CHECK_THAT(Fixture::verdict(fixture.cosigned(), &roster),
             ContainsSubstring("1 have a key of a kind that this program does not know"));
}

TEST_CASE("A cosignature that does not hold fails even where none is needed", "[remote]") {
  const Fixture fixture;
  const Roster roster = fixture.with_both(0);
  Note note = Note::parse(fixture.cosigned());
  note.signatures.back().signature.back() ^= 1;
  CHECK_THAT(Fixture::verdict(note.bytes(), &roster), ContainsSubstring("witness.example/1"));
}

TEST_CASE("The audit of a log gives its cosignatures, and fails without the quorum", "[remote]") {
  Fixture fixture;
  const Roster roster = fixture.with_both(1);
  fixture.entries[0] = roster_leaf(roster);
  MemoryLog log = fixture.log();
  const LogReport without = check_log(log, fixture.log_key, &roster, nullptr, {});
  CHECK_FALSE(without.valid());
  CHECK(without.failures.size() == 1);
  CHECK(without.checks.is_ok("tree"));
  log.files["checkpoint"] = to_bytes(fixture.cosigned());
  const LogReport report = check_log(log, fixture.log_key, &roster, nullptr, {});
  CHECK(report.valid());
  REQUIRE(report.cosignatures.size() == 1);
  CHECK(report.cosignatures[0].time == kNow);
}

TEST_CASE("The check of a receipt gives its cosignatures, and fails without the quorum",
          "[remote]") {
  Fixture fixture;
  const Roster roster = fixture.with_both(1);
  const Trust trust{&roster, std::nullopt, {fixture.log_key}};
  Receipt receipt = Receipt::parse(fixture.receipt_of(1));
  CHECK(check_receipt_file(receipt.text(), "", std::nullopt, trust).checks.failed());
  receipt.checkpoint = fixture.cosigned();
  const ReceiptVerdict verdict = check_receipt_file(receipt.text(), "", std::nullopt, trust);
  CHECK_FALSE(verdict.checks.failed());
  CHECK(verdict.checks.is_ok("witnesses"));
  CHECK(verdict.cosignatures.size() == 1);
}
