#include "cli/line_reader.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "cli/context.h"
#include "cli/line_buffer.h"
#include "cli/terminal_mode.h"
#include "cli/text.h"
#include "crypto/error.h"

namespace depone::cli {

namespace {

constexpr std::string_view kClearBelow = "\x1b[J";

std::string moved(std::size_t by, char direction) {
  return by == 0 ? "" : "\x1b[" + std::to_string(by) + direction;
}

// Puts characters into rows. The last column stays empty: terminals differ in where the cursor
// stands after a character in it.
class Rows {
 public:
  explicit Rows(std::size_t columns) : width_(std::max<std::size_t>(columns, 8) - 1) {}

  void add(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const Character c = character_at(text, at);
      put(text.substr(at, c.length), columns_of_character(c.code));
      at += c.length;
    }
  }
  void mark() {
    line_.cursor_row = line_.rows.size() - 1;
    line_.cursor_column = used_;
    // A cursor behind the last column stands at the beginning of the next row.
    if (used_ < width_) return;
    next_row();
    ++line_.cursor_row;
    line_.cursor_column = 0;
  }
  DrawnLine take() { return std::move(line_); }

 private:
  void put(std::string_view character, std::size_t columns) {
    if (used_ + columns > width_) next_row();
    line_.rows.back().append(character);
    used_ += columns;
  }
  void next_row() {
    line_.rows.emplace_back();
    used_ = 0;
  }
  std::size_t width_;
  std::size_t used_ = 0;
  DrawnLine line_{{std::string()}};
};

[[noreturn]] void interrupted() { throw Error(Code::interrupted, "interrupted"); }

}  // namespace

DrawnLine draw_line(std::string_view prompt, std::string_view text, std::size_t cursor,
                    std::size_t columns) {
  Rows rows(columns);
  rows.add(prompt);
  rows.add(printable(text.substr(0, cursor)));
  rows.mark();
  rows.add(printable(text.substr(cursor)));
  return rows.take();
}

TerminalSize terminal_size(int fd) {
  struct winsize size {};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col < 8 || size.ws_row < 4) return {};
  return {size.ws_col, size.ws_row};
}

void write_to_terminal(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw Error(Code::io, "the terminal went away");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::optional<std::string> LineReader::read(std::string_view prompt, std::string_view present) {
  LineBuffer line;
  row_ = 0;
  show(prompt, "", 0);
  while (true) {
    if (ahead_.empty()) more();
    std::string_view bytes = ahead_;
    const LineBuffer::Event event = line.feed(bytes);
    ahead_.erase(0, ahead_.size() - bytes.size());
    if (event == LineBuffer::Event::recall) line.set(present);
    const bool ended = event != LineBuffer::Event::none && event != LineBuffer::Event::recall;
    show(prompt, line.text(), ended ? line.text().size() : line.cursor());
    if (!ended) continue;
    write_to_terminal(fd_, "\r\n");
    if (event == LineBuffer::Event::interrupt) interrupted();
    if (event == LineBuffer::Event::end_of_input) return std::nullopt;
    lost_ = line.lost_bytes();
    full_ = line.full();
    return line.text();
  }
}

void LineReader::more() {
  char bytes[4096];
  ssize_t got = -1;
  do {
    do {
      if (EndingSignals::came()) interrupted();
    } while (!wait_for_key(fd_, waiting_));
    got = ::read(fd_, bytes, sizeof bytes);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) interrupted();
  ahead_.assign(bytes, static_cast<std::size_t>(got));
}

// Draws the whole line again: what a character does to its neighbours (Arabic, Burmese, marks) is
// the terminal's to know.
void LineReader::show(std::string_view prompt, std::string_view text, std::size_t cursor) {
  const TerminalSize size = terminal_size(fd_);
  DrawnLine line = draw_line(prompt, text, cursor, size.columns);
  // Of a line that is higher than the screen, the part around the cursor.
  const std::size_t height = size.rows - 1;
  const std::size_t first = line.cursor_row < height ? 0 : line.cursor_row - height + 1;
  const std::size_t last = std::min(line.rows.size(), first + height);
  std::string out = moved(row_, 'A') + "\r" + std::string(kClearBelow);
  for (std::size_t row = first; row < last; ++row) {
    if (row > first) out += "\r\n";
    out += line.rows[row];
  }
  out += moved(last - 1 - line.cursor_row, 'A') + "\r" + moved(line.cursor_column, 'C');
  row_ = line.cursor_row - first;
  write_to_terminal(fd_, out);
}

}  // namespace depone::cli
