#include "sync/relay/check.h"

#include "tests/sync/relay/service_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

struct CheckFixture : ServiceFixture {
  Person desk = add("desk-1", Role::desk, 9);
  Person monitor = add("monitor-1", Role::monitor, 1);
  Sealed sealed = deliver(monitor, 1);
  CheckFixture() { sequence(); }

  relay::CheckReport check() { return check_relay(*relay, {}); }
  fs::path object() const { return dir() / "blobs" / relay::bundle_blob(sealed.sha256); }
};

bool names(const relay::CheckReport& report, std::string_view part) {
  return std::any_of(report.problems.begin(), report.problems.end(),
                     [&](const std::string& problem) { return problem.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("A whole relay is clean, with entries that wait and uploads under way too", "[relay]") {
  CheckFixture f;
  f.deliver(f.monitor, 2);
  const Sealed half = f.seal(f.monitor, "half", 3);
  f.create(f.monitor, half);
  f.patch(f.monitor, half.sha256, 0, half.age.substr(0, 100));
  const relay::CheckReport report = f.check();
  CHECK(report.problems.empty());
  CHECK(report.bundles == 2);
  CHECK(report.rosters == 3);
  CHECK(report.entries == 4);
}

TEST_CASE("A flipped byte in a bundle is found and named", "[relay]") {
  CheckFixture f;
  Bytes bytes = read_file(f.object(), 1 << 20);
  bytes[bytes.size() / 2] ^= 1;
  write_file(f.object(), bytes);
  CHECK(names(f.check(), f.sealed.sha256));
}

TEST_CASE("A missing bundle is found and named", "[relay]") {
  CheckFixture f;
  fs::remove(f.object());
  const relay::CheckReport report = f.check();
  CHECK(names(report, f.sealed.sha256));
  CHECK(names(report, "missing"));
}

TEST_CASE("An object that no entry names is found and left", "[relay]") {
  CheckFixture f;
  const fs::path stranger = f.object().parent_path() / "stranger";
  write_file(stranger, "text");
  CHECK(names(f.check(), "stranger"));
  CHECK(fs::exists(stranger));
}

TEST_CASE("A byte of any page of the ledger that is flipped is found", "[relay]") {
  CheckFixture f;
  f.service.reset();
  f.relay.reset();
  const Bytes whole = read_file(f.dir() / "ledger.db", 1 << 24);
  for (std::size_t page = 0; page < whole.size() / 4096; ++page) {
    INFO("page " << page);
    Bytes bytes = whole;
    bytes[page * 4096 + 2000] ^= 1;
    write_file(f.dir() / "ledger.db", bytes);
    bool found = false;
    try {
      relay::Directory relay(f.dir());
      found = !check_relay(relay, {}).problems.empty();
    } catch (const Error& error) {
      found = error.code() == Code::damaged;
    }
    CHECK(found);
  }
}

TEST_CASE("A tree that does not fit its checkpoint is found", "[relay]") {
  CheckFixture f;
  const relay::Head head = f.relay->ledger().head();
  relay::Ledger::Tiles changed;
  changed[{0, 0}] = f.relay->ledger().tile(0, 0);
  changed[{0, 0}][40] ^= 1;
  REQUIRE(f.relay->ledger().swap_head(head, head, changed));
  CHECK(names(f.check(), "tile/0/000.p/4"));
}
