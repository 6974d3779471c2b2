#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.h"

namespace depone::cli {

// A conversation, line by line: on a terminal, or with questions on standard error and answers from
// a pipe. What is said must be safe for a terminal (printable()).
class Dialogue {
 public:
  virtual ~Dialogue() = default;
  // What was said so far goes from the screen, and from what it can be scrolled back to.
  virtual void clear() = 0;
  virtual void say(std::string_view text) = 0;  // LF between lines; long ones are broken at spaces
  // One answer, of UTF-8 without U+0000, at most as long as a field. nullopt: there will be no
  // more. `present` can be brought into the line. Code::interrupted; Code::invalid for what is no
  // such answer, where nobody can be asked again.
  virtual std::optional<std::string> ask(std::string_view prompt, std::string_view present) = 0;
  // Whether somebody is there to ask again after an answer that will not do.
  virtual bool can_ask_again() const = 0;
  virtual std::size_t columns() const = 0;
  virtual std::size_t rows() const = 0;
};

// On this process's terminal where standard input is one.
std::unique_ptr<Dialogue> dialogue_for(Context& context);

// The text in lines of at most `columns` columns, broken at spaces where there are any; a line that
// begins with spaces goes on behind as many.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

}  // namespace depone::cli
