#pragma once

#include <cstddef>
#include <streambuf>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.h"
#include "crypto/json.h"

namespace depone::cli {

// The reader of a pipe went away (`depone list | head`): no error of ours, and nobody to tell.
struct ClosedPipe {};

// Writes to a descriptor through a buffer, which is wiped each time. Throws ClosedPipe, or Code::io
// where the disk is full. Not flushed when destroyed.
class DescriptorBuffer : public std::streambuf {
 public:
  explicit DescriptorBuffer(int descriptor);

 protected:
  int_type overflow(int_type character) override;
  int sync() override;

 private:
  int descriptor_;
  std::vector<char> buffer_;
};

// One line of JSON on standard output. Characters that steer a terminal are written as \uXXXX: the
// same text.
void print_json(Context& context, const Json& value);
std::string json_text(const Json& value);

// Columns a terminal needs for the text (wide and combining characters counted); the text cut to at
// most `columns`, with "…" where something is left out.
std::size_t columns_of(std::string_view text);
std::string cut_to(std::string_view text, std::size_t columns);
// The same, filled up with spaces.
std::string padded_to(std::string_view text, std::size_t columns);
std::size_t terminal_columns();  // of standard output; 80 where that is not known

}  // namespace depone::cli
