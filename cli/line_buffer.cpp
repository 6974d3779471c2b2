#include "cli/line_buffer.h"

#include <algorithm>
#include <utility>

#include "cli/text.h"
#include "store/evidence/evidence.h"

namespace depone::cli {

namespace {

constexpr std::string_view kPasteEnd = "\x1b[201~";
constexpr unsigned char kEscape = 0x1b;
constexpr unsigned char kDelete = 0x7f;

constexpr unsigned char ctrl(char letter) { return static_cast<unsigned char>(letter - '@'); }

// Bytes of the character that this one begins; 0 where none begins with it.
std::size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
}

bool is_mark(std::string_view text, std::size_t at) {
  return columns_of_character(character_at(text, at).code) == 0;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n'; }

// What was pasted, with the line ends of a text; nothing that no field can hold.
std::string as_text(std::string_view pasted, bool& lost) {
  std::string out;
  for (std::size_t at = 0; at < pasted.size();) {
    const Character c = character_at(pasted, at);
    if (!c.valid || c.code == 0) {
      lost = true;
    } else if (c.code == '\r') {
      if (at + 1 == pasted.size() || pasted[at + 1] != '\n') out += '\n';
    } else {
      out.append(pasted, at, c.length);
    }
    at += c.length;
  }
  return out;
}

}  // namespace

LineBuffer::Event LineBuffer::feed(std::string_view& bytes) {
  while (!bytes.empty()) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (const Event event = take(byte); event != Event::none) return event;
  }
  return Event::none;
}

void LineBuffer::set(std::string_view text) {
  text_ = text;
  cursor_ = text_.size();
}

LineBuffer::Event LineBuffer::take(unsigned char byte) {
  switch (state_) {
    case State::escape:
      escape(byte);
      return Event::none;
    case State::sequence:
      if (byte >= 0x40 && byte <= 0x7e) {
        sequence(byte);
      } else if (byte == kEscape || pending_.size() > 16) {
        state_ = State::text;
      } else {
        pending_ += static_cast<char>(byte);
      }
      return Event::none;
    case State::third:
      pending_.clear();
      sequence(byte);
      return Event::none;
    case State::paste:
      paste(byte);
      return Event::none;
    case State::text:
      break;
  }
  if (byte >= 0x20 && byte != kDelete) {
    character(byte);
    return Event::none;
  }
  if (!pending_.empty()) lost_ = true;  // a character that was not finished
  pending_.clear();
  return control(byte);
}

LineBuffer::Event LineBuffer::control(unsigned char byte) {
  switch (byte) {
    case '\n':
    case '\r':
      return Event::enter;
    case ctrl('C'):
    case ctrl('\\'):
      return Event::interrupt;
    case ctrl('D'):
      if (text_.empty()) return Event::end_of_input;
      erase(cursor_, right_of(cursor_));
      break;
    case '\t':
      if (text_.empty()) return Event::recall;
      break;
    case kDelete:
    case '\b':
      erase(before(cursor_), cursor_);
      break;
    case ctrl('W'): {
      std::size_t from = cursor_;
      while (from > 0 && is_space(text_[from - 1])) --from;
      while (from > 0 && !is_space(text_[from - 1])) --from;
      erase(from, cursor_);
      break;
    }
    case ctrl('U'):
      erase(0, cursor_);
      break;
    case ctrl('K'):
      erase(cursor_, text_.size());
      break;
    case ctrl('A'):
      cursor_ = 0;
      break;
    case ctrl('E'):
      cursor_ = text_.size();
      break;
    case ctrl('B'):
      cursor_ = left_of(cursor_);
      break;
    case ctrl('F'):
      cursor_ = right_of(cursor_);
      break;
    case kEscape:
      state_ = State::escape;
      break;
    default:
      break;
  }
  return Event::none;
}

void LineBuffer::escape(unsigned char byte) {
  pending_.clear();
  state_ = byte == '[' ? State::sequence : byte == 'O' ? State::third : State::text;
  // The key Escape, and then a letter that no terminal sends with Alt.
  if (byte >= 0x80) character(byte);
}

void LineBuffer::sequence(unsigned char last) {
  state_ = State::text;
  const std::string parameters = std::exchange(pending_, {});
  switch (last) {
    case 'D':
      cursor_ = left_of(cursor_);
      break;
    case 'C':
      cursor_ = right_of(cursor_);
      break;
    case 'H':
      cursor_ = 0;
      break;
    case 'F':
      cursor_ = text_.size();
      break;
    case '~':
      if (parameters == "200") state_ = State::paste;
      if (parameters == "1" || parameters == "7") cursor_ = 0;
      if (parameters == "4" || parameters == "8") cursor_ = text_.size();
      if (parameters == "3") erase(cursor_, right_of(cursor_));
      break;
    default:
      break;
  }
}

void LineBuffer::paste(unsigned char byte) {
  // What no field can hold is not kept.
  constexpr std::size_t kMost = 2 * kMaxFieldText;
  pasted_ += static_cast<char>(byte);
  if (pasted_.size() > kMost + kPasteEnd.size()) {
    full_ = true;
    pasted_.erase(0, kMost);
  }
  if (!pasted_.ends_with(kPasteEnd)) return;
  pasted_.resize(pasted_.size() - kPasteEnd.size());
  state_ = State::text;
  const std::string pasted = std::exchange(pasted_, {});
  if (!full_) insert(as_text(pasted, lost_));
}

void LineBuffer::character(unsigned char byte) {
  const bool goes_on = (byte & 0xc0) == 0x80;
  if (pending_.empty() ? length_of(byte) == 0 : !goes_on) {
    lost_ = true;
    pending_.clear();
    if (length_of(byte) == 0) return;
  }
  pending_ += static_cast<char>(byte);
  if (pending_.size() < length_of(static_cast<unsigned char>(pending_.front()))) return;
  const std::string whole = std::exchange(pending_, {});
  if (character_at(whole, 0).valid) {
    insert(whole);
  } else {
    lost_ = true;
  }
}

void LineBuffer::insert(std::string_view text) {
  if (text_.size() + text.size() > kMaxFieldText) {
    full_ = true;
    return;
  }
  text_.insert(cursor_, text);
  cursor_ += text.size();
}

std::size_t LineBuffer::before(std::size_t at) const {
  if (at == 0) return 0;
  --at;
  while (at > 0 && (static_cast<unsigned char>(text_[at]) & 0xc0) == 0x80) --at;
  return at;
}

std::size_t LineBuffer::left_of(std::size_t at) const {
  do {
    at = before(at);
  } while (at > 0 && is_mark(text_, at));
  return at;
}

std::size_t LineBuffer::right_of(std::size_t at) const {
  if (at == text_.size()) return at;
  do {
    at += character_at(text_, at).length;
  } while (at < text_.size() && is_mark(text_, at));
  return at;
}

void LineBuffer::erase(std::size_t from, std::size_t to) {
  text_.erase(from, to - from);
  cursor_ = from;
}

}  // namespace depone::cli
