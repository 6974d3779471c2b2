#pragma once

#include <string>
#include <vector>

#include "crypto/json.h"
#include "tests/store/vault_fixture.h"
#include "tests/support/process.h"

namespace depone::testing {

// A vault that the programs open without Argon2id's second, and the real `depone` run on it.
struct CheapVault {
  TempDir temp;
  fs::path dir = temp / "vault";
  fs::path passphrase_file = temp / "passphrase";

  CheapVault() {
    Vault::create(dir, as_bytes(kPassphrase), kCheap, seed_of(1), kNow);
    write_file(passphrase_file, std::string(kPassphrase) + "\n");
  }

  // For looking at what a command left.
  Vault open() const { return Vault::open(dir, as_bytes(kPassphrase)); }

  fs::path file(std::string_view name, std::string_view content) const {
    write_file(temp / name, content);
    return temp / name;
  }

  ProcessResult run(std::vector<std::string> arguments, const std::string& input = {}) const {
    arguments.insert(arguments.begin(), {DEPONE_BIN "/depone", "--vault", dir.string(),
                                         "--passphrase-file", passphrase_file.string()});
    return run_process(arguments, input);
  }
  // What a command prints with --json, line by line; fails the test where the command failed.
  std::vector<Json> json_lines(std::vector<std::string> arguments,
                               const std::string& input = {}) const {
    arguments.push_back("--json");
    const ProcessResult ran = run(std::move(arguments), input);
    INFO(ran.err);
    REQUIRE(ran.status == 0);
    std::vector<Json> lines;
    const auto printed = lines_of(ran.out);
    REQUIRE(printed);
    for (const std::string_view line : *printed) lines.push_back(parse_json(line, "output"));
    return lines;
  }
  Json json(std::vector<std::string> arguments, const std::string& input = {}) const {
    const std::vector<Json> lines = json_lines(std::move(arguments), input);
    REQUIRE(lines.size() == 1);
    return lines.front();
  }
};

}  // namespace depone::testing
