#pragma once

#include <functional>
#include <istream>
#include <ostream>
#include <string>
#include <vector>

#include "crypto/formats/time.h"
#include "crypto/secret.h"

namespace CLI {
class App;
}

namespace depone::cli {

class VaultSession;
struct Program;

// What goes on while somebody is waited for, who is to type.
struct Waiting {
  // Called at least once a second. Throws Code::interrupted where the vault has to be closed.
  std::function<void()> tick = {};
  std::function<void()> typed = {};  // something was typed
};

// What a command works with; nothing comes from globals.
struct Context {
  std::istream& in;
  std::ostream& out;  // results; JSON, and nothing else, with --json
  std::ostream& err;  // messages and progress
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  std::function<Time()> now;
  std::function<const char*(const char*)> env;

  bool json = false;  // --json
  bool yes = false;   // --yes
  std::string passphrase_file = {};
  std::string vault = {};  // --vault; depone alone has it
  bool in_is_terminal = false;
  Waiting waiting = {};

  const Program* program = nullptr;  // that this is a command of
  VaultSession* session = nullptr;   // of `shell`, where the command was typed into one
};

// One command: adds its options to `app` and returns what runs it. The result is the exit status.
using Runner = std::function<int()>;
using Install = Runner (*)(CLI::App& app, Context& context);
struct Command {
  const char* name;
  const char* summary;
  const char* example;  // shown by --help
  Install install;
};

// Text safe for a terminal: control and bidirectional characters made visible. For everything that
// came from records, file names and servers.
std::string printable(std::string_view text);

}  // namespace depone::cli
