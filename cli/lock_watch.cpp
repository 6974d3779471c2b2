#include "cli/lock_watch.h"

#include <signal.h>
#include <time.h>

#include <utility>

namespace depone::cli {

namespace {

volatile sig_atomic_t asked = 0;
struct sigaction before {};

void note(int) { asked = 1; }

std::chrono::nanoseconds read_clock(clockid_t which) {
  struct timespec now {};
  ::clock_gettime(which, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

constexpr std::chrono::milliseconds kSleep{500};  // less is between two readings of a busy machine

}  // namespace

// CLOCK_BOOTTIME goes on while the machine sleeps, CLOCK_MONOTONIC does not.
MachineClocks machine_clocks() {
  return {[] { return read_clock(CLOCK_MONOTONIC); }, [] { return read_clock(CLOCK_BOOTTIME); }};
}

LockWatch::LockWatch(std::chrono::minutes idle, MachineClocks clocks)
    : idle_(idle),
      clocks_(std::move(clocks)),
      last_(clocks_.awake()),
      suspended_(time_suspended()) {
  asked = 0;
  struct sigaction action {};
  action.sa_handler = note;  // without SA_RESTART: waiting for a key ends
  ::sigaction(SIGUSR1, &action, &before);
}

LockWatch::~LockWatch() { ::sigaction(SIGUSR1, &before, nullptr); }

void LockWatch::touched() { last_ = clocks_.awake(); }

const std::optional<std::string>& LockWatch::due() {
  const auto suspended = time_suspended();
  const bool slept = suspended - suspended_ > kSleep;
  suspended_ = suspended;
  const bool told = asked != 0;
  asked = 0;
  const auto now = clocks_.awake();
  const bool idle = now - last_ >= idle_;
  if (idle) last_ = now;
  if (told)
    why_ = "another program asked for it";
  else if (slept)
    why_ = "the machine was suspended";
  else if (idle)
    why_ = "nothing was typed for " + std::to_string(idle_.count()) + " minutes";
  return why_;
}

std::optional<std::string> LockWatch::take() {
  due();
  return std::exchange(why_, std::nullopt);
}

}  // namespace depone::cli
