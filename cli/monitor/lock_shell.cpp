#include "cli/monitor/lock_shell.h"

#include <signal.h>

#include <chrono>
#include <thread>

namespace depone::cli {

namespace {

constexpr std::chrono::seconds kPatience{5};
constexpr std::chrono::milliseconds kPause{20};

}  // namespace

std::optional<Asked> lock_open_shell(const fs::path& vault_dir) {
  const fs::path lock = vault_dir / "lock";
  const auto holder = lock_holder(lock);
  if (!holder) return std::nullopt;
  Asked asked{holder->process, holder->program, true};
  // Our own programs take the signal or ignore it; it would end another one.
  if (holder->program != "depone" || ::kill(holder->process, SIGUSR1) != 0) return asked;
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (asked.still_open && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kPause);
    const auto now = lock_holder(lock);
    asked.still_open = now && now->process == holder->process;
  }
  return asked;
}

}  // namespace depone::cli
