#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace depone::cli {

// Since some moment: how long this machine ran, and how long with the time that it slept.
struct MachineClocks {
  std::function<std::chrono::nanoseconds()> awake;
  std::function<std::chrono::nanoseconds()> in_all;
};
MachineClocks machine_clocks();

// When a shell has to lock: nobody typed for some minutes, the machine was suspended, or another
// program asked for it (`depone lock` and `depone panic`, by SIGUSR1). One at a time.
class LockWatch {
 public:
  explicit LockWatch(std::chrono::minutes idle,
                     MachineClocks clocks = machine_clocks());  // takes SIGUSR1
  LockWatch(const LockWatch&) = delete;
  LockWatch& operator=(const LockWatch&) = delete;
  ~LockWatch();
  void touched();  // somebody typed, or a command ended
  // Why the vault is to be locked, in words; nullopt where it is not. It holds until taken,
  // whatever is typed meanwhile.
  const std::optional<std::string>& due();
  std::optional<std::string> take();  // due(), and forgotten

 private:
  std::chrono::nanoseconds time_suspended() const { return clocks_.in_all() - clocks_.awake(); }
  std::chrono::minutes idle_;
  MachineClocks clocks_;
  std::chrono::nanoseconds last_;
  std::chrono::nanoseconds suspended_;  // in all
  std::optional<std::string> why_;
};

}  // namespace depone::cli
