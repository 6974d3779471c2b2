#pragma once

#include <string>
#include <vector>

#include "tests/store/vault_fixture.h"

namespace depone::testing {

// A real terminal of 80 columns and 24 rows (tmux, in UTF-8), with one program in it; the screen
// stays when the program has ended. tmux is ended with the test.
class Tmux {
 public:
  // argv[0] is a path.
  explicit Tmux(const std::vector<std::string>& argv);
  Tmux(const Tmux&) = delete;
  Tmux& operator=(const Tmux&) = delete;
  ~Tmux();

  void type(const std::string& text) const;  // as a keyboard sends it
  void press(const std::string& key) const;  // "Enter", "BSpace", "Left", "C-c"
  void answer(const std::string& text) const {
    type(text);
    press("Enter");
  }
  void paste(const std::string& text) const;  // as a terminal pastes: marked where asked for
  std::vector<std::string> screen() const;    // its rows, without spaces at their ends
  std::string text() const;                   // the same, LF after each
  std::string with_scrollback() const;        // what can be scrolled back to, too
  // Waits until this stands on the screen; an exception after a minute.
  void wait_for(const std::string& text) const;
  // Waits until the program has ended: its exit status, 128 + signal.
  int wait_for_end() const;
  void kill() const;  // SIGKILL to the program

 private:
  std::string run(std::vector<std::string> arguments, const std::string& input = {}) const;
  TempDir dir_;
};

}  // namespace depone::testing
