#pragma once

#include <optional>
#include <string>

#include "store/file.h"

namespace depone::cli {

// Asks the program that has a vault open to close it (SIGUSR1), and waits a moment for that. A
// shell does, and what waits for somebody to type; any other of our programs goes on until it ends.
struct Asked {
  int process = 0;
  std::string program;
  bool still_open = false;
};
std::optional<Asked> lock_open_shell(const fs::path& vault_dir);  // nullopt: nobody had it open

}  // namespace depone::cli
