#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace depone::testing {

struct ProcessResult {
  int status = -1;  // 128 + signal where one ended it
  std::string out;
  std::string err;
};

// Runs a program to its end, without a terminal and without the vault that the environment names.
// argv[0] is a path. Ended by force, and an exception, after two minutes.
ProcessResult run_process(const std::vector<std::string>& argv, const std::string& input = {},
                          const std::map<std::string, std::string>& env = {});

// The same on a terminal of its own: each text is typed once its question has been seen. `out` is
// all that the screen was sent.
ProcessResult run_on_terminal(
    const std::vector<std::string>& argv,
    const std::vector<std::pair<std::string, std::string>>& questions_and_answers);

}  // namespace depone::testing
