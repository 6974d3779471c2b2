#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "crypto/formats/cosignature.h"
#include "tests/cli/audit_fixture.h"

using namespace depone;
using namespace depone::testing;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

TEST_CASE("receipt says where in the log a bundle is and whose it is", "[audit]") {
  const AuditProgram audit;
  const Ran ran =
      audit.run({"receipt", audit.receipt(1), "--roster", audit.roster_file(), "--authority",
                 audit.authority, "--bundle", audit.bundle(1), "--json"});
  CHECK(ran.status == 0);
  const Json report = ran.json();
  CHECK(report["valid"] == true);
  CHECK(report["origin"] == std::string(kOrigin));
  CHECK(report["index"] == 2);
  CHECK(report["size"] == 3);
  CHECK(report["bundle"] == audit.bundles[1].sha256);
  CHECK(report["key"] == audit.monitor.bundle_key().text());
  CHECK(report["member"] == "monitor-1");
  CHECK(check_of(report, "witnesses") == "not checked: the roster names none");
  CHECK(report["cosignatures"].empty());
  for (const char* name : {"receipt", "name", "member", "bundle", "roster", "authority"}) {
    INFO(name);
    CHECK(check_of(report, name) == "ok");
  }
}

TEST_CASE("receipt exits 4 for an altered receipt", "[audit]") {
  const AuditProgram audit;
  AuditProgram::damage(audit.receipt(0));
  const Ran ran = audit.run({"receipt", audit.receipt(0), "--roster", audit.roster_file()});
  CHECK(ran.status == 4);
  CHECK_THAT(ran.out, ContainsSubstring("receipt      failed: "));
}

TEST_CASE("receipt exits 4 for another bundle than its own", "[audit]") {
  const AuditProgram audit;
  const Ran ran = audit.run({"receipt", audit.receipt(0), "--roster", audit.roster_file(),
                             "--bundle", audit.bundle(1), "--json"});
  CHECK(ran.status == 4);
  CHECK_THAT(check_of(ran.json(), "bundle"), StartsWith("failed: "));
}

TEST_CASE("receipt checks with a log key alone", "[audit]") {
  const AuditProgram audit;
  const Ran ran =
      audit.run({"receipt", audit.receipt(0), "--log-key", audit.log_key.text(), "--json"});
  CHECK(ran.status == 0);
  CHECK(check_of(ran.json(), "member") == "not checked");
}

TEST_CASE("receipt exits 4 for another log's key", "[audit]") {
  const AuditProgram audit;
  const VerifierKey other = VerifierKey::make(kOrigin, Ed25519Key::generate().public_key());
  CHECK(audit.run({"receipt", audit.receipt(0), "--log-key", other.text()}).status == 4);
}

TEST_CASE("receipt exits 2 where nothing says whose log it should be", "[audit]") {
  const AuditProgram audit;
  CHECK(audit.run({"receipt", audit.receipt(0)}).status == 2);
}

TEST_CASE("receipt exits 5 for a file that is not there", "[audit]") {
  const AuditProgram audit;
  CHECK(audit.run({"receipt", audit.receipt(0) + "x", "--roster", audit.roster_file()}).status ==
        5);
}

TEST_CASE("receipt names the witness by which its place in the log is dated", "[audit]") {
  AuditProgram audit;
  const Ed25519Key key = Ed25519Key::generate();
  const WitnessKey witness = WitnessKey::make("witness.example", key.public_key());
  RosterHead head = audit.organisation.head(1, std::nullopt);
  head.witnesses = {witness.text()};
  head.quorum = 1;
  const Roster roster = audit.organisation.sign(head);
  write_file(audit.roster_file(), roster.head_json);
  write_file(audit.roster_file() + ".minisig", roster.minisig);
  const std::vector<std::string> asked{"receipt", audit.receipt(0), "--roster",
                                       audit.roster_file()};
  CHECK(audit.run(asked).status == 4);

  Receipt receipt = Receipt::parse(read_text(audit.receipt(0), kMaxReceipt));
  Note note = Note::parse(receipt.checkpoint);
  note.signatures.push_back(cosign(note.text, witness, key, kNow));
  receipt.checkpoint = note.bytes();
  write_file(audit.receipt(0), receipt.text());
  const Ran ran = audit.run(asked);
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, ContainsSubstring("witnesses    ok"));
  CHECK_THAT(ran.out, ContainsSubstring("where witness.example is believed, that it was there by "
                                        "2026-11-24T09:30:00Z"));
}
