#include "cli/terminal.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "cli/terminal_mode.h"
#include "crypto/error.h"

namespace depone::cli {

namespace {

constexpr std::size_t kMaxLine = 4096;

[[noreturn]] void interrupted() {
  throw Error(Code::interrupted, "interrupted; nothing was changed");
}

// Characters as they are typed, unseen; Ctrl-C is a character too.
class HiddenMode {
 public:
  explicit HiddenMode(int fd) : fd_(fd) {
    if (::tcgetattr(fd, &before_) != 0) throw Error(Code::io, "the terminal does not answer");
    struct termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | ISIG);
    hidden.c_cc[VMIN] = 1;
    hidden.c_cc[VTIME] = 0;
    if (::tcsetattr(fd, TCSAFLUSH, &hidden) != 0)
      throw Error(Code::io, "the terminal can't be told not to show typing");
  }
  HiddenMode(const HiddenMode&) = delete;
  HiddenMode& operator=(const HiddenMode&) = delete;
  ~HiddenMode() { ::tcsetattr(fd_, TCSAFLUSH, &before_); }

 private:
  int fd_;
  struct termios before_ {};
};

// Takes the last character away, all bytes of it.
std::size_t without_last(ByteView typed) {
  std::size_t length = typed.size();
  while (length > 0 && (typed[--length] & 0xc0) == 0x80) {
  }
  return length;
}

}  // namespace

Terminal::Terminal(const std::string& without)
    : file_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
  if (!file_) throw Error(Code::usage, without);
}

void Terminal::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file_.fd(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw Error(Code::io, "the terminal went away");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

SecretBytes Terminal::read_hidden(std::string_view prompt, const Waiting& waiting) {
  SecretBytes typed(kMaxLine);
  std::size_t length = 0;
  {
    const EndingSignals signals;
    const HiddenMode mode(file_.fd());
    write(prompt);
    SecretBytes key(1);
    while (true) {
      while (!EndingSignals::came() && !wait_for_key(file_.fd(), waiting)) {
      }
      const ssize_t got = EndingSignals::came() ? -1 : ::read(file_.fd(), key.reveal().data(), 1);
      const std::uint8_t byte = key.reveal()[0];
      if (got <= 0 || byte == 3 || byte == 28 || (byte == 4 && length == 0)) {
        write("\n");
        interrupted();
      }
      if (byte == '\n' || byte == '\r' || byte == 4) break;
      if (byte == 127 || byte == 8) {
        length = without_last(typed.reveal().first(length));
      } else if (byte == 21) {
        length = 0;
      } else if (length < typed.size()) {
        typed.reveal()[length++] = byte;
      }
    }
    write("\n");
  }
  typed.truncate(length);
  return typed;
}

std::string Terminal::read_line(std::string_view prompt, const Waiting& waiting) {
  write(prompt);
  std::string line;
  while (line.size() < kMaxLine) {
    char byte = 0;
    if (!wait_for_key(file_.fd(), waiting)) continue;
    const ssize_t got = ::read(file_.fd(), &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) interrupted();
    if (byte == '\n') break;
    line += byte;
  }
  return line;
}

}  // namespace depone::cli
