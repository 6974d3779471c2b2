#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/support/cheap_vault.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

const std::string kDepone = DEPONE_BIN "/depone";

TEST_CASE("Help names every command and ends well", "[run]") {
  const ProcessResult ran = run_process({kDepone, "--help"});
  CHECK(ran.status == 0);
  CHECK(ran.err == "");
  for (const char* command :
       {"init", "join", "new", "import", "attach", "extract", "list", "show", "search", "seal",
        "sync", "status", "open", "unseal", "key", "passwd", "check"}) {
    CHECK_THAT(ran.out, ContainsSubstring("\n  " + std::string(command) + " "));
  }
}

TEST_CASE("Every level of help has an example", "[run]") {
  CHECK_THAT(run_process({kDepone, "--help"}).out, ContainsSubstring("Example:"));
  CHECK_THAT(run_process({kDepone, "list", "--help"}).out, ContainsSubstring("depone list --kind"));
  CHECK_THAT(run_process({kDepone, "key", "export", "--help"}).out,
             ContainsSubstring("depone key export --age"));
}

TEST_CASE("The version names the libraries that matter", "[run]") {
  const ProcessResult ran = run_process({kDepone, "--version"});
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, ContainsSubstring("depone ") && ContainsSubstring("libsodium 1.") &&
                          ContainsSubstring("SQLCipher 4."));
}

TEST_CASE("Wrong usage exits with 2 and says so on standard error only", "[run]") {
  const std::vector<std::vector<std::string>> cases{{},
                                                    {"nothing"},
                                                    {"list", "--nothing"},
                                                    {"show"},
                                                    {"list", "--limit", "many"},
                                                    {"list", "--kind", "rumour"},
                                                    {"list", "--date", "yesterday"},
                                                    {"key"},
                                                    {"new", "testimony"},
                                                    {"list", "--passphrase-file"}};
  for (std::vector<std::string> arguments : cases) {
    arguments.insert(arguments.begin(), kDepone);
    const ProcessResult ran = run_process(arguments);
    INFO(arguments.back());
    CHECK(ran.status == 2);
    CHECK(ran.out == "");
    CHECK_THAT(ran.err, ContainsSubstring("depone: "));
  }
}

TEST_CASE("Common options are taken before and after the command", "[run]") {
  const CheapVault vault;
  const std::string file = vault.passphrase_file.string();
  CHECK(run_process({kDepone, "--vault", vault.dir, "--passphrase-file", file, "--json", "list"})
            .status == 0);
  CHECK(run_process({kDepone, "list", "--vault", vault.dir, "--passphrase-file", file, "--json"})
            .status == 0);
  CHECK(run_process(
            {kDepone, "key", "show", "--json", "--passphrase-file", file, "--vault", vault.dir})
            .status == 0);
}

TEST_CASE("A word after a command is never taken for another command", "[run]") {
  const CheapVault vault;
  vault.json({"new", "incident", "--set", "title=They show a list and sync"});
  CHECK(vault.json_lines({"search", "show", "list", "sync"}).size() == 1);
}

TEST_CASE("The vault is found by the environment", "[run]") {
  const CheapVault vault;
  const std::vector<std::string> argv{kDepone, "--passphrase-file", vault.passphrase_file, "list"};
  CHECK(run_process(argv, "", {{"DEPONE_VAULT", vault.dir}}).status == 0);
  fs::create_directories(vault.temp / "data" / "depone");
  fs::rename(vault.dir, vault.temp / "data" / "depone" / "default");
  CHECK(run_process(argv, "", {{"XDG_DATA_HOME", vault.temp / "data"}}).status == 0);
  fs::create_directories(vault.temp / "home" / ".local");
  fs::rename(vault.temp / "data", vault.temp / "home" / ".local" / "share");
  CHECK(run_process(argv, "", {{"HOME", vault.temp / "home"}}).status == 0);
}

TEST_CASE("No vault exits with 5 and says where it looked", "[run]") {
  const TempDir temp;
  const ProcessResult ran = run_process({kDepone, "--vault", temp / "nowhere", "list"});
  CHECK(ran.status == 5);
  CHECK_THAT(ran.err, ContainsSubstring((temp / "nowhere").string()));
}

TEST_CASE("A wrong passphrase exits with 3", "[run]") {
  const CheapVault vault;
  vault.file("passphrase", "not the passphrase\n");
  CHECK(vault.run({"list"}).status == 3);
}

TEST_CASE("Without a terminal and a file, nothing is asked", "[run]") {
  const CheapVault vault;
  const ProcessResult ran = run_process({kDepone, "--vault", vault.dir, "list"});
  CHECK(ran.status == 2);
  CHECK_THAT(ran.err, ContainsSubstring("--passphrase-file"));
}

TEST_CASE("The passphrase is the first line of the file, whatever follows", "[run]") {
  const CheapVault vault;
  vault.file("passphrase", std::string(kPassphrase) + "\r\nanother line\n");
  CHECK(vault.run({"list"}).status == 0);
  vault.file("passphrase", std::string(kPassphrase));
  CHECK(vault.run({"list"}).status == 0);
}

TEST_CASE("An empty passphrase file is refused", "[run]") {
  const CheapVault vault;
  vault.file("passphrase", "\nsecond line\n");
  CHECK(vault.run({"list"}).status == 1);
}

TEST_CASE("The passphrase is taken from a descriptor", "[run]") {
  const CheapVault vault;
  const ProcessResult ran =
      run_process({kDepone, "--vault", vault.dir, "--passphrase-file", "/dev/fd/0", "list"},
                  std::string(kPassphrase) + "\n");
  CHECK(ran.status == 0);
}

TEST_CASE("A passphrase typed on the terminal is not shown", "[run]") {
  const CheapVault vault;
  vault.json({"new", "incident", "--set", "title=Night raid"});
  const ProcessResult ran =
      run_on_terminal({kDepone, "--vault", vault.dir, "list"},
                      {{"Passphrase: ", std::string(kPassphrase) + "x\x7f\r"}});
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, ContainsSubstring("Night raid"));
  CHECK(ran.out.find("correct") == std::string::npos);
}

TEST_CASE("Ctrl-C at the passphrase ends the program quietly", "[run]") {
  const CheapVault vault;
  const ProcessResult ran =
      run_on_terminal({kDepone, "--vault", vault.dir, "list"}, {{"Passphrase: ", "abc\x03"}});
  CHECK(ran.status == 1);
  CHECK_THAT(ran.out, ContainsSubstring("interrupted"));
}

TEST_CASE("A reader that goes away is no error worth a word", "[run]") {
  const CheapVault vault;
  for (int i = 0; i < 3; ++i) vault.json({"new", "incident", "--set", "title=Night raid"});
  const std::string command = "exec 3>&1; { '" + kDepone + "' --vault '" + vault.dir.string() +
                              "' --passphrase-file '" + vault.passphrase_file.string() +
                              "' list; echo status $? >&3; } | true";
  const ProcessResult ran = run_process({"/bin/sh", "-c", command});
  CHECK(ran.err == "");
  CHECK((ran.out == "status 141\n" || ran.out == "status 0\n"));
}

TEST_CASE("Names of files do not steer the terminal", "[run]") {
  const CheapVault vault;
  const ProcessResult ran =
      vault.run({"import", (vault.temp / "a\x1b[2Jb").string(), "--kind", "incident"});
  CHECK(ran.status == 5);
  CHECK(ran.err.find('\x1b') == std::string::npos);
  CHECK_THAT(ran.err, ContainsSubstring("<U+001B>"));
}

}  // namespace
}  // namespace depone::testing
