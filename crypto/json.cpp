#include "crypto/json.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <vector>

namespace depone {
namespace {

constexpr std::int64_t kMaxInteger = (std::int64_t{1} << 53) - 1;
// A value of two bytes ("[]") takes fifty in memory: without this a text of 64 MiB could take 2
// GiB.
constexpr std::size_t kMaxValues = 2u << 20;

// Says how far the parser has read: it tells where an error is, not where something refused stands.
class Cursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Cursor(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
  reference operator*() const { return *at_; }
  Cursor& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  Cursor operator++(int) {
    Cursor before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Cursor& other) const { return at_ == other.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

// Builds the value while it refuses what our formats do not allow.
class StrictHandler : public nlohmann::json_sax<Json> {
 public:
  Json take() { return std::move(root_); }
  const std::string& reason() const { return reason_; }

  bool null() override { return put(Json(nullptr)); }
  bool boolean(bool value) override { return put(Json(value)); }
  bool number_integer(number_integer_t value) override {
    if (value > kMaxInteger || value < -kMaxInteger) return refuse("an integer beyond 2^53-1");
    return put(Json(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (value > static_cast<std::uint64_t>(kMaxInteger)) return refuse("an integer beyond 2^53-1");
    return put(Json(value));
  }
  bool number_float(number_float_t value, const string_t& text) override {
    if (!std::isfinite(value)) return refuse("a number out of range");
    // An integer too large for 64 bits arrives here as a float.
    if (text.find_first_of(".eE") == std::string::npos) return refuse("an integer beyond 2^53-1");
    return put(Json(value));
  }
  bool string(string_t& value) override {
    if (value.find('\0') != std::string::npos) return refuse("U+0000 in a string");
    return put(Json(std::move(value)));
  }
  bool binary(binary_t&) override { return refuse("binary"); }
  bool start_object(std::size_t) override {
    keys_.emplace_back();
    return open(Json::object());
  }
  bool key(string_t& value) override {
    if (value.find('\0') != std::string::npos) return refuse("U+0000 in a key");
    if (!keys_.back().insert(value).second) return refuse("a key twice");
    key_ = std::move(value);
    return true;
  }
  bool end_object() override {
    keys_.pop_back();
    return close();
  }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return refuse("what is not JSON");
  }

 private:
  bool refuse(const char* what) {
    reason_ = what;
    return false;
  }
  bool put(Json&& value) {
    if (++values_ > kMaxValues) return refuse("more than 2,097,152 values");
    place(std::move(value));
    return true;
  }
  bool open(Json&& container) {
    if (++values_ > kMaxValues) return refuse("more than 2,097,152 values");
    if (stack_.size() >= kMaxJsonDepth) return refuse("more than 16 levels");
    stack_.push_back(place(std::move(container)));
    return true;
  }
  bool close() {
    stack_.pop_back();
    return true;
  }
  Json* place(Json&& value) {
    if (stack_.empty()) {
      root_ = std::move(value);
      return &root_;
    }
    Json& parent = *stack_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    // Keys are unique (checked by key()), so appending skips the linear search of ordered_json.
    auto& members = parent.get_ref<Json::object_t&>();
    static_cast<std::vector<Json::object_t::value_type, Json::object_t::allocator_type>&>(members)
        .emplace_back(std::move(key_), std::move(value));
    return &members.back().second;
  }

  Json root_;
  std::size_t values_ = 0;
  std::vector<Json*> stack_;
  std::vector<std::set<std::string, std::less<>>> keys_;
  std::string key_;
  std::string reason_;
};

}  // namespace

Json parse_json(std::string_view text, std::string_view what, std::size_t limit) {
  const std::string name(what);
  if (text.size() > limit) {
    throw Error(Code::malformed, "the JSON is larger than " + std::to_string(limit) + " bytes",
                name);
  }
  if (text.starts_with("\xEF\xBB\xBF")) {
    throw Error(Code::malformed, "the JSON begins with a byte-order mark", name);
  }
  // The parser takes a zero byte for the end, and would not see what follows it.
  if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos) {
    throw Error(Code::malformed, "the JSON holds a zero byte at byte " + std::to_string(zero),
                name);
  }
  StrictHandler handler;
  const char* furthest = text.data();
  if (!Json::sax_parse(Cursor(text.data(), &furthest), Cursor(text.data() + text.size(), &furthest),
                       &handler)) {
    throw Error(Code::malformed,
                "the JSON holds " + handler.reason() + ", at byte " +
                    std::to_string(furthest - text.data()),
                name);
  }
  return handler.take();
}

namespace {

// As nlohmann-json's dump() writes it, which decodes every character of a text to do so: this
// copies what needs no escape, five times as fast, and long texts are most of a record.
void append_text(std::string& out, std::string_view text) {
  if (!is_utf8(as_bytes(text)))
    throw Error(Code::invalid, "a text is not valid UTF-8 and can't be kept");
  constexpr char kDigits[] = "0123456789abcdef";
  constexpr std::string_view kShort = "\b\t\n\f\r\"\\";
  constexpr std::string_view kLetter = "btnfr\"\\";
  out += '"';
  std::size_t copied = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out += text.substr(copied, at - copied);
    copied = at + 1;
    if (const std::size_t place = kShort.find(text[at]); place != std::string_view::npos) {
      out += {'\\', kLetter[place]};
    } else {
      out += {'\\', 'u', '0', '0', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  out += text.substr(copied);
  out += '"';
}

void append_json(std::string& out, const Json& value) {
  if (value.is_string()) {
    append_text(out, value.get_ref<const std::string&>());
  } else if (value.is_array()) {
    char before = '[';
    for (const Json& item : value) {
      out += before;
      append_json(out, item);
      before = ',';
    }
    out += value.empty() ? "[]" : "]";
  } else if (value.is_object()) {
    char before = '{';
    for (const auto& [key, item] : value.get_ref<const Json::object_t&>()) {
      out += before;
      append_text(out, key);
      out += ':';
      append_json(out, item);
      before = ',';
    }
    out += value.empty() ? "{}" : "}";
  } else {
    out += value.dump();
  }
}

}  // namespace

std::string dump_json(const Json& value) {
  std::string out;
  append_json(out, value);
  return out;
}

JsonObject::JsonObject(const Json& value, std::string_view what,
                       std::initializer_list<std::string_view> keys, UnknownKeys unknown)
    : value_(value), what_(what) {
  if (!value.is_object()) throw Error(Code::malformed, "a JSON object is expected", what_);
  for (const std::string_view key : keys) {
    if (!value.contains(key)) {
      throw Error(Code::malformed, "the key \"" + std::string(key) + "\" is missing", what_);
    }
  }
  if (unknown == UnknownKeys::ignore) return;
  for (const auto& [key, member] : value.items()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      throw Error(Code::malformed, "unknown key \"" + key.substr(0, 64) + "\"", what_);
    }
  }
}

const Json& JsonObject::at(std::string_view key) const {
  const auto found = value_.find(key);
  if (found == value_.end()) fail(key, "a value");
  return *found;
}

std::string JsonObject::string(std::string_view key, std::size_t limit) const {
  const Json& value = at(key);
  if (!value.is_string()) fail(key, "a string");
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() > limit) fail(key, "a string of at most " + std::to_string(limit) + " bytes");
  return text;
}

std::optional<std::string> JsonObject::string_or_null(std::string_view key,
                                                      std::size_t limit) const {
  if (at(key).is_null()) return std::nullopt;
  return string(key, limit);
}

std::uint64_t JsonObject::integer(std::string_view key) const {
  const Json& value = at(key);
  if (!value.is_number_integer() ||
      (!value.is_number_unsigned() && value.get<std::int64_t>() < 0)) {
    fail(key, "a whole number, not negative");
  }
  return value.get<std::uint64_t>();
}

const Json& JsonObject::array(std::string_view key, std::size_t limit) const {
  const Json& value = at(key);
  if (!value.is_array()) fail(key, "an array");
  if (value.size() > limit) fail(key, "an array of at most " + std::to_string(limit));
  return value;
}

const Json& JsonObject::object(std::string_view key) const {
  const Json& value = at(key);
  if (!value.is_object()) fail(key, "an object");
  return value;
}

void JsonObject::format(std::string_view expected) const {
  const std::string found = string("format", 64);
  if (found == expected) return;
  const std::string_view family = expected.substr(0, expected.rfind('/') + 1);
  if (found.starts_with(family)) {
    throw Error(
        Code::unsupported,
        "format " + found + " is of another version; this program knows " + std::string(expected),
        what_);
  }
  fail("format", "\"" + std::string(expected) + "\"");
}

void JsonObject::fail(std::string_view key, std::string_view expected) const {
  throw Error(Code::malformed, "\"" + std::string(key) + "\": expected " + std::string(expected),
              what_);
}

}  // namespace depone
