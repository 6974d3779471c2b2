#include "cli/dialogue.h"

#include <fcntl.h>
#include <unistd.h>

#include <istream>

#include "cli/line_reader.h"
#include "cli/output.h"
#include "cli/terminal_mode.h"
#include "cli/text.h"
#include "crypto/error.h"
#include "store/evidence/evidence.h"
#include "store/file.h"

namespace depone::cli {

namespace {

constexpr std::size_t kReadable = 100;

class TerminalDialogue : public Dialogue {
 public:
  explicit TerminalDialogue(const Context& context)
      : file_(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)),
        mode_(opened(file_)),
        editor_(file_.fd(), context.waiting) {}

  void clear() override { write_to_terminal(file_.fd(), kClearAll); }
  void say(std::string_view text) override {
    for (const std::string& line : wrapped(text, columns()))
      write_to_terminal(file_.fd(), line + "\r\n");
  }
  std::optional<std::string> ask(std::string_view prompt, std::string_view present) override {
    while (true) {
      auto answer = editor_.read(prompt, present);
      if (!answer || (!editor_.lost_bytes() && !editor_.was_full())) return answer;
      say(editor_.was_full() ? "A field holds 1 MiB of text; what is more was left out. Once more:"
                             : "Some of this was not UTF-8, or no character; it was left out. Set "
                               "the terminal to UTF-8. Once more:");
    }
  }
  bool can_ask_again() const override { return true; }
  std::size_t columns() const override { return terminal_size(file_.fd()).columns - 1; }
  std::size_t rows() const override { return terminal_size(file_.fd()).rows; }

 private:
  static int opened(const File& file) {
    if (!file) throw Error(Code::usage, "there is no terminal to ask on");
    return file.fd();
  }
  File file_;
  EndingSignals signals_;
  TypingMode mode_;
  LineReader editor_;
};

class PipeDialogue : public Dialogue {
 public:
  explicit PipeDialogue(Context& context) : in_(context.in), out_(context.err) {}

  void clear() override {}
  void say(std::string_view text) override {
    for (const std::string& line : wrapped(text, columns())) out_ << line << '\n';
  }
  std::optional<std::string> ask(std::string_view prompt, std::string_view) override {
    out_ << prompt << '\n' << std::flush;
    ++number_;
    std::string line;
    char c = 0;
    bool any = false;
    while (in_.get(c)) {
      any = true;
      if (c == '\n') break;
      if (line.size() == kMaxFieldText) refuse("is longer than the 1 MiB that a field holds");
      line += c;
    }
    if (!any) return std::nullopt;
    if (line.ends_with('\r')) line.pop_back();
    if (!is_utf8(as_bytes(line)) || line.find('\0') != std::string::npos)
      refuse("is not UTF-8, or holds a zero character");
    return line;
  }
  bool can_ask_again() const override { return false; }
  std::size_t columns() const override { return kReadable; }
  std::size_t rows() const override { return 1000; }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    throw Error(Code::invalid, "this answer " + why,
                "standard input, line " + std::to_string(number_));
  }
  std::istream& in_;
  std::ostream& out_;
  std::size_t number_ = 0;
};

}  // namespace

std::unique_ptr<Dialogue> dialogue_for(Context& context) {
  if (context.in_is_terminal) return std::make_unique<TerminalDialogue>(context);
  return std::make_unique<PipeDialogue>(context);
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  for (std::string_view rest : split(text, '\n')) {
    const std::string indent(rest.substr(0, rest.find_first_not_of(' ')).size(), ' ');
    bool first = true;
    while (true) {
      const std::string begin = first ? "" : indent;
      std::size_t used = columns_of(begin);
      std::size_t at = 0;
      std::size_t space = 0;  // the last one to break at
      while (at < rest.size()) {
        const Character c = character_at(rest, at);
        const std::size_t width = columns_of_character(c.code);
        if (used + width > columns && at > 0) break;
        if (rest[at] == ' ' && (!first || at >= indent.size())) space = at;
        used += width;
        at += c.length;
      }
      if (at == rest.size()) {
        lines.push_back(begin + std::string(rest));
        break;
      }
      const std::size_t end = rest[at] == ' ' || space == 0 ? at : space;
      lines.push_back(begin + std::string(rest.substr(0, end)));
      rest.remove_prefix(end);
      while (rest.starts_with(' ')) rest.remove_prefix(1);
      if (rest.empty()) break;
      first = false;
    }
  }
  return lines;
}

}  // namespace depone::cli
