#include "cli/monitor/lock_watch.h"

#include <signal.h>
#include <time.h>

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

// CLOCK_BOOTTIME goes on while the machine sleeps, CLOCK_MONOTONIC does not.
std::chrono::nanoseconds time_suspended() {
  const auto running = read_clock(CLOCK_MONOTONIC);
  return read_clock(CLOCK_BOOTTIME) - running;
}

constexpr std::chrono::milliseconds kSleep{500};  // less is between two readings of a busy machine

}  // namespace

LockWatch::LockWatch(std::chrono::minutes idle) : idle_(idle), suspended_(time_suspended()) {
  asked = 0;
  struct sigaction action {};
  action.sa_handler = note;  // without SA_RESTART: waiting for a key ends
  ::sigaction(SIGUSR1, &action, &before);
}

LockWatch::~LockWatch() { ::sigaction(SIGUSR1, &before, nullptr); }

void LockWatch::touched() { last_ = Clock::now(); }

std::optional<std::string> LockWatch::due() {
  const auto suspended = time_suspended();
  const bool slept = suspended - suspended_ > kSleep;
  suspended_ = suspended;
  const bool told = asked != 0;
  asked = 0;
  const bool idle = Clock::now() - last_ >= idle_;
  if (idle) last_ = Clock::now();
  if (told) return "another program asked for it";
  if (slept) return "the machine was suspended";
  if (idle) return "nothing was typed for " + std::to_string(idle_.count()) + " minutes";
  return std::nullopt;
}

}  // namespace depone::cli
