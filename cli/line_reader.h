#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/context.h"

namespace depone::cli {

// A line as it stands on a screen: rows of less than `columns` columns, and where the cursor is.
// What steers a terminal is made visible.
struct DrawnLine {
  std::vector<std::string> rows;
  std::size_t cursor_row = 0;
  std::size_t cursor_column = 0;
};
DrawnLine draw_line(std::string_view prompt, std::string_view text, std::size_t cursor,
                    std::size_t columns);

// Reads lines from a terminal in TypingMode. Why not the kernel's own line editing: it cuts a line
// at 4,095 bytes and takes back one column of a wide character; and not libedit (3.1-20221030,
// tried): it drops vowel marks from the screen when it draws an Arabic line again, keeps what was
// typed in buffers that are not ours, and depends on the locale. Nothing is remembered from one
// line to the next.
class LineReader {
 public:
  explicit LineReader(int fd, Waiting waiting = {}) : fd_(fd), waiting_(std::move(waiting)) {}

  // What is typed until Enter. Tab in an empty line brings `present` into it. nullopt: Ctrl-D in an
  // empty line. Code::interrupted for Ctrl-C, a signal that ends the program (EndingSignals) and a
  // terminal that goes away.
  std::optional<std::string> read(std::string_view prompt, std::string_view present);
  // Whether of the last line bytes were left out: not UTF-8, or beyond what a field can hold.
  bool lost_bytes() const { return lost_; }
  bool was_full() const { return full_; }

 private:
  void show(std::string_view prompt, std::string_view text, std::size_t cursor);
  void more();
  int fd_;
  Waiting waiting_;
  std::string ahead_;  // typed, not yet taken
  bool lost_ = false;
  bool full_ = false;
  std::size_t row_ = 0;  // of the cursor, below the first row that was drawn
};

// Columns and rows of a terminal; 80 and 24 where it does not say.
struct TerminalSize {
  std::size_t columns = 80;
  std::size_t rows = 24;
};
TerminalSize terminal_size(int fd);
// Code::io where the terminal went away.
void write_to_terminal(int fd, std::string_view text);

}  // namespace depone::cli
