#include "cli/change_lines.h"

#include "cli/context.h"
#include "cli/text.h"
#include "crypto/bytes.h"
#include "store/records/text_diff.h"

namespace depone::cli {

namespace {

constexpr std::size_t kContext = 40;  // characters of unchanged text left at either side

std::size_t forward(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  while (characters-- > 0 && at < text.size()) at += character_at(text, at).length;
  return at;
}

std::size_t characters_in(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) at += character_at(text, at).length;
  return count;
}

// What of an unchanged run is shown: its ends, those that border on something changed.
std::string shortened(std::string_view text, bool begins_line, bool ends_line) {
  const std::size_t length = characters_in(text);
  const std::size_t kept = (begins_line ? 0 : kContext) + (ends_line ? 0 : kContext);
  if (length <= kept + kContext / 2) return printable(text);
  std::string out;
  if (!begins_line) out += printable(text.substr(0, forward(text, kContext)));
  out += "…";
  if (!ends_line) out += printable(text.substr(forward(text, length - kContext)));
  return out;
}

// One line in the making, as it was and as it is.
class Lines {
 public:
  void same(std::string_view text) {
    while (true) {
      const std::size_t end = text.find('\n');
      add_same(text.substr(0, end), end != std::string_view::npos);
      if (end == std::string_view::npos) return;
      end_line();
      text.remove_prefix(end + 1);
    }
  }

  void changed(std::string_view before, std::string_view after) {
    const auto breaks = [](std::string_view text) { return text.empty() || text.front() == '\n'; };
    const auto ends = [](std::string_view text) { return text.empty() || text.back() == '\n'; };
    // What is only after the end of a line, or only whole lines, leaves the line itself as it is.
    if (!line_changed_ && !(minus_.empty() && plus_.empty() && pending_.empty()) &&
        breaks(before) && breaks(after)) {
      end_line();
      if (!before.empty()) before.remove_prefix(1);
      if (!after.empty()) after.remove_prefix(1);
    }
    if (minus_.empty() && plus_.empty() && pending_.empty() && ends(before) && ends(after)) {
      flush_gap();
      whole_lines("- ", before);
      whole_lines("+ ", after);
      return;
    }
    flush_pending(false);
    line_changed_ = true;
    add_marked(minus_, before, "[-", "-]");
    add_marked(plus_, after, "{+", "+}");
  }

  std::vector<std::string> finish() {
    if (line_changed_) flush_pending(true);
    end_line();
    return std::move(lines_);
  }

 private:
  void add_same(std::string_view text, bool ends_line) {
    pending_ += text;
    if (line_changed_ && ends_line) flush_pending(true);
  }

  void flush_pending(bool ends_line) {
    if (pending_.empty()) return;
    const std::string text = shortened(pending_, !line_changed_, ends_line);
    minus_ += text;
    plus_ += text;
    pending_.clear();
  }

  static void add_marked(std::string& line, std::string_view text, std::string_view open,
                         std::string_view close) {
    bool first = true;
    for (const std::string_view part : split(text, '\n')) {
      if (!first) line += '\n';
      first = false;
      if (part.empty()) continue;
      line += open;
      line += printable(part);
      line += close;
    }
  }

  void flush_gap() {
    if (gap_ && !lines_.empty()) lines_.emplace_back("…");
    gap_ = false;
  }

  void whole_lines(const std::string& mark, std::string_view text) {
    if (text.empty()) return;
    if (text.back() == '\n') text.remove_suffix(1);
    for (const std::string_view line : split(text, '\n')) lines_.push_back(mark + printable(line));
  }

  // A line that is one marked piece needs no marks.
  static std::string unmarked(std::string_view line, std::string_view open,
                              std::string_view close) {
    if (!line.starts_with(open) || line.find(close) != line.size() - close.size())
      return std::string(line);
    return std::string(line.substr(open.size(), line.size() - open.size() - close.size()));
  }

  void end_line() {
    if (!line_changed_) {
      gap_ = true;
    } else {
      flush_gap();
      for (const std::string_view line : split(minus_, '\n')) {
        if (!minus_.empty()) lines_.push_back("- " + unmarked(line, "[-", "-]"));
      }
      for (const std::string_view line : split(plus_, '\n')) {
        if (!plus_.empty()) lines_.push_back("+ " + unmarked(line, "{+", "+}"));
      }
    }
    minus_.clear();
    plus_.clear();
    pending_.clear();
    line_changed_ = false;
  }

  std::vector<std::string> lines_;
  std::string minus_, plus_;
  std::string pending_;  // unchanged, of the line in the making
  bool line_changed_ = false;
  bool gap_ = false;
};

}  // namespace

std::vector<std::string> changed_lines(std::string_view before, std::string_view after) {
  Lines lines;
  for (const TextChange& run : compare_texts(before, after)) {
    if (run.same())
      lines.same(run.before);
    else
      lines.changed(run.before, run.after);
  }
  return lines.finish();
}

}  // namespace depone::cli
