#include "sync/remote/log_check.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/sync/remote/audit_fixture.h"

using namespace depone;
using namespace depone::testing;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

struct Fixture : AuditFixture {
  LogReport check(MemoryLog log, const LogState* since = nullptr) const {
    return check_log(log, log_key, &roster, since, {});
  }
  LogReport check() const { return check(log()); }
  void fill(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) add("bundle " + std::to_string(i));
  }
};

}  // namespace

TEST_CASE("A good log passes every check", "[remote]") {
  Fixture fixture;
  fixture.fill(4);
  const LogReport report = fixture.check();
  CHECK(report.valid());
  CHECK(report.bundles == 4);
  CHECK(report.rosters == 1);
  CHECK(report.failures.empty());
  CHECK(report.missing.empty());
  for (const char* name :
       {"signature", "tree", "tiles", "entries", "rosters", "members", "chains"}) {
    INFO(name);
    CHECK(report.checks.is_ok(name));
  }
  CHECK(report.checks.of("consistency") == "not checked");
  REQUIRE(report.chains.size() == 1);
  CHECK(report.chains[0] == ChainEnd{"monitor-1", fixture.monitor.bundle_key().text(),
                                     std::string(kChain), 4, fixture.bundles[3].sha256});
}

TEST_CASE("A log of several tiles passes", "[remote]") {
  Fixture fixture;
  fixture.fill(599);
  const LogReport report = fixture.check();
  CHECK(report.valid());
  CHECK(report.bundles == 599);
}

TEST_CASE("Any flipped byte of a log's files fails and names the file", "[remote]") {
  Fixture fixture;
  fixture.fill(2);
  for (const auto& [path, good] : fixture.files()) {
    for (std::size_t at = 0; at < good.size(); ++at) {
      MemoryLog log = fixture.log();
      log.files.at(path)[at] ^= 1;
      const LogReport report = fixture.check(log);
      bool named = false;
      for (const std::string& failure : report.failures)
        named = named || failure.find(path) != std::string::npos;
      if (!report.valid() && named) continue;
      FAIL(path << ", byte " << at);
    }
  }
}

TEST_CASE("An altered hash in a higher tile is named", "[remote]") {
  Fixture fixture;
  fixture.fill(299);
  MemoryLog log = fixture.log();
  log.files.at("tile/1/000.p/1")[5] ^= 1;
  const LogReport report = fixture.check(log);
  CHECK_THAT(report.checks.of("tiles"), StartsWith("failed: tile/1/000.p/1 is altered"));
  CHECK(report.checks.is_ok("tree"));
}

TEST_CASE("An entry exchanged for another one that is signed fails and is named", "[remote]") {
  Fixture fixture;
  fixture.fill(3);
  MemoryLog log = fixture.log();
  const Sealed other =
      seal_text(fixture.monitor.bundle, "other", kChain, 2, fixture.bundles[0].sha256);
  auto entries = fixture.entries;
  entries[2] = other.entry;
  log.files.at("tile/entries/000.p/4") = to_bytes(entry_bundle(entries));
  const LogReport report = fixture.check(log);
  CHECK_THAT(report.checks.of("tree"),
             StartsWith("failed: tile/entries/000.p/4 is altered: its entry 2"));
}

TEST_CASE("A missing tile fails and is named", "[remote]") {
  Fixture fixture;
  fixture.fill(1);
  MemoryLog log = fixture.log();
  log.files.erase("tile/0/000.p/2");
  CHECK(fixture.check(log).checks.of("tiles") == "failed: tile/0/000.p/2 is missing");
}

TEST_CASE("A missing entry bundle fails and is named", "[remote]") {
  Fixture fixture;
  fixture.fill(1);
  MemoryLog log = fixture.log();
  log.files.erase("tile/entries/000.p/2");
  const LogReport report = fixture.check(log);
  CHECK(report.checks.of("tree") == "failed: tile/entries/000.p/2 is missing");
  CHECK_THAT(report.checks.of("members"), StartsWith("not checked: "));
}

TEST_CASE("A partial tile that a growing log has replaced is read from the full one", "[remote]") {
  Fixture fixture;
  fixture.fill(99);
  const auto before = fixture.files();
  fixture.fill(200);
  MemoryLog log = fixture.log();
  log.files.at("checkpoint") = before.at("checkpoint");
  const LogReport report = fixture.check(log);
  CHECK(report.valid());
  CHECK(report.checkpoint.size == 100);
}

TEST_CASE("A checkpoint by another key fails", "[remote]") {
  Fixture fixture;
  fixture.fill(1);
  MemoryLog log(log_files(fixture.entries, Ed25519Key::generate()));
  const LogReport report = fixture.check(log);
  CHECK_THAT(report.checks.of("signature"), StartsWith("failed: checkpoint"));
  CHECK_THAT(report.checks.of("tree"), StartsWith("not checked: "));
}

TEST_CASE("A bundle left out of the middle of a chain is missing", "[remote]") {
  Fixture fixture;
  fixture.fill(4);
  fixture.entries.erase(fixture.entries.begin() + 2, fixture.entries.begin() + 4);
  const LogReport report = fixture.check();
  CHECK_FALSE(report.valid());
  REQUIRE(report.missing.size() == 1);
  CHECK(report.missing[0] == "monitor-1, chain 00000000000000aa: sequences 2 to 3");
}

TEST_CASE("Bundles that came out of order are no gap", "[remote]") {
  Fixture fixture;
  fixture.fill(3);
  std::swap(fixture.entries[1], fixture.entries[3]);
  CHECK(fixture.check().valid());
}

TEST_CASE("Two bundles with one sequence fail", "[remote]") {
  Fixture fixture;
  fixture.fill(2);
  fixture.entries.push_back(
      seal_text(fixture.monitor.bundle, "twin", kChain, 2, fixture.bundles[0].sha256).entry);
  const LogReport report = fixture.check();
  CHECK_THAT(report.checks.of("chains"), ContainsSubstring("two bundles with sequence 2"));
}

TEST_CASE("A wrong previous fails", "[remote]") {
  Fixture fixture;
  fixture.fill(2);
  fixture.entries.push_back(
      seal_text(fixture.monitor.bundle, "third", kChain, 3, fixture.bundles[0].sha256).entry);
  CHECK_THAT(fixture.check().checks.of("chains"),
             ContainsSubstring("names another bundle before it"));
}

TEST_CASE("A bundle logged twice fails", "[remote]") {
  Fixture fixture;
  fixture.fill(2);
  fixture.entries.push_back(fixture.bundles[0].entry);
  CHECK_THAT(fixture.check().checks.of("chains"), StartsWith("failed: "));
}

TEST_CASE("A second chain of a member that follows the first is fine", "[remote]") {
  Fixture fixture;
  fixture.fill(2);
  fixture.add("new chain", "00000000000000bb");
  const LogReport report = fixture.check();
  CHECK(report.valid());
  CHECK(report.notes.empty());
  CHECK(report.chains.size() == 2);
}

TEST_CASE("Two bundles of a member that follow the same one are reported", "[remote]") {
  Fixture fixture;
  fixture.fill(2);
  fixture.entries.push_back(
      seal_text(fixture.monitor.bundle, "copy", "00000000000000cc", 1, fixture.bundles[0].sha256)
          .entry);
  const LogReport report = fixture.check();
  REQUIRE(report.notes.size() == 1);
  CHECK_THAT(report.notes[0], StartsWith("monitor-1: two bundles follow the same one"));
}

TEST_CASE("A chain that begins after a bundle of an unknown log is reported", "[remote]") {
  Fixture fixture;
  fixture.entries.push_back(
      seal_text(fixture.monitor.bundle, "first here", kChain, 1, std::string(64, 'a')).entry);
  const LogReport report = fixture.check();
  CHECK(report.valid());
  REQUIRE(report.notes.size() == 1);
  CHECK_THAT(report.notes[0], ContainsSubstring("not in this log"));
}

TEST_CASE("An entry by a key that nobody on the roster has fails", "[remote]") {
  Fixture fixture;
  fixture.fill(1);
  fixture.entries.push_back(
      seal_text(Ed25519Key::generate(), "foreign", kChain, 1, std::nullopt).entry);
  CHECK_THAT(fixture.check().checks.of("members"),
             StartsWith("failed: entry 2 is signed by a key that no member"));
}

TEST_CASE("Without a roster members are not checked", "[remote]") {
  Fixture fixture;
  fixture.fill(1);
  MemoryLog log = fixture.log();
  const LogReport report = check_log(log, fixture.log_key, nullptr, nullptr, {});
  CHECK(report.valid());
  CHECK(report.checks.of("members") == "not checked");
}

TEST_CASE("What a closed key signed after its last bundle fails", "[remote]") {
  Fixture fixture;
  fixture.fill(3);
  MemberLine line = member_line("monitor-1", Role::monitor, seed_of(1));
  line.until = Time{kNow.seconds + 60};
  line.last = {{std::string(kChain), 2, fixture.bundles[1].sha256, 2}};
  fixture.organisation.members =
      members_file(std::vector<MemberLine>{member_line("desk-1", Role::desk, seed_of(9)), line});
  fixture.log_roster(fixture.organisation.roster(2, &fixture.roster));
  const LogReport report = fixture.check();
  CHECK_THAT(report.checks.of("members"),
             StartsWith("failed: entry 3 is signed by a key of monitor-1 that was closed"));
  CHECK(report.failures.size() == 1);
}

TEST_CASE("A log that does not begin with a roster fails", "[remote]") {
  Fixture fixture;
  fixture.fill(1);
  std::swap(fixture.entries[0], fixture.entries[1]);
  CHECK_THAT(fixture.check().checks.of("rosters"), StartsWith("failed: entry 0 is not a roster"));
}

TEST_CASE("A roster that is not the log's newest fails", "[remote]") {
  Fixture fixture;
  const Roster old = fixture.roster;
  fixture.log_roster(fixture.organisation.roster(2, &old));
  fixture.roster = old;
  CHECK_THAT(fixture.check().checks.of("rosters"),
             ContainsSubstring("is not the newest one in the log"));
}

TEST_CASE("A roster that does not follow the one before it fails", "[remote]") {
  Fixture fixture;
  fixture.log_roster(fixture.organisation.sign(fixture.organisation.head(2, std::string(64, 'b'))));
  CHECK_THAT(fixture.check().checks.of("rosters"),
             ContainsSubstring("does not follow the roster before it"));
}

TEST_CASE("A roster of a lower version later in the log fails", "[remote]") {
  Fixture fixture;
  const Roster first = fixture.roster;
  fixture.log_roster(fixture.organisation.roster(2, &first));
  fixture.log_roster(first);
  CHECK_THAT(fixture.check().checks.of("rosters"), ContainsSubstring("comes after roster 2"));
}

TEST_CASE("A log that grew is consistent with its saved state", "[remote]") {
  Fixture fixture;
  fixture.fill(300);
  const LogState saved = LogState::parse(fixture.check().state().json());
  fixture.fill(10);
  const LogReport report = fixture.check(fixture.log(), &saved);
  CHECK(report.valid());
  CHECK(report.checks.is_ok("consistency"));
}

TEST_CASE("A log whose past was rewritten is not consistent", "[remote]") {
  Fixture fixture;
  fixture.fill(3);
  const LogState saved = fixture.check().state();
  Fixture other;
  other.organisation = {Ed25519Key::from_seed(fixture.organisation.authority.seed()),
                        Ed25519Key::from_seed(fixture.organisation.log.seed()),
                        fixture.organisation.members};
  other.roster = fixture.roster;
  other.entries = {fixture.entries[0]};
  other.log_key = fixture.log_key;
  other.fill(5);
  const LogReport report = other.check(other.log(), &saved);
  CHECK_THAT(report.checks.of("consistency"), ContainsSubstring("the log was rewritten"));
}

TEST_CASE("A log that was cut is not consistent", "[remote]") {
  Fixture fixture;
  fixture.fill(3);
  const LogState saved = fixture.check().state();
  fixture.entries.pop_back();
  CHECK_THAT(fixture.check(fixture.log(), &saved).checks.of("consistency"),
             ContainsSubstring("it was cut"));
}

TEST_CASE("A saved state of another log is not consistent", "[remote]") {
  Fixture fixture;
  fixture.fill(1);
  Fixture other;
  other.fill(1);
  const LogState saved = other.check().state();
  CHECK_THAT(fixture.check(fixture.log(), &saved).checks.of("consistency"),
             StartsWith("failed: the saved state is not of this log"));
}

TEST_CASE("A saved state with an altered chain is not consistent", "[remote]") {
  Fixture fixture;
  fixture.fill(2);
  LogState saved = fixture.check().state();
  saved.chains[0].sequence = 7;
  CHECK_THAT(fixture.check(fixture.log(), &saved).checks.of("consistency"),
             ContainsSubstring("ended at sequence 7"));
}

TEST_CASE("A log state with an unknown key is refused", "[remote]") {
  CHECK_THROWS_AS(
      LogState::parse(R"({"format":"depone/log-state/1","checkpoint":"x","chains":[],"more":1})"),
      Error);
}

TEST_CASE("A directory log reads what was written", "[remote]") {
  Fixture fixture;
  fixture.fill(3);
  const TempDir temp;
  fixture.write_courier(temp / "stick");
  const auto log = directory_log(find_log(temp / "stick").log);
  CHECK(check_log(*log, fixture.log_key, &fixture.roster, nullptr, {}).valid());
}

TEST_CASE("A log is found from the courier, its audit folder and itself", "[remote]") {
  Fixture fixture;
  fixture.fill(1);
  const TempDir temp;
  fixture.write_courier(temp / "stick");
  for (const char* below : {"", "audit", "audit/log"}) {
    INFO(below);
    const LogDirectory found = find_log(temp / "stick" / below);
    CHECK(fs::equivalent(found.log, temp / "stick" / "audit" / "log"));
    REQUIRE(found.audit);
    CHECK(fs::equivalent(*found.audit, temp / "stick" / "audit"));
  }
}

TEST_CASE("A tile that is a symbolic link is refused by name", "[remote]") {
  Fixture fixture;
  fixture.fill(1);
  const TempDir temp;
  fixture.write_courier(temp / "stick");
  const fs::path tile = temp / "stick" / "audit" / "log" / "tile" / "0" / "000.p" / "2";
  fs::rename(tile, temp / "elsewhere");
  fs::create_symlink(temp / "elsewhere", tile);
  const auto log = directory_log(temp / "stick" / "audit" / "log");
  try {
    check_log(*log, fixture.log_key, &fixture.roster, nullptr, {});
    FAIL("it was read");
  } catch (const Error& error) {
    CHECK(error.code() == Code::refused);
    CHECK(error.context() == tile.string());
  }
}

TEST_CASE("A folder of the log that is a symbolic link is refused", "[remote]") {
  Fixture fixture;
  fixture.fill(1);
  const TempDir temp;
  fixture.write_courier(temp / "stick");
  fs::rename(temp / "stick" / "audit" / "log" / "tile", temp / "elsewhere");
  fs::create_directory_symlink(temp / "elsewhere", temp / "stick" / "audit" / "log" / "tile");
  const auto log = directory_log(temp / "stick" / "audit" / "log");
  CHECK_THROWS_AS(log->file("tile/0/000.p/2"), Error);
}
