#include "crypto/structured_fields.h"

#include <algorithm>

#include "crypto/error.h"

namespace depone::sf {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }
bool is_token(char c) {
  return is_alpha(c) || is_digit(c) ||
         std::string_view("!#$%&'*+-.^_`|~:/").find(c) != std::string_view::npos;
}

class Parser {
 public:
  Parser(std::string_view text, std::string_view what) : text_(text), what_(what) {}

  std::vector<Member> dictionary() {
    std::vector<Member> out;
    skip(" ");
    while (!ended()) {
      Member member = this->member();
      if (find(out, member.key) != nullptr) fail("each key once");
      out.push_back(std::move(member));
      skip(" \t");
      if (ended()) break;
      expect(',');
      skip(" \t");
      if (ended()) fail("a value after the comma");
    }
    return out;
  }

 private:
  Member member() {
    Member out;
    out.key = key();
    const std::size_t begin = at_ + 1;
    if (peek() == '=') {
      ++at_;
      out.inner_list = peek() == '(';
      if (out.inner_list) {
        out.items = inner_list();
      } else {
        out.items.push_back({bare_item(), {}});
      }
    } else {
      out.items.emplace_back();  // true
    }
    out.parameters = parameters();
    if (begin < at_) out.raw = text_.substr(begin, at_ - begin);
    return out;
  }

  std::vector<Parametrised> inner_list() {
    std::vector<Parametrised> out;
    expect('(');
    while (true) {
      const std::size_t before = at_;
      skip(" ");
      if (peek() == ')') break;
      if (!out.empty() && at_ == before) fail("a space between items");
      Item item = bare_item();
      out.push_back({std::move(item), parameters()});
    }
    expect(')');
    return out;
  }

  Parameters parameters() {
    Parameters out;
    while (peek() == ';') {
      ++at_;
      skip(" ");
      std::string name = key();
      Item item;
      if (peek() == '=') {
        ++at_;
        item = bare_item();
      }
      if (find(out, name) != nullptr) fail("each parameter once");
      out.emplace_back(std::move(name), std::move(item));
    }
    return out;
  }

  std::string key() {
    const std::size_t begin = at_;
    if (!is_lower(peek()) && peek() != '*') fail("a key");
    while (is_lower(peek()) || is_digit(peek()) ||
           (peek() != '\0' && std::string_view("_-.*").find(peek()) != std::string_view::npos)) {
      ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  Item bare_item() {
    const char c = peek();
    if (c == '"') return string();
    if (c == ':') return bytes();
    if (c == '?') return boolean();
    if (c == '-' || is_digit(c)) return number();
    if (is_alpha(c) || c == '*') return token();
    fail("a value");
  }

  Item string() {
    Item out;
    out.kind = Kind::string;
    expect('"');
    while (peek() != '"') {
      if (ended()) fail("a closing quote");
      char c = text_[at_++];
      if (c == '\\') {
        c = peek();
        if (c != '"' && c != '\\') fail("a quote or backslash after a backslash");
        ++at_;
      } else if (c < 0x20 || c > 0x7e) {
        fail("printable ASCII");
      }
      out.text += c;
    }
    ++at_;
    return out;
  }

  Item bytes() {
    Item out;
    out.kind = Kind::bytes;
    expect(':');
    const std::size_t end = text_.find(':', at_);
    if (end == std::string_view::npos) fail("a closing colon");
    auto decoded = from_base64(text_.substr(at_, end - at_));
    if (!decoded) fail("base64");
    out.bytes = std::move(*decoded);
    at_ = end + 1;
    return out;
  }

  Item boolean() {
    Item out;
    expect('?');
    if (peek() != '0' && peek() != '1') fail("?0 or ?1");
    out.integer = text_[at_++] - '0';
    return out;
  }

  Item number() {
    Item out;
    out.kind = Kind::integer;
    const std::size_t begin = at_;
    const bool negative = peek() == '-';
    if (negative) ++at_;
    const std::size_t first = at_;
    while (is_digit(peek())) ++at_;
    const std::size_t digits = at_ - first;
    if (digits == 0 || digits > 15) fail("a number of at most 15 digits");
    if (peek() == '.') {
      ++at_;
      const std::size_t point = at_;
      while (is_digit(peek())) ++at_;
      if (digits > 12 || at_ == point || at_ - point > 3) fail("a decimal");
      out.kind = Kind::decimal;
    } else {
      out.integer = 0;
      for (const char c : text_.substr(first, digits)) out.integer = out.integer * 10 + (c - '0');
      if (negative) out.integer = -out.integer;
    }
    out.text = text_.substr(begin, at_ - begin);
    return out;
  }

  Item token() {
    Item out;
    out.kind = Kind::token;
    const std::size_t begin = at_;
    while (!ended() && is_token(peek())) ++at_;
    out.text = text_.substr(begin, at_ - begin);
    return out;
  }

  bool ended() const { return at_ == text_.size(); }
  char peek() const { return ended() ? '\0' : text_[at_]; }
  void skip(std::string_view characters) {
    while (!ended() && characters.find(peek()) != std::string_view::npos) ++at_;
  }
  void expect(char c) {
    if (peek() != c || ended()) fail(std::string("\"") + c + "\"");
    ++at_;
  }
  [[noreturn]] void fail(const std::string& expected) const {
    throw Error(
        Code::malformed,
        "the header is not well-formed: expected " + expected + " at byte " + std::to_string(at_),
        std::string(what_));
  }

  std::string_view text_;
  std::string_view what_;
  std::size_t at_ = 0;
};

}  // namespace

const Item* find(const Parameters& parameters, std::string_view key) {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const auto& one) { return one.first == key; });
  return found == parameters.end() ? nullptr : &found->second;
}

const Member* find(const std::vector<Member>& dictionary, std::string_view key) {
  const auto found = std::find_if(dictionary.begin(), dictionary.end(),
                                  [&](const Member& one) { return one.key == key; });
  return found == dictionary.end() ? nullptr : &*found;
}

std::vector<Member> parse_dictionary(std::string_view text, std::string_view what) {
  if (text.size() > kMaxField) {
    throw Error(Code::malformed,
                "the header is longer than " + std::to_string(kMaxField) + " bytes",
                std::string(what));
  }
  return Parser(text, what).dictionary();
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c < 0x20 || c > 0x7e)
      throw Error(Code::invalid, "a header value holds printable ASCII only");
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace depone::sf
