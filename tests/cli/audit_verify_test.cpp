#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/cli/audit_fixture.h"

using namespace depone;
using namespace depone::testing;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

TEST_CASE("verify says of a good bundle what was checked and what was not", "[audit]") {
  const AuditProgram audit;
  const Ran ran = audit.run({"verify", audit.bundle(0), "--roster", audit.roster_file(),
                             "--authority", audit.authority, "--json"});
  CHECK(ran.status == 0);
  const Json report = ran.json();
  CHECK(report["file"] == audit.bundle(0));
  CHECK(report["sha256"] == audit.bundles[0].sha256);
  CHECK(report["valid"] == true);
  for (const char* name : {"signature", "member", "log", "header", "name", "roster", "authority"}) {
    INFO(name);
    CHECK(check_of(report, name) == "ok");
  }
  CHECK(check_of(report, "chain") == "not checked");
  CHECK(check_of(report, "time") == "not checked");
  CHECK(report["chain_id"] == std::string(kChain));
  CHECK(report["sequence"] == 1);
  CHECK(report["previous"].is_null());
  CHECK(report["root"] == hex(audit.bundles[0].comment.root));
  CHECK(report["member"] == "monitor-1");
}

TEST_CASE("verify of several bundles checks their chain, a line of JSON each", "[audit]") {
  const AuditProgram audit;
  const Ran ran = audit.run(
      {"--json", "verify", audit.bundle(0), audit.bundle(1), "--roster", audit.roster_file()});
  CHECK(ran.status == 0);
  const auto lines = lines_of(ran.out);
  REQUIRE(lines);
  REQUIRE(lines->size() == 2);
  for (const std::string_view line : *lines) {
    const Json report = parse_json(line, "line");
    CHECK(check_of(report, "chain") == "ok");
    CHECK(check_of(report, "authority") == "not checked");
  }
}

TEST_CASE("verify exits 4 for an altered bundle and names the signature", "[audit]") {
  const AuditProgram audit;
  AuditProgram::damage(audit.bundle(0));
  const Ran ran = audit.run({"verify", audit.bundle(0), "--roster", audit.roster_file(), "--json"});
  CHECK(ran.status == 4);
  CHECK(ran.json()["valid"] == false);
  CHECK_THAT(check_of(ran.json(), "signature"), StartsWith("failed: "));
}

TEST_CASE("verify exits 4 for an altered signature", "[audit]") {
  const AuditProgram audit;
  AuditProgram::damage(audit.bundle(0) + ".minisig");
  const Ran ran = audit.run({"verify", audit.bundle(0), "--roster", audit.roster_file()});
  CHECK(ran.status == 4);
  CHECK_THAT(ran.out, ContainsSubstring("signature    failed: "));
}

TEST_CASE("verify exits 4 for an altered receipt beside the bundle and names the log", "[audit]") {
  const AuditProgram audit;
  AuditProgram::damage(audit.receipt(0));
  const Ran ran = audit.run({"verify", audit.bundle(0), "--roster", audit.roster_file(), "--json"});
  CHECK(ran.status == 4);
  CHECK_THAT(check_of(ran.json(), "log"), StartsWith("failed: "));
  CHECK(check_of(ran.json(), "signature") == "ok");
}

TEST_CASE("verify exits 4 for an altered roster and names the file", "[audit]") {
  for (const char* name : {"roster.json", "roster.json.minisig", "members.jsonl"}) {
    INFO(name);
    const AuditProgram audit;
    AuditProgram::damage(audit.courier / "audit" / name);
    const Ran ran =
        audit.run({"verify", audit.bundle(0), "--roster", audit.roster_file(), "--json"});
    CHECK(ran.status == 4);
    CHECK_THAT(check_of(ran.json(), "roster"), StartsWith("failed: "));
  }
}

TEST_CASE("verify exits 4 for a roster of another authority", "[audit]") {
  const AuditProgram audit;
  const std::string other = minisign::PublicKey(Ed25519Key::generate().public_key()).text();
  const Ran ran = audit.run(
      {"verify", audit.bundle(0), "--roster", audit.roster_file(), "--authority", other, "--json"});
  CHECK(ran.status == 4);
  CHECK_THAT(check_of(ran.json(), "authority"), StartsWith("failed: "));
}

TEST_CASE("verify takes the authority from a key file", "[audit]") {
  const AuditProgram audit;
  const Ran ran = audit.run({"verify", audit.bundle(0), "--roster", audit.roster_file(),
                             "--authority", (audit.courier / "authority.pub").string(), "--json"});
  CHECK(ran.status == 0);
  CHECK(check_of(ran.json(), "authority") == "ok");
}

TEST_CASE("verify without a roster says by which key, and checks no member", "[audit]") {
  const AuditProgram audit;
  const Ran ran = audit.run(
      {"verify", audit.bundle(0), "--signer", audit.monitor.bundle_key().text(), "--json"});
  CHECK(ran.status == 0);
  CHECK(check_of(ran.json(), "signature") == "ok");
  CHECK(check_of(ran.json(), "member") == "not checked");
  CHECK(check_of(ran.json(), "authority") == "not checked");
}

TEST_CASE("verify exits 2 where nothing says whose signature it should be", "[audit]") {
  const AuditProgram audit;
  fs::remove_all(audit.courier / "receipts");
  CHECK(audit.run({"verify", audit.bundle(0)}).status == 2);
}

TEST_CASE("verify exits 5 for a file that is not there", "[audit]") {
  const AuditProgram audit;
  const Ran ran = audit.run({"verify", audit.bundle(0) + "x", "--roster", audit.roster_file()});
  CHECK(ran.status == 5);
  CHECK(ran.out.empty());
}

TEST_CASE("verify exits 5 for a bundle without its signature", "[audit]") {
  const AuditProgram audit;
  fs::remove(audit.bundle(0) + ".minisig");
  CHECK(audit.run({"verify", audit.bundle(0), "--roster", audit.roster_file()}).status == 5);
}

TEST_CASE("verify exits 7 for a symbolic link in a courier directory", "[audit]") {
  const AuditProgram audit;
  fs::rename(audit.bundle(0), audit.temp / "elsewhere");
  fs::create_symlink(audit.temp / "elsewhere", audit.bundle(0));
  const Ran ran = audit.run({"verify", audit.bundle(0), "--roster", audit.roster_file()});
  CHECK(ran.status == 7);
  CHECK_THAT(ran.err, ContainsSubstring("symbolic link"));
}

TEST_CASE("verify exits 4 for an empty file", "[audit]") {
  const AuditProgram audit;
  write_file(audit.bundle(0), "");
  const Ran ran = audit.run({"verify", audit.bundle(0), "--roster", audit.roster_file(), "--json"});
  CHECK(ran.status == 4);
  CHECK_THAT(check_of(ran.json(), "header"), StartsWith("failed: "));
}
