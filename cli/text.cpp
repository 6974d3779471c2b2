#include "cli/text.h"

#include <unicode/uchar.h>

#include <cstdint>
#include <string>

#include "cli/context.h"

namespace depone::cli {

Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(at);
  const Character wrong{first, 1, false};
  if (first < 0x80) return {first, 1, true};
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > text.size()) return wrong;
  char32_t code = first & (0xff >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) return wrong;
    code = (code << 6) | (byte(at + i) & 0x3f);
  }
  const char32_t smallest = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
  if (code < smallest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return wrong;
  return {code, length, true};
}

std::size_t columns_of_character(char32_t code) {
  if (code < 0x300) return 1;
  const auto c = static_cast<UChar32>(code);
  constexpr auto kNothing = U_GC_MN_MASK | U_GC_ME_MASK | U_GC_CF_MASK;
  // Vowels and finals of conjoining jamo stand inside the syllable that their initial began.
  const bool inside_syllable = code >= 0x1160 && code <= 0x11ff;
  if (inside_syllable || (U_GET_GC_MASK(c) & kNothing) != 0) return 0;
  const int width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

bool steers_terminal(char32_t code) {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x061c || code == 0x200e ||
         code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x206f) || code == 0xfeff ||
         (code >= 0xfff9 && code <= 0xfffb) || (code >= 0xe0000 && code <= 0xe007f);
}

std::string printable(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Character c = character_at(text, at);
    if (c.valid && !steers_terminal(c.code)) {
      out.append(text.substr(at, c.length));
    } else {
      out += c.valid ? "<U+" : "<byte ";
      const int first = !c.valid ? 4 : c.code > 0xffff ? 16 : 12;
      for (int shift = first; shift >= 0; shift -= 4) out += kDigits[(c.code >> shift) & 15];
      out += '>';
    }
    at += c.length;
  }
  return out;
}

}  // namespace depone::cli
