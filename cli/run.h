#pragma once

#include <span>
#include <string>
#include <string_view>

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

// "depone 0.1.0\nlibsodium 1.0.22\n…", for Program::version. `more`: the other libraries, one a
// line.
std::string version_text(std::string_view program, std::string_view more = {});

int exit_status(Code code);

}  // namespace depone::cli
