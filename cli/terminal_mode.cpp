#include "cli/terminal_mode.h"

#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <string_view>

#include "crypto/error.h"

namespace depone::cli {

namespace {

constexpr std::string_view kMarkPastes = "\x1b[?2004h";
constexpr std::string_view kDoNotMarkPastes = "\x1b[?2004l";

volatile std::sig_atomic_t signal_came = 0;

void note_signal(int) { signal_came = 1; }

// Where it fails the terminal has gone, which the next read says.
void tell(int fd, std::string_view sequence) {
  [[maybe_unused]] const ssize_t written = ::write(fd, sequence.data(), sequence.size());
}

}  // namespace

EndingSignals::EndingSignals() {
  signal_came = 0;
  struct sigaction action {};
  action.sa_handler = note_signal;
  for (std::size_t i = 0; i < kCount; ++i) ::sigaction(kSignals[i], &action, &before_[i]);
}

EndingSignals::~EndingSignals() {
  for (std::size_t i = 0; i < kCount; ++i) ::sigaction(kSignals[i], &before_[i], nullptr);
}

bool EndingSignals::came() { return signal_came != 0; }

bool wait_for_key(int fd, const Waiting& waiting) {
  constexpr int kTickMilliseconds = 1000;
  if (waiting.tick) waiting.tick();
  struct pollfd waited {
    fd, POLLIN, 0
  };
  const bool ready = ::poll(&waited, 1, kTickMilliseconds) > 0;
  if (waiting.tick) waiting.tick();
  if (ready && waiting.typed) waiting.typed();
  return ready;
}

TypingMode::TypingMode(int fd) : fd_(fd) {
  if (::tcgetattr(fd, &before_) != 0) throw Error(Code::io, "the terminal does not answer");
  struct termios typing = before_;
  typing.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
  typing.c_iflag &= ~static_cast<tcflag_t>(IXON | ISTRIP | INLCR | IGNCR);
  typing.c_iflag |= ICRNL;
  typing.c_cc[VMIN] = 1;
  typing.c_cc[VTIME] = 0;
  if (::tcsetattr(fd, TCSADRAIN, &typing) != 0)
    throw Error(Code::io, "the terminal can't be told to give keys one by one");
  tell(fd, kMarkPastes);
}

TypingMode::~TypingMode() {
  tell(fd_, kDoNotMarkPastes);
  ::tcsetattr(fd_, TCSADRAIN, &before_);
}

}  // namespace depone::cli
