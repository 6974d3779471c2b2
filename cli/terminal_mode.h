#pragma once

#include <signal.h>
#include <termios.h>

#include <cstddef>

#include "cli/context.h"

namespace depone::cli {

// Clears the screen, and what has scrolled off it.
inline constexpr std::string_view kClearAll = "\x1b[H\x1b[2J\x1b[3J";

// While there is one, signals that end the program interrupt a read instead (EINTR), so that the
// terminal can be put back first.
class EndingSignals {
 public:
  EndingSignals();
  EndingSignals(const EndingSignals&) = delete;
  EndingSignals& operator=(const EndingSignals&) = delete;
  ~EndingSignals();
  // Whether one came since the newest of these was made.
  static bool came();

 private:
  static constexpr std::size_t kCount = 4;
  static constexpr int kSignals[kCount] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
  struct sigaction before_[kCount] = {};
};

// Waits until there is something to read, a second at most or until a signal comes; false where
// there is nothing yet.
bool wait_for_key(int fd, const Waiting& waiting);

// While there is one, keys come one by one and unseen, Ctrl-C among them, and what is pasted comes
// between marks. What was typed ahead is kept. Code::io where the terminal does not answer.
class TypingMode {
 public:
  explicit TypingMode(int fd);
  TypingMode(const TypingMode&) = delete;
  TypingMode& operator=(const TypingMode&) = delete;
  ~TypingMode();

 private:
  int fd_;
  struct termios before_ {};
};

}  // namespace depone::cli
