#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/cli/relay_fixture.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

struct CourierFixture : RelayProgram {
  ProcessResult import(bool as_json = true) {
    std::vector<std::string> arguments{"import", relay.string(), "--courier", stick.string()};
    if (as_json) arguments.emplace_back("--json");
    return run_relay(arguments);
  }
  // An auditor with the stick and the roster.
  void check_receipt_of(const std::string& sha256) {
    const fs::path roster = temp / "roster";
    must(run_relay({"roster", "show", relay.string(), "--to", roster.string()}));
    const std::string head = (roster / "roster.json").string();
    const std::string authority = (relay / "authority.pub").string();
    const std::string age = (stick / "bundles" / (sha256 + ".age")).string();
    const Json receipt =
        json(run_audit({"receipt", (stick / "receipts" / (sha256 + ".tlog-proof")).string(),
                        "--roster", head, "--authority", authority, "--bundle", age, "--json"}));
    CHECK(receipt.at("valid") == true);
    CHECK(receipt.at("member") == "monitor");
    for (const char* check : {"receipt", "name", "member", "bundle", "roster", "authority"}) {
      INFO(check);
      CHECK(receipt.at("checks").at(check) == "ok");
    }
    CHECK(run_audit({"verify", age, "--roster", head, "--authority", authority}).status == 0);
  }
};

}  // namespace

TEST_CASE_METHOD(CourierFixture, "A monitor's bundle goes by courier, and its receipt comes back",
                 "[courier]") {
  stop();
  const std::string first = seal_to_stick("One");
  const ProcessResult done = import();
  CHECK(done.status == 0);
  CHECK(json(done).at("taken") == 1);
  CHECK(json(done).at("receipts") == 1);
  check_receipt_of(first);

  const ProcessResult again = import(false);
  CHECK(again.status == 0);
  CHECK_THAT(again.out, ContainsSubstring("Nothing new was taken in; 1 were here already"));

  // While the relay serves, which puts it into the log.
  serve();
  const std::string second = seal_to_stick("Two");
  const Json result = json(import());
  CHECK(result.at("taken") == 1);
  CHECK(result.at("already") == 1);
  CHECK(result.at("receipts") == 1);
  check_receipt_of(second);
  must(run_relay({"check", relay.string()}));

  // The monitor, on the net again, hears that both are in; the desk has them.
  CHECK(json(run_member("monitor", {"sync", "--json"})).at("receipts") == 2);
  CHECK(json(run_member("desk", {"sync", "--json"})).at("opened") == 2);
}

TEST_CASE_METHOD(CourierFixture, "import exits 4 for what does not verify, and names it",
                 "[courier]") {
  const std::string good = seal_to_stick("One");
  const std::string bad(64, 'a');
  fs::copy_file(stick / "bundles" / (good + ".age"), stick / "bundles" / (bad + ".age"));
  fs::copy_file(stick / "bundles" / (good + ".age.minisig"),
                stick / "bundles" / (bad + ".age.minisig"));
  const ProcessResult done = import(false);
  CHECK(done.status == 4);
  CHECK_THAT(done.out, ContainsSubstring("1 bundles were taken in"));
  CHECK_THAT(done.out, ContainsSubstring("REFUSED " + bad + ": signature"));
  CHECK_THAT(done.err, ContainsSubstring("stay on the stick; the others are in"));
  CHECK(fs::exists(stick / "bundles" / (bad + ".age")));
  CHECK(fs::exists(stick / "refused" / (bad + ".json")));
  check_receipt_of(good);
}

TEST_CASE_METHOD(CourierFixture, "import exits 7 for what is refused by policy alone",
                 "[courier]") {
  seal_to_stick("One");
  must(run_relay(
      {"members", "revoke", relay.string(), "monitor", "--yes", "--passphrase-file", passphrase.string()}));
  const ProcessResult done = import();
  CHECK(done.status == 7);
  CHECK(json(done).at("left")[0].at("problem") == "revoked");
}

TEST_CASE("import of a directory that is no stick exits 5", "[courier]") {
  const TempDir temp;
  const fs::path relay = temp / "relay";
  write_file(temp / "passphrase", std::string(kPassphrase) + "\n");
  RelayProgram::must(RelayProgram::run_relay(
      {"init", relay.string(), "--organisation", "Example Organisation", "--url",
       "http://127.0.0.1:8080", "--passphrase-file", (temp / "passphrase").string()}));
  const ProcessResult done =
      RelayProgram::run_relay({"import", relay.string(), "--courier", temp.path().string()});
  CHECK(done.status == 5);
  CHECK_THAT(done.err, ContainsSubstring("nothing was taken in"));
}

}  // namespace depone::testing
