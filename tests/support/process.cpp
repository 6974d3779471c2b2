#include "tests/support/process.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <stdexcept>

namespace depone::testing {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kLongest{120};

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  int fd() const { return fd_; }
  void set(int fd) { fd_ = fd; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

struct Pipe {
  Descriptor read, write;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    read.set(ends[0]);
    write.set(ends[1]);
  }
};

[[noreturn]] void become(const std::vector<std::string>& argv,
                         const std::map<std::string, std::string>& env) {
  ::unsetenv("DEPONE_VAULT");
  ::unsetenv("XDG_DATA_HOME");
  for (const auto& [name, value] : env) ::setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::execv(arguments[0], arguments.data());
  ::_exit(127);
}

// The process, ended by force unless it was waited for.
class Running {
 public:
  explicit Running(pid_t pid) : pid_(pid) {
    if (pid < 0) throw std::runtime_error("no process");
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  pid_t pid_;
};

// What has come; false at the end.
bool take(int fd, std::string& into) {
  char buffer[65536];
  const ssize_t got = ::read(fd, buffer, sizeof buffer);
  if (got > 0) into.append(buffer, static_cast<std::size_t>(got));
  return got > 0 || (got < 0 && errno == EINTR);
}

void wait_for(std::vector<pollfd>& waited, Clock::time_point until) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
  if (left <= 0) throw std::runtime_error("the program did not end in time");
  if (::poll(waited.data(), waited.size(), static_cast<int>(left)) < 0 && errno != EINTR) {
    throw std::runtime_error("poll failed");
  }
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& argv, const std::string& input,
                          const std::map<std::string, std::string>& env) {
  ::signal(SIGPIPE, SIG_IGN);  // a program may end without reading its input
  Pipe in, out, err;
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::setsid();
    ::dup2(in.read.fd(), 0);
    ::dup2(out.write.fd(), 1);
    ::dup2(err.write.fd(), 2);
    become(argv, env);
  }
  Running running(pid);
  in.read.close();
  out.write.close();
  err.write.close();
  ::fcntl(in.write.fd(), F_SETFL, O_NONBLOCK);

  ProcessResult result;
  const auto until = Clock::now() + kLongest;
  std::size_t written = 0;
  if (input.empty()) in.write.close();
  while (out.read.fd() >= 0 || err.read.fd() >= 0) {
    std::vector<pollfd> waited{
        {out.read.fd(), POLLIN, 0}, {err.read.fd(), POLLIN, 0}, {in.write.fd(), POLLOUT, 0}};
    wait_for(waited, until);
    if (waited[0].revents != 0 && !take(out.read.fd(), result.out)) out.read.close();
    if (waited[1].revents != 0 && !take(err.read.fd(), result.err)) err.read.close();
    if (waited[2].revents != 0) {
      const ssize_t put = ::write(in.write.fd(), input.data() + written, input.size() - written);
      if (put > 0) written += static_cast<std::size_t>(put);
      if ((put < 0 && errno != EAGAIN && errno != EINTR) || written == input.size())
        in.write.close();
    }
  }
  result.status = running.wait();
  return result;
}

ProcessResult run_on_terminal(
    const std::vector<std::string>& argv,
    const std::vector<std::pair<std::string, std::string>>& questions_and_answers) {
  int terminal = -1;
  const pid_t pid = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  if (pid == 0) become(argv, {});
  Running running(pid);
  const Descriptor screen(terminal);

  ProcessResult result;
  const auto until = Clock::now() + kLongest;
  std::size_t seen = 0;
  auto next = questions_and_answers.begin();
  bool open = true;
  while (open) {
    std::vector<pollfd> waited{{screen.fd(), POLLIN, 0}};
    wait_for(waited, until);
    if (waited[0].revents != 0) open = take(screen.fd(), result.out);
    if (next == questions_and_answers.end()) continue;
    const std::size_t at = result.out.find(next->first, seen);
    if (at == std::string::npos) continue;
    seen = at + next->first.size();
    const std::string& answer = next->second;
    if (::write(screen.fd(), answer.data(), answer.size()) != static_cast<ssize_t>(answer.size()))
      break;
    ++next;
  }
  result.status = running.wait();
  return result;
}

}  // namespace depone::testing
