#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace depone::cli {

// A line being typed: keys in, as a terminal sends them, a text and a cursor out. UTF-8 whatever
// the locale is. Backspace takes one character with all its bytes, so of a letter with marks the
// last mark; the cursor moves over a letter with its marks at once. What is pasted between the
// terminal's marks goes in as it is, line ends too; typed control characters do not.
class LineBuffer {
 public:
  enum class Event { none, enter, end_of_input, interrupt, recall };

  // Takes bytes up to one that ends the line, and says what it was; `bytes` loses what was taken.
  // end_of_input: Ctrl-D in an empty line. recall: Tab in an empty line.
  Event feed(std::string_view& bytes);

  const std::string& text() const { return text_; }
  std::size_t cursor() const { return cursor_; }  // byte offset, at a character's beginning
  void set(std::string_view text);                // the cursor behind it
  // Whether bytes came that are not UTF-8, or more than a field can hold; they were left out.
  bool lost_bytes() const { return lost_; }
  bool full() const { return full_; }

 private:
  Event take(unsigned char byte);
  Event control(unsigned char byte);
  void escape(unsigned char byte);
  void sequence(unsigned char last);
  void paste(unsigned char byte);
  void character(unsigned char byte);
  void insert(std::string_view text);
  std::size_t before(std::size_t at) const;   // the character before
  std::size_t left_of(std::size_t at) const;  // … with its marks
  std::size_t right_of(std::size_t at) const;
  void erase(std::size_t from, std::size_t to);

  enum class State { text, escape, sequence, third, paste };
  State state_ = State::text;
  std::string text_;
  std::size_t cursor_ = 0;
  std::string pending_;  // of a character, or a sequence's parameters
  std::string pasted_;
  bool lost_ = false;
  bool full_ = false;
};

}  // namespace depone::cli
