#include "sync/relay/courier_export.h"

#include "sync/remote/log_check.h"
#include "sync/remote/roster_files.h"
#include "tests/sync/relay/service_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

struct ExportFixture : ServiceFixture {
  Person desk = add("desk-1", Role::desk, 9);
  Person monitor = add("monitor-1", Role::monitor, 1);
  Person other = add("monitor-2", Role::monitor, 2);
  Sealed to_desk = deliver(monitor, 1, "desk-1");
  Sealed to_other = deliver(monitor, 2, "monitor-2");
  fs::path stick = temp / "stick";
  ExportFixture() { sequence(); }

  relay::ExportResult run(std::vector<std::string> members = {}, bool audit = false) {
    return export_to_courier(*relay, {stick, std::move(members), audit}, {});
  }
  LogReport audit() {
    const Roster roster =
        read_roster_files(stick / "audit" / "roster.json", minisign::PublicKey(authority.public_key()));
    const auto log = directory_log(stick / "audit" / "log");
    return check_log(*log, relay->log_name(), &roster, nullptr, {});
  }
};

}  // namespace

TEST_CASE("What is addressed to a desk goes on the stick, and nothing else", "[relay]") {
  ExportFixture f;
  CHECK(f.run().bundles == 1);
  const std::string base = f.to_desk.sha256;
  CHECK(names_in(f.stick) == std::vector<std::string>{"bundles"});
  CHECK(names_in(f.stick / "bundles") ==
        std::vector<std::string>{base + ".age", base + ".age.minisig", base + ".to"});
  CHECK(read_text(f.stick / "bundles" / (base + ".age"), 1 << 20) == f.to_desk.age);
  CHECK(read_text(f.stick / "bundles" / (base + ".age.minisig"), 1 << 20) == f.to_desk.minisig);
  CHECK(read_text(f.stick / "bundles" / (base + ".to"), 1 << 20) == "desk-1\n");
}

TEST_CASE("The option --for takes what is addressed to these members", "[relay]") {
  ExportFixture f;
  f.run({"monitor-2"});
  CHECK(fs::exists(f.stick / "bundles" / (f.to_other.sha256 + ".age")));
  CHECK_FALSE(fs::exists(f.stick / "bundles" / (f.to_desk.sha256 + ".age")));
}

TEST_CASE("The option --for somebody who is no member writes nothing", "[relay]") {
  ExportFixture f;
  CHECK(code_of([&] { f.run({"nobody"}); }) == Code::not_found);
  CHECK((!fs::exists(f.stick) || names_in(f.stick).empty()));
}

TEST_CASE("An auditor finds nothing wrong with the copy", "[relay]") {
  ExportFixture f;
  CHECK(f.run({}, true).receipts == 1);
  const LogReport report = f.audit();
  CHECK(report.valid());
  CHECK(report.failures.empty());
  CHECK(report.bundles == 2);
  CHECK(report.rosters == 4);
  const Receipt receipt =
      Receipt::parse(read_text(f.stick / "receipts" / (f.to_desk.sha256 + ".tlog-proof"), 1 << 20));
  CHECK(check_receipt(receipt, std::vector<VerifierKey>{f.relay->log_name()}).index == 4);
  CHECK(names_in(f.stick / "audit" / "rosters").size() == 8);
}

TEST_CASE("Run again it copies only what is missing", "[relay]") {
  ExportFixture f;
  CHECK(f.run({}, true).copied == 1);
  CHECK(f.run({}, true).copied == 0);
  f.deliver(f.monitor, 3, "desk-1");
  f.sequence();
  const relay::ExportResult again = f.run({}, true);
  CHECK(again.copied == 1);
  CHECK(again.bundles == 2);
}

TEST_CASE("After the log has grown the copy holds exactly the tiles of its checkpoint", "[relay]") {
  ExportFixture f;
  f.run({}, true);
  f.deliver(f.monitor, 3, "desk-1");
  f.sequence();
  f.run({}, true);
  CHECK(names_in(f.stick / "audit" / "log" / "tile" / "0" / "000.p") == std::vector<std::string>{"7"});
  CHECK(names_in(f.stick / "audit" / "log" / "tile" / "entries" / "000.p") == std::vector<std::string>{"7"});
  CHECK(f.audit().valid());
}

TEST_CASE("What waits for its checkpoint is not exported", "[relay]") {
  ExportFixture f;
  f.deliver(f.monitor, 3, "desk-1");
  CHECK(f.run().bundles == 1);
}

TEST_CASE("A symbolic link on the stick is refused with its path, and nothing is written through it", "[relay]") {
  for (const char* place : {"bundles", "audit", "receipts"}) {
    INFO(place);
    ExportFixture f;
    fs::create_directory(f.stick);
    fs::create_directory(f.temp / "elsewhere");
    fs::create_directory_symlink(f.temp / "elsewhere", f.stick / place);
    try {
      f.run({}, true);
      FAIL("it was followed");
    } catch (const Error& error) {
      CHECK(error.code() == Code::refused);
      CHECK(error.context() == (f.stick / place).string());
    }
    CHECK(names_in(f.temp / "elsewhere").empty());
  }
}

TEST_CASE("A damaged bundle is not passed on", "[relay]") {
  ExportFixture f;
  const fs::path object = f.dir() / "blobs" / relay::bundle_blob(f.to_desk.sha256);
  Bytes bytes = read_file(object, 1 << 20);
  bytes.back() ^= 1;
  write_file(object, bytes);
  CHECK(code_of([&] { f.run(); }) == Code::damaged);
  CHECK_FALSE(fs::exists(f.stick / "bundles" / (f.to_desk.sha256 + ".age")));
}
