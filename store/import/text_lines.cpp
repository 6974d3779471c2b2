#include "store/import/text_lines.h"

#include <algorithm>

#include "crypto/error.h"
#include "store/import/text_encoding.h"

namespace depone {

namespace {
constexpr std::size_t kBuffer = 1u << 16;
}

TextLines::TextLines(Source& source) : source_(source), buffer_(kBuffer) {}

bool TextLines::read_line() {
  line_.clear();
  while (true) {
    if (at_ == end_) {
      end_ = source_.read(buffer_);
      at_ = 0;
      if (end_ == 0) return !line_.empty();
    }
    const auto from = buffer_.begin() + static_cast<std::ptrdiff_t>(at_);
    const auto to = buffer_.begin() + static_cast<std::ptrdiff_t>(end_);
    const auto feed = std::find(from, to, std::uint8_t{'\n'});
    const auto stop = feed == to ? to : feed + 1;
    line_.append(from, stop);
    at_ = static_cast<std::size_t>(stop - buffer_.begin());
    if (feed != to) return true;
    if (line_.size() > kMaxTextLine) {
      throw Error(Code::invalid, "a line is larger than 32 MiB; nothing was imported",
                  "line " + std::to_string(number_ + 1));
    }
  }
}

bool TextLines::next(std::string_view& line) {
  if (!read_line()) return false;
  ++number_;
  line = line_;
  if (number_ == 1 && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
  // UTF-16 of Latin letters can be valid UTF-8 but for its mark; of the rest its zeros tell.
  const bool is_wide = number_ == 1 && line.find('\0') != std::string_view::npos &&
                       encoding_of(as_bytes(line)).starts_with("UTF-");
  if (is_wide || !is_utf8(as_bytes(line))) {
    Bytes sample(line_.begin(), line_.end());
    sample.insert(sample.end(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_),
                  buffer_.begin() + static_cast<std::ptrdiff_t>(end_));
    throw_not_utf8(sample, "line " + std::to_string(number_));
  }
  return true;
}

}  // namespace depone
