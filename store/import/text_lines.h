#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/io.h"

namespace depone {

inline constexpr std::size_t kMaxTextLine = 32u << 20;

// The physical lines of a text that should be UTF-8, each with its LF; a byte-order mark is passed
// over. Code::invalid for a line that is not UTF-8 (names it, and what the text looks like) or
// larger than 32 MiB.
class TextLines {
 public:
  explicit TextLines(Source& source);
  // False at the end. `line` is good until the next call.
  bool next(std::string_view& line);
  std::uint64_t number() const { return number_; }  // of the line given, from 1

 private:
  bool read_line();

  Source& source_;
  Bytes buffer_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::uint64_t number_ = 0;
  std::string line_;
};

}  // namespace depone
