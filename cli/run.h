#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.h"
#include "crypto/error.h"

namespace depone::cli {

// The main() of the three programs: common options (before or after the command), help with
// examples, --version, one place where errors become messages and exit codes.
struct Program {
  const char* name;
  const char* summary;
  std::span<const Command> commands;
  std::string version;                                // with the libraries' versions
  void (*add_common)(CLI::App&, Context&) = nullptr;  // options of this program alone (--vault)
  const char* example = nullptr;                      // shown by --help of the program itself
};
int run(const Program& program, int argc, char** argv);
// One command inside a program that runs already (`depone shell`): as run() does it, down to the
// exit status. `words` are what would come after the program's name.
int run_words(const Program& program, const std::vector<std::string>& words, Context& context);

// For completing what is typed: the commands, or the options of one ("--kind").
std::vector<std::string> words_of(const Program& program, const std::string& command,
                                  Context context);

// "depone 0.1.0\nlibsodium 1.0.22\n…", for Program::version. `more`: the other libraries, one a
// line.
std::string version_text(std::string_view program, std::string_view more = {});

int exit_status(Code code);

}  // namespace depone::cli
