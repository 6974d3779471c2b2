#include <catch2/generators/catch_generators.hpp>

#include "tests/fault/points.h"
#include "tests/sync/relay/backup_fixture.h"

// `depone-relay backup` and `restore`, stopped at their steps: what they make is whole or absent.
namespace depone::testing {
namespace {

constexpr std::uint64_t kMost = 24;  // steps of a series

struct Stopped : BackupFixture {
  Stopped() {
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) deliver(monitor, sequence);
    sequence();
    service.reset();
    relay.reset();
  }
  std::vector<std::string> backup() const {
    return {DEPONE_BIN "/depone-relay", "backup", dir().string(), target.string()};
  }
  std::vector<std::string> restoring() const {
    return {DEPONE_BIN "/depone-relay", "restore", target.string(), restored.string()};
  }
  void check_restored() const {
    REQUIRE(relay::is_restored(restored));
    relay::Directory copy(restored);
    CHECK(check_relay(copy, {}).problems.empty());
    CHECK(copy.ledger().head().size == 6);
  }
  void check_backup() {
    restore();
    check_restored();
    fs::remove_all(restored);
  }

  // Stopped at each step, and then done again.
  void stop_everywhere(const std::string& name, Fault fault, const std::vector<std::string>& argv,
                       const fs::path& made, const std::function<void()>& look) {
    const FaultyRun counted = run_with_fault(Fault::none, 0, temp.path(), argv);
    REQUIRE(counted.process.status == 0);
    look();
    fs::remove_all(made);
    std::uint64_t hits = 0;
    for (const std::uint64_t at : chosen_steps(counted.steps, kMost)) {
      INFO(name << " at step " << at << " of " << counted.steps);
      const FaultyRun stopped = run_with_fault(fault, at, temp.path(), argv);
      hits += stopped.hit ? 1 : 0;
      INFO(stopped.process.err);
      // A kill after the renaming comes too late.
      if (!stopped.killed()) CHECK((stopped.process.status == 0) == fs::exists(made));
      if (fs::exists(made)) {
        look();
      } else {
        REQUIRE(run_with_fault(Fault::none, 0, temp.path(), argv).process.status == 0);
        look();
      }
      CHECK(left_over().empty());
      fs::remove_all(made);
    }
    CHECK(hits > 0);
    report_points(name + ": " + std::to_string(counted.steps) + " steps, stopped at " +
                  std::to_string(hits) + " of them");
  }
};

TEST_CASE_METHOD(Stopped, "A backup of a relay that is killed on its way is whole or absent") {
  const Fault fault = GENERATE(Fault::kill, Fault::full);
  stop_everywhere(fault == Fault::kill ? "relay backup killed" : "relay backup, disk full", fault,
                  backup(), target, [&] { check_backup(); });
}

TEST_CASE_METHOD(Stopped, "A restored relay is whole and marked, or absent") {
  REQUIRE(run_with_fault(Fault::none, 0, temp.path(), backup()).process.status == 0);
  const Fault fault = GENERATE(Fault::kill, Fault::full);
  stop_everywhere(fault == Fault::kill ? "relay restore killed" : "relay restore, disk full", fault,
                  restoring(), restored, [&] { check_restored(); });
}

}  // namespace
}  // namespace depone::testing
