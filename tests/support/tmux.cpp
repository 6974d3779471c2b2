#include "tests/support/tmux.h"

#include <signal.h>

#include <stdexcept>

#include "tests/support/child.h"
#include "tests/support/process.h"

namespace depone::testing {

namespace {

constexpr double kLongest = 60;

std::string quoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

Tmux::Tmux(const std::vector<std::string>& argv) {
  // tmux tells how a program ended in some races only: a shell around it writes that down.
  const std::string status = quoted(dir_ / "status");
  std::string command = "sh -c 'echo $$ > " + (dir_ / "pid").string() + "; exec \"$@\"' sh";
  for (const std::string& word : argv) command += " " + quoted(word);
  command += "; echo $? > " + status + ".new; mv " + status + ".new " + status + "; exec sleep 600";
  run({"-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", command});
}

Tmux::~Tmux() {
  try {
    run({"kill-server"});
  } catch (const std::exception&) {  // it is gone already
  }
}

std::string Tmux::run(std::vector<std::string> arguments, const std::string& input) const {
  const std::vector<std::string> begin{"/usr/bin/tmux", "-u", "-S", dir_ / "socket"};
  arguments.insert(arguments.begin(), begin.begin(), begin.end());
  const ProcessResult ran = run_process(arguments, input);
  if (ran.status != 0) throw std::runtime_error("tmux: " + ran.err);
  return ran.out;
}

void Tmux::type(const std::string& text) const { run({"send-keys", "-l", "--", text}); }

void Tmux::press(const std::string& key) const { run({"send-keys", key}); }

void Tmux::paste(const std::string& text) const {
  run({"load-buffer", "-"}, text);
  run({"paste-buffer", "-p", "-r"});
}

std::vector<std::string> Tmux::screen() const {
  const std::string captured = run({"capture-pane", "-p"});
  std::vector<std::string> rows;
  for (const std::string_view row : split(captured, '\n')) rows.emplace_back(row);
  return rows;
}

std::string Tmux::text() const {
  std::string text;
  for (const std::string& row : screen()) text += row + "\n";
  return text;
}

std::string Tmux::with_scrollback() const { return run({"capture-pane", "-p", "-S", "-"}); }

void Tmux::wait_for(const std::string& text) const {
  const double until = seconds_now() + kLongest;
  std::string seen;
  while (seconds_now() < until) {
    seen = this->text();
    if (seen.find(text) != std::string::npos) return;
    sleep_for(0.03);
  }
  throw std::runtime_error("'" + text + "' did not come; the screen is:\n" + seen);
}

int Tmux::wait_for_end() const {
  const double until = seconds_now() + kLongest;
  while (seconds_now() < until) {
    if (fs::exists(dir_ / "status")) return std::stoi(read_text(dir_ / "status", 16));
    sleep_for(0.03);
  }
  throw std::runtime_error("the program did not end; the screen is:\n" + text());
}

void Tmux::kill() const { ::kill(std::stoi(read_text(dir_ / "pid", 16)), SIGKILL); }

}  // namespace depone::testing
