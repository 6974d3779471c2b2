#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/bytes.h"

// Dictionaries of RFC 8941 (Structured Field Values for HTTP): what RFC 9421 and RFC 9530 put their
// values in. No packaged library here parses them.
namespace depone::sf {

enum class Kind { integer, decimal, string, token, bytes, boolean };

struct Item {
  Kind kind = Kind::boolean;
  std::string text;  // string without its quotes and escapes; decimal and token as they stand
  std::int64_t integer = 1;  // integer; boolean 0 or 1
  Bytes bytes;
};

using Parameters = std::vector<std::pair<std::string, Item>>;
const Item* find(const Parameters& parameters, std::string_view key);

struct Parametrised {
  Item item;
  Parameters parameters;
};

struct Member {
  std::string key;
  bool inner_list = false;
  std::vector<Parametrised> items;  // of the inner list; one where it is none
  Parameters parameters;            // of the member
  std::string raw;                  // the value with its parameters, as it stands
};

inline constexpr std::size_t kMaxField = 16u << 10;

// Code::malformed, context `what` and the offset. Stricter than the RFC in one thing: a key that
// stands twice is refused where the RFC lets the last one win.
std::vector<Member> parse_dictionary(std::string_view text, std::string_view what);
const Member* find(const std::vector<Member>& dictionary, std::string_view key);

// sf-string: Code::invalid for what one cannot hold.
std::string quoted(std::string_view text);

}  // namespace depone::sf
