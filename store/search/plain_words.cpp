#include "store/search/plain_words.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include "store/search/folding.h"

namespace depone {

PlainWords::Kind PlainWords::classified(UChar32 c) {
  if (c == 0x1e) return Kind::other;  // a word of its own (kBetweenFields)
  if (c < 0x80) return is_word_character(c) ? Kind::letter : Kind::between;
  if (c == 0x5f3 || c == 0x5f4) return Kind::other;  // may stand inside a word of Hebrew
  if (!is_word_character(c)) return Kind::between;
  if (u_getIntPropertyValue(c, UCHAR_LINE_BREAK) == U_LB_COMPLEX_CONTEXT ||
      u_getIntPropertyValue(c, UCHAR_SCRIPT) == USCRIPT_HAN) {
    return Kind::other;
  }
  switch (u_getIntPropertyValue(c, UCHAR_WORD_BREAK)) {
    case U_WB_ALETTER:
      if (c >= 0xac00 && c <= 0xd7a3) return Kind::syllable;
      return u_getIntPropertyValue(c, UCHAR_HANGUL_SYLLABLE_TYPE) == U_HST_NOT_APPLICABLE
                 ? Kind::letter
                 : Kind::other;
    case U_WB_NUMERIC:
      return Kind::letter;
    case U_WB_EXTEND:
    case U_WB_FORMAT:
      return Kind::mark;
    default:
      return Kind::other;
  }
}

PlainWords::Kind PlainWords::kind_of(UChar32 c) {
  if (c > 0xffff) return Kind::other;
  auto& block = blocks_[static_cast<std::size_t>(c) >> 8];
  if (!block) block = std::make_unique<Block>();
  Kind& known = (*block)[static_cast<std::size_t>(c) & 0xff];
  if (known == Kind::unknown) known = classified(c);
  return known;
}

bool PlainWords::read(std::string_view text) {
  units_.clear();
  runs_.clear();
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto length = static_cast<std::int32_t>(text.size());
  Kind run = Kind::between;  // or of its letters
  for (std::int32_t at = 0; at < length;) {
    const auto begin = static_cast<std::uint32_t>(at);
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(bytes, at, length, c);
    const Kind kind = kind_of(c);
    switch (kind) {
      case Kind::between:
        run = kind;
        continue;
      case Kind::mark:
        if (run != Kind::letter) return false;
        break;
      case Kind::letter:
      case Kind::syllable:
        if (run == Kind::between) {
          runs_.push_back({units_.size(), 0, begin, 0, true});
          run = kind;
        }
        if (run != kind) return false;
        break;
      default:
        return false;
    }
    units_ += static_cast<char16_t>(c);
    Run& last = runs_.back();
    last.to = units_.size();
    last.end = static_cast<std::uint32_t>(at);
    last.ascii = last.ascii && c < 0x80;
  }
  return true;
}

}  // namespace depone
