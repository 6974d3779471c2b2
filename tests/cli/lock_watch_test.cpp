#include "cli/lock_watch.h"

#include <signal.h>

#include <catch2/catch_test_macros.hpp>

namespace depone::cli {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// A machine whose time goes on when it is told.
struct Machine {
  std::chrono::nanoseconds awake{seconds(1000)};
  std::chrono::nanoseconds slept{seconds(50)};
  LockWatch watch{minutes(10), {[this] { return awake; }, [this] { return awake + slept; }}};
};

TEST_CASE("A shell locks when nothing was typed for its minutes", "[shell]") {
  Machine machine;
  machine.awake += minutes(9);
  CHECK_FALSE(machine.watch.due());
  machine.watch.touched();
  machine.awake += minutes(9);
  CHECK_FALSE(machine.watch.due());
  machine.awake += minutes(1);
  CHECK(machine.watch.take() == "nothing was typed for 10 minutes");
  CHECK_FALSE(machine.watch.due());
}

TEST_CASE("A shell locks when the machine was suspended", "[shell]") {
  Machine machine;
  machine.slept += seconds(2);
  CHECK(machine.watch.take() == "the machine was suspended");
  CHECK_FALSE(machine.watch.due());
}

TEST_CASE("A shell locks when it is asked to", "[shell]") {
  Machine machine;
  ::raise(SIGUSR1);
  CHECK(machine.watch.take() == "another program asked for it");
  CHECK_FALSE(machine.watch.due());
}

TEST_CASE("What has to lock stays so until it was done, whatever is typed", "[shell]") {
  Machine machine;
  machine.awake += minutes(10);
  REQUIRE(machine.watch.due());
  machine.watch.touched();
  CHECK(machine.watch.due());
  CHECK(machine.watch.take());
  CHECK_FALSE(machine.watch.take());
}

}  // namespace
}  // namespace depone::cli
