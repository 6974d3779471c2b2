#include "crypto/code_points.h"

#include "crypto/bytes.h"

namespace depone {

std::optional<std::u32string> code_points(std::string_view utf8) {
  if (!is_utf8(as_bytes(utf8))) return std::nullopt;
  std::u32string out;
  for (const std::uint8_t byte : as_bytes(utf8)) {
    if (byte < 0x80) {
      out.push_back(byte);
    } else if (byte < 0xc0) {
      out.back() = out.back() << 6 | (byte & 0x3fu);
    } else {
      out.push_back(byte < 0xe0 ? byte & 0x1fu : byte < 0xf0 ? byte & 0x0fu : byte & 0x07u);
    }
  }
  return out;
}

bool is_unicode_space(char32_t point) {
  return (point >= 0x09 && point <= 0x0d) || point == 0x20 || point == 0x85 || point == 0xa0 ||
         point == 0x1680 || (point >= 0x2000 && point <= 0x200a) || point == 0x2028 ||
         point == 0x2029 || point == 0x202f || point == 0x205f || point == 0x3000;
}

bool is_unsafe_to_show(char32_t point) {
  return point < 0x20 || (point >= 0x7f && point <= 0x9f) || point == 0x2028 || point == 0x2029 ||
         (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

}  // namespace depone
