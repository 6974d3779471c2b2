#include <CLI/CLI.hpp>
#include <iostream>
#include <vector>

#include "crypto/error.h"
#include "crypto/secret.h"
#include "tests/conformance/commands.h"

int main(int argc, char** argv) {
  using namespace depone;
  CLI::App app{"Runs vectors against Depone's library", "depone-conformance"};
  app.require_subcommand(1);
  struct Command {
    const char* name;
    const char* summary;
    conformance::Runner (*install)(CLI::App&);
  };
  constexpr Command kCommands[] = {
      {"age", "An age file on standard input, its payload on standard output", conformance::age_command},
      {"age-encrypt", "Standard input as an age file on standard output", conformance::age_encrypt_command},
      {"minisign", "A minisign signature over a file", conformance::minisign_command},
      {"ed25519", "JSON lines {\"pk\",\"msg\",\"sig\"} on standard input: ok or bad", conformance::ed25519_command},
      {"log", "A static tlog-tiles log in a directory", conformance::log_command},
      {"inclusion", "An inclusion proof in a JSON file", conformance::inclusion_command},
      {"consistency", "A consistency proof in a JSON file", conformance::consistency_command},
  };
  std::vector<std::pair<CLI::App*, conformance::Runner>> commands;
  for (const Command& command : kCommands) {
    CLI::App* sub = app.add_subcommand(command.name, command.summary);
    commands.emplace_back(sub, command.install(*sub));
  }
  CLI11_PARSE(app, argc, argv);
  try {
    start_crypto();
    for (const auto& [sub, run] : commands) {
      if (sub->parsed()) return run();
    }
  } catch (const Error& error) {
    std::cerr << "depone-conformance: " << error.what() << "\n";
  }
  return 2;
}
