// What is left of a passphrase in the real programs, and what they do so that nothing of them gets
// out: the process is looked at from outside while it waits for somebody to read its output.
#include "tests/support/memory_scan.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>

#include "store/vault_header.h"
#include "tests/support/cheap_vault.h"
#include "tests/support/child.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

constexpr int kPageOfPipe = 4096;

// A program whose standard output is a pipe that nobody reads. Killed when destroyed.
class Unread {
 public:
  // `terminal`: it has one, to ask for a passphrase on. `full`: not a byte fits into the pipe.
  Unread(const std::vector<std::string>& argv, bool terminal, bool full) {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    read_ = ends[0];
    int input[2];
    REQUIRE(::pipe2(input, O_CLOEXEC) == 0);
    input_ = input[1];
    const int size = ::fcntl(ends[1], F_SETPIPE_SZ, kPageOfPipe);
    if (full) {
      const std::string filling(static_cast<std::size_t>(size), 'x');
      REQUIRE(::write(ends[1], filling.data(), filling.size()) == size);
    }
    std::vector<char*> arguments;
    for (const std::string& argument : argv)
      arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    pid_ = terminal ? ::forkpty(&terminal_, nullptr, nullptr, nullptr) : ::fork();
    if (pid_ == 0) {
      const int nowhere = ::open("/dev/null", O_RDWR);
      if (!terminal) ::dup2(input[0], 0);
      ::dup2(ends[1], 1);
      ::dup2(nowhere, 2);
      ::execv(arguments[0], arguments.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    ::close(input[0]);
    REQUIRE(pid_ > 0);
  }
  Unread(const Unread&) = delete;
  Unread& operator=(const Unread&) = delete;
  ~Unread() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::close(read_);
    ::close(input_);
    if (terminal_ >= 0) ::close(terminal_);
  }

  std::string proc() const { return "/proc/" + std::to_string(pid_); }

  void type(std::string_view text) {
    std::string seen;
    while (seen.find("Passphrase") == std::string::npos) {
      char byte = 0;
      REQUIRE(::read(terminal_, &byte, 1) == 1);
      seen += byte;
    }
    REQUIRE(::write(terminal_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  // One line of its input; until it waits for the next, what it writes being taken from it.
  void say(const std::string& line) const {
    REQUIRE(::write(input_, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
    const double until = seconds_now() + 120;
    for (int quiet = 0; quiet < 20; sleep_for(0.01)) {
      REQUIRE(seconds_now() < until);
      pollfd waited{read_, POLLIN, 0};
      char taken[4096];
      const bool wrote = ::poll(&waited, 1, 0) == 1 && ::read(read_, taken, sizeof taken) > 0;
      quiet = !wrote && asleep() ? quiet + 1 : 0;
    }
  }
  // Until it has written something.
  void wait_for_output() const {
    pollfd waited{read_, POLLIN, 0};
    REQUIRE(::poll(&waited, 1, 120'000) == 1);
    REQUIRE((waited.revents & POLLIN) != 0);
  }
  // Until it sleeps, as a program does that waits for a full pipe, each time it is looked at.
  void wait_for_sleep() const {
    const double until = seconds_now() + 120;
    for (int times = 0; times < 20; sleep_for(0.01)) {
      REQUIRE(seconds_now() < until);
      times = asleep() ? times + 1 : 0;
    }
  }
  bool asleep() const {
    const std::string stat = text_of("/stat");
    const std::size_t at = stat.rfind(") ");
    REQUIRE(at != std::string::npos);
    REQUIRE(stat[at + 2] != 'Z');  // it ended instead
    return stat[at + 2] == 'S';
  }
  std::string text_of(const std::string& file) const {
    std::ifstream in(proc() + file);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  // Findings, or nullopt where not even the same user may look: PR_SET_DUMPABLE keeps all out but
  // root.
  std::optional<std::vector<std::string>> find(const std::vector<Needle>& needles) const {
    if (::geteuid() != 0) {
      CHECK(::access((proc() + "/mem").c_str(), R_OK) != 0);
      return std::nullopt;
    }
    return found_in_memory(proc(), needles);
  }

 private:
  pid_t pid_ = -1;
  int read_ = -1;
  int input_ = -1;
  int terminal_ = -1;
};

struct Fixture : CheapVault {
  std::vector<Needle> words = needles_of_passphrase("passphrase", as_bytes(kPassphrase));

  // More than fits into the pipe and the program's own buffers.
  Fixture() {
    Vault vault = open();
    Tx tx(vault.db());
    vault.db().execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
        "INSERT INTO records(id, kind, title, date, head, heads, created, updated, complete, tags) "
        "SELECT printf('0b5d8d1c-5a0e-4c8f-9a57-%012d', i), 'incident', printf('%0100d', i), '', "
        "'', 1, '', '', 0, '' "
        "FROM n");
    vault.db().execute(
        "INSERT INTO record_filters(number, kind, state, date, author) "
        "SELECT number, kind, 'local', date, author FROM records");
    tx.commit();
  }
  std::vector<std::string> list(bool with_file) const {
    std::vector<std::string> argv{DEPONE_BIN "/depone", "--vault", dir.string(), "list", "--json"};
    if (with_file) argv.insert(argv.end(), {"--passphrase-file", passphrase_file.string()});
    return argv;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture,
                 "A passphrase from a file is nowhere in the memory of an unlocked program",
                 "[memory]") {
  Unread program(list(true), false, false);
  program.wait_for_output();
  const auto found = program.find(words);
  CHECK(found.value_or(std::vector<std::string>{}) == std::vector<std::string>{});
}

TEST_CASE_METHOD(Fixture,
                 "A passphrase that was typed is nowhere in the memory of an unlocked program",
                 "[memory]") {
  Unread program(list(false), true, false);
  program.type(std::string(kPassphrase) + "\n");
  program.wait_for_output();
  const auto found = program.find(words);
  CHECK(found.value_or(std::vector<std::string>{}) == std::vector<std::string>{});
}

TEST_CASE_METHOD(Fixture, "After lock, a shell holds neither database key nor identity",
                 "[memory]") {
  std::vector<Needle> keys;
  const auto remember = [&](const std::string& name, ByteView key) {
    for (Needle& needle : needles_of_key(name, key)) keys.push_back(std::move(needle));
  };
  remember(
      "database key",
      keys_with_passphrase(read_headers(dir).header, as_bytes(kPassphrase)).front().key.reveal());
  const Identity identity = Identity::from_seed(seed_of(1));
  remember("bundle key", identity.bundle.seed().reveal());
  remember("request key", identity.request.seed().reveal());
  remember("recipient", identity.recipient.seed().reveal());

  const Unread shell({DEPONE_BIN "/depone", "--vault", dir.string(), "--passphrase-file",
                      passphrase_file.string(), "shell"},
                     false, false);
  shell.say("list --limit 3\n");
  const auto before = shell.find(keys);
  CHECK((!before || !before->empty()));
  shell.say("lock\n");
  CHECK(shell.find(keys).value_or(std::vector<std::string>{}) == std::vector<std::string>{});
}

// The look from outside is right: the name of the vault, an argument, is found there.
TEST_CASE_METHOD(Fixture, "What is in a program's memory is found there, by root only",
                 "[memory]") {
  Unread program(list(true), false, false);
  program.wait_for_output();
  const auto found = program.find(needles_of_passphrase("argument", as_bytes(dir.string())));
  CHECK((!found || !found->empty()));
}

TEST_CASE("All three programs forbid core dumps before they do anything", "[memory]") {
  for (const char* name : {"/depone", "/depone-relay", "/depone-audit"}) {
    INFO(name);
    const Unread program({std::string(DEPONE_BIN) + name, "--help"}, false, true);
    program.wait_for_sleep();
    const std::string limits = program.text_of("/limits");
    const std::size_t at = limits.find("Max core file size");
    REQUIRE(at != std::string::npos);
    std::istringstream values(limits.substr(at + std::string_view("Max core file size").size()));
    std::string soft, hard;
    values >> soft >> hard;
    CHECK(soft == "0");
    CHECK(hard == "0");
    // What is not dumpable belongs to root.
    struct stat info {};
    REQUIRE(::stat(program.proc().c_str(), &info) == 0);
    CHECK(info.st_uid == 0);
  }
}

// The sanitizers' mlock() does nothing, and never fails.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("All three programs warn where memory can't be locked, and go on", "[memory]") {
  // Root may lock whatever the limit says, unless the right to is taken away.
  const std::string run =
      ::geteuid() == 0 ? "exec setpriv --bounding-set=-ipc_lock \"$@\"" : "exec \"$@\"";
  for (const char* name : {"/depone", "/depone-relay", "/depone-audit"}) {
    INFO(name);
    const ProcessResult ran = run_process({"/bin/sh", "-c", "ulimit -l 0; " + run, "sh",
                                           std::string(DEPONE_BIN) + name, "--version"});
    CHECK(ran.status == 0);
    CHECK_THAT(ran.err, ContainsSubstring("does not let memory be locked"));
    CHECK_THAT(ran.err, ContainsSubstring("swap"));
  }
}

TEST_CASE("What can't be locked later on is said as well", "[memory]") {
  // Room for what is tried at the start, and for no vault's keys.
  const CheapVault vault;
  const std::string run =
      ::geteuid() == 0 ? "exec setpriv --bounding-set=-ipc_lock \"$@\"" : "exec \"$@\"";
  const ProcessResult ran = run_process(
      {"/bin/sh", "-c", "ulimit -l 8; " + run, "sh", DEPONE_BIN "/depone", "--vault",
       vault.dir.string(), "--passphrase-file", vault.passphrase_file.string(), "list"});
  CHECK(ran.status == 0);
  CHECK_THAT(ran.err, ContainsSubstring("does not let memory be locked"));
}
#endif

TEST_CASE("Nothing is said of memory where it can be locked", "[memory]") {
  const ProcessResult ran = run_process({DEPONE_BIN "/depone", "--version"});
  CHECK(ran.status == 0);
  CHECK(ran.err == "");
}

TEST_CASE("Secrets work where memory can't be locked", "[memory]") {
  const CheapVault vault;
  const std::string run =
      ::geteuid() == 0 ? "exec setpriv --bounding-set=-ipc_lock \"$@\"" : "exec \"$@\"";
  const ProcessResult ran =
      run_process({"/bin/sh", "-c", "ulimit -l 0; " + run, "sh", DEPONE_BIN "/depone", "--vault",
                   vault.dir, "--passphrase-file", vault.passphrase_file, "key", "show"});
  CHECK(ran.status == 0);
}

}  // namespace depone::testing
