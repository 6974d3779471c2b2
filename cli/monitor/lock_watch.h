#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace depone::cli {

// When a shell has to lock: nobody typed for some minutes, the machine was suspended, or another
// program asked for it (`depone lock` and `depone panic`, by SIGUSR1). One at a time.
class LockWatch {
 public:
  explicit LockWatch(std::chrono::minutes idle);  // takes SIGUSR1
  LockWatch(const LockWatch&) = delete;
  LockWatch& operator=(const LockWatch&) = delete;
  ~LockWatch();
  void touched();  // somebody typed, or a command ended
  // Why the vault is to be locked now, in words; nullopt where it is not. Says each reason once.
  std::optional<std::string> due();

 private:
  using Clock = std::chrono::steady_clock;
  std::chrono::minutes idle_;
  Clock::time_point last_ = Clock::now();
  std::chrono::nanoseconds suspended_;  // in all, since the machine started
};

}  // namespace depone::cli
