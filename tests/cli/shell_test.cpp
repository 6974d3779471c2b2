#include <signal.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "store/file.h"
#include "tests/support/cheap_vault.h"
#include "tests/support/child.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

struct ShellFixture : CheapVault {
  std::vector<std::string> shell() const { return {DEPONE_BIN "/depone", "--vault", dir, "shell"}; }
  const std::string typed = std::string(kPassphrase) + "\r";
};

TEST_CASE_METHOD(ShellFixture, "Commands from a pipe share one unlock", "[shell]") {
  const ProcessResult ran = run({"shell"},
                                "new incident --set 'title=Night raid' --json\n"
                                "# a remark\n"
                                "\n"
                                "depone list\n"
                                "search raid\n");
  INFO(ran.err);
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, ContainsSubstring("\"id\""));
  const std::size_t first = ran.out.find("Night raid");
  REQUIRE(first != std::string::npos);
  CHECK(ran.out.find("Night raid", first + 1) != std::string::npos);
}

TEST_CASE_METHOD(ShellFixture, "The shell's exit status is that of the last command that failed",
                 "[shell]") {
  CHECK(run({"shell"}, "show abcd\nlist\n").status == 5);
  CHECK(run({"shell"}, "show abcd\nlist --nonsense\nlist\n").status == 2);
  CHECK(run({"shell"}, "list\nexit\nshow abcd\n").status == 0);
  CHECK(run({"shell"}, "list 'unclosed\n").status == 2);
}

TEST_CASE_METHOD(ShellFixture, "Of a line that is too long no part is done as a command",
                 "[shell]") {
  const ProcessResult ran = run({"shell"}, "list #" + std::string(64u << 10, 'x') +
                                               "new incident --set title=Planted\nlist --json\n");
  CHECK(ran.status == 2);
  CHECK_THAT(ran.err, ContainsSubstring("64 KiB"));
  CHECK(ran.out.empty());
}

TEST_CASE_METHOD(ShellFixture, "A locked shell does not open itself again", "[shell]") {
  const ProcessResult ran = run({"shell"}, "list\nlock\nlist\n");
  CHECK(ran.status == 2);
  CHECK_THAT(ran.out, ContainsSubstring("The vault is locked."));
  CHECK_THAT(ran.err, ContainsSubstring("a passphrase is needed"));
}

TEST_CASE_METHOD(ShellFixture, "On a terminal the passphrase is typed once, and again after a lock",
                 "[shell]") {
  json({"new", "incident", "--set", "title=Night raid"});
  const ProcessResult ran = run_on_terminal(shell(), {{"Passphrase: ", typed},
                                                      {"depone> ", "list\r"},
                                                      {"depone> ", "lock\r"},
                                                      {"(locked)> ", "list\r"},
                                                      {"Passphrase: ", typed},
                                                      {"depone> ", "exit\r"}});
  CHECK(ran.status == 0);
  const std::size_t first = ran.out.find("Night raid");
  REQUIRE(first != std::string::npos);
  CHECK(ran.out.find("Night raid", first + 1) != std::string::npos);
  CHECK(ran.out.find(kPassphrase) == std::string::npos);
}

TEST_CASE_METHOD(ShellFixture, "Ids and commands are completed", "[shell]") {
  const std::string id =
      json({"new", "incident", "--set", "title=Night raid"}).at("id").get<std::string>();
  const ProcessResult ran =
      run_on_terminal(shell(), {{"Passphrase: ", typed},
                                {"depone> ", "sho\t" + id.substr(0, 4) + "\t--jso\t\r"},
                                {"depone> ", "exit\r"}});
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, ContainsSubstring("\"title\":\"Night raid\""));
}

TEST_CASE_METHOD(ShellFixture, "Ctrl-C gives up a line and not the shell", "[shell]") {
  const ProcessResult ran = run_on_terminal(
      shell(), {{"Passphrase: ", typed}, {"depone> ", "nonsense\x03"}, {"depone> ", "exit\r"}});
  CHECK(ran.status == 0);
  CHECK(ran.out.find("nonsense:") == std::string::npos);
}

// A shell that reads from a pipe which stays open.
struct OpenShell : ShellFixture {
  fs::path fifo = temp / "fifo";
  std::optional<Child> child;
  OpenShell() {
    const std::string command = "exec sleep 60 | '" DEPONE_BIN "/depone' --vault '" + dir.string() +
                                "' --passphrase-file '" + passphrase_file.string() + "' shell";
    child = Child::start({"/bin/sh", "-c", command}, {}, temp / "err");
    for (int i = 0; i < 500 && !lock_holder(dir / "lock"); ++i) sleep_for(0.02);
  }
  ~OpenShell() {
    if (const auto holder = lock_holder(dir / "lock")) ::kill(holder->process, SIGKILL);
  }
};

TEST_CASE_METHOD(OpenShell, "Another process has an open shell lock its vault", "[shell]") {
  const auto holder = lock_holder(dir / "lock");
  REQUIRE(holder);
  const Json locked = json({"lock"});
  CHECK(locked.at("process") == holder->process);
  CHECK_FALSE(lock_holder(dir / "lock"));
  CHECK(run({"list"}).status == 0);
  ::kill(holder->process, SIGKILL);
}

TEST_CASE_METHOD(OpenShell, "Panic closes an open shell's vault too", "[shell]") {
  const auto holder = lock_holder(dir / "lock");
  REQUIRE(holder);
  CHECK(json({"panic", "--yes"}).at("still_open").is_null());
  CHECK_FALSE(lock_holder(dir / "lock"));
  ::kill(holder->process, SIGKILL);
}

TEST_CASE_METHOD(OpenShell, "A backup is made while a shell has the vault open", "[shell]") {
  CHECK(run({"backup", temp / "backup"}).status == 0);
  CHECK(lock_holder(dir / "lock"));
}

TEST_CASE_METHOD(CheapVault, "Where nothing has the vault open, lock says so", "[shell]") {
  CHECK(json({"lock"}).at("process").is_null());
}

}  // namespace
}  // namespace depone::testing
