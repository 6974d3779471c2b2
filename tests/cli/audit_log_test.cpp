#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "sync/remote/log_state.h"
#include "tests/cli/audit_fixture.h"

using namespace depone;
using namespace depone::testing;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

TEST_CASE("log checks a courier's copy with the roster beside it", "[audit]") {
  const AuditProgram audit;
  const Ran ran =
      audit.run({"log", audit.courier.string(), "--authority", audit.authority, "--json"});
  CHECK(ran.status == 0);
  const Json report = ran.json();
  CHECK(report["source"] == audit.courier.string());
  CHECK(report["origin"] == std::string(kOrigin));
  CHECK(report["size"] == 3);
  CHECK(report["bundles"] == 2);
  CHECK(report["rosters"] == 1);
  CHECK(report["valid"] == true);
  for (const char* name : {"signature", "tree", "tiles", "entries", "rosters", "members", "chains",
                           "roster", "authority"}) {
    INFO(name);
    CHECK(check_of(report, name) == "ok");
  }
  CHECK(report["chains"].size() == 1);
  CHECK(report["chains"][0]["sequence"] == 2);
  CHECK(report["missing"].empty());
  CHECK(report["failures"].empty());
}

TEST_CASE("log says that nobody gave the authority", "[audit]") {
  const AuditProgram audit;
  const Ran ran = audit.run({"log", audit.courier.string(), "--json"});
  CHECK(ran.status == 0);
  CHECK(check_of(ran.json(), "authority") == "not checked");
}

TEST_CASE("log exits 4 for an altered tile and names it", "[audit]") {
  const AuditProgram audit;
  AuditProgram::damage(audit.courier / "audit" / "log" / "tile" / "0" / "000.p" / "3");
  const Ran ran = audit.run({"log", audit.courier.string()});
  CHECK(ran.status == 4);
  CHECK_THAT(ran.out, ContainsSubstring("tile/0/000.p/3"));
}

TEST_CASE("log exits 4 for altered entries and names their file", "[audit]") {
  const AuditProgram audit;
  AuditProgram::damage(audit.courier / "audit" / "log" / "tile" / "entries" / "000.p" / "3");
  const Ran ran = audit.run({"log", audit.courier.string()});
  CHECK(ran.status == 4);
  CHECK_THAT(ran.out, ContainsSubstring("tile/entries/000.p/3"));
}

TEST_CASE("log exits 4 for an altered roster beside it", "[audit]") {
  for (const char* name : {"roster.json", "roster.json.minisig", "members.jsonl"}) {
    INFO(name);
    const AuditProgram audit;
    AuditProgram::damage(audit.courier / "audit" / name);
    const Ran ran = audit.run({"log", audit.courier.string(), "--json"});
    CHECK(ran.status == 4);
    CHECK_THAT(check_of(ran.json(), "roster"), StartsWith("failed: "));
    CHECK_THAT(ran.out, ContainsSubstring(name));
  }
}

TEST_CASE("log saves a state and goes on from it", "[audit]") {
  AuditProgram audit;
  const std::string state = (audit.temp / "state.json").string();
  CHECK(audit.run({"log", audit.courier.string(), "--save", state}).status == 0);
  audit.add("third");
  fs::remove_all(audit.courier);
  audit.write_courier(audit.courier);
  const Ran ran =
      audit.run({"log", audit.courier.string(), "--since", state, "--save", state, "--json"});
  CHECK(ran.status == 0);
  CHECK(check_of(ran.json(), "consistency") == "ok");
  CHECK(LogState::parse(read_text(state, 1 << 20)).chains.at(0).sequence == 3);
}

TEST_CASE("log exits 4 for a log that was cut, and saves nothing", "[audit]") {
  AuditProgram audit;
  const std::string state = (audit.temp / "state.json").string();
  CHECK(audit.run({"log", audit.courier.string(), "--save", state}).status == 0);
  const std::string before = read_text(state, 1 << 20);
  audit.bundles.pop_back();
  audit.entries.pop_back();
  fs::remove_all(audit.courier);
  audit.write_courier(audit.courier);
  const Ran ran =
      audit.run({"log", audit.courier.string(), "--since", state, "--save", state, "--json"});
  CHECK(ran.status == 4);
  CHECK_THAT(check_of(ran.json(), "consistency"), StartsWith("failed: "));
  CHECK(read_text(state, 1 << 20) == before);
}

TEST_CASE("log checks a bare log with its key", "[audit]") {
  const AuditProgram audit;
  fs::rename(audit.courier / "audit" / "log", audit.temp / "log");
  const Ran ran = audit.run(
      {"log", (audit.temp / "log").string(), "--log-key", audit.log_key.text(), "--json"});
  CHECK(ran.status == 0);
  CHECK(check_of(ran.json(), "members") == "not checked");
}

TEST_CASE("log exits 2 where nothing says whose log it should be", "[audit]") {
  const AuditProgram audit;
  fs::rename(audit.courier / "audit" / "log", audit.temp / "log");
  CHECK(audit.run({"log", (audit.temp / "log").string()}).status == 2);
}

TEST_CASE("log exits 5 where there is no log", "[audit]") {
  const AuditProgram audit;
  CHECK(audit.run({"log", (audit.courier / "bundles").string()}).status == 5);
  CHECK(audit.run({"log", (audit.courier / "nowhere").string()}).status == 5);
}

TEST_CASE("log exits 6 where no relay answers", "[audit]") {
  const AuditProgram audit;
  const std::string url = "http://127.0.0.1:" + std::to_string(free_port());
  CHECK(audit.run({"log", url, "--log-key", audit.log_key.text()}).status == 6);
}

TEST_CASE("log exits 7 for plain http to another computer", "[audit]") {
  const AuditProgram audit;
  CHECK(audit.run({"log", "http://192.0.2.1", "--log-key", audit.log_key.text()}).status == 7);
}

TEST_CASE("log exits 7 for a symbolic link in the copy", "[audit]") {
  const AuditProgram audit;
  fs::rename(audit.courier / "audit" / "log" / "tile", audit.temp / "tile");
  fs::create_directory_symlink(audit.temp / "tile", audit.courier / "audit" / "log" / "tile");
  CHECK(audit.run({"log", audit.courier.string()}).status == 7);
}

TEST_CASE("depone-audit needs neither SQLCipher nor Boost", "[audit]") {
  const AuditProgram audit;
  const std::string out = (audit.temp / "needed").string();
  const auto status =
      Child::start({"/usr/bin/readelf", "-d", DEPONE_BIN "/depone-audit"}, out).wait(60);
  REQUIRE(status == 0);
  const std::string needed = read_text(out, 1 << 20);
  CHECK_THAT(needed, ContainsSubstring("libsodium"));
  CHECK_THAT(needed, !ContainsSubstring("sqlcipher"));
  CHECK_THAT(needed, !ContainsSubstring("sqlite"));
  CHECK_THAT(needed, !ContainsSubstring("boost"));
}
