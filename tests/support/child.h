#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace depone::testing {

// A running program, for tests that interrupt it. Its output goes to files. Killed when destroyed.
class Child {
 public:
  // argv[0] is a path. Output and errors go to `out` and `err` ("" : /dev/null).
  static Child start(const std::vector<std::string>& argv, const std::string& out = {},
                     const std::string& err = {});
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();

  void signal(int number);
  // Exit status (128 + signal where one ended it); nullopt when `seconds` pass first.
  std::optional<int> wait(double seconds);

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;
};

void sleep_for(double seconds);
double seconds_now();  // a steady clock
// A loopback port that nobody listens on now.
int free_port();
// Waits until something accepts connections on the port; false after `seconds`.
bool wait_for_port(int port, double seconds);

}  // namespace depone::testing
