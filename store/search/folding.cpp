#include "store/search/folding.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include <new>
#include <string>

#include "crypto/error.h"

namespace depone {

namespace {

UScriptCode script_of(UChar32 c) {
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(c, &status);
  check_icu(status);
  return script;
}

bool drops_all_marks(UScriptCode script) {
  switch (script) {
    case USCRIPT_LATIN:
    case USCRIPT_GREEK:
    case USCRIPT_ARABIC:
    case USCRIPT_HEBREW:
    case USCRIPT_SYRIAC:
    case USCRIPT_ETHIOPIC:
      return true;
    default:
      return false;
  }
}

constexpr UChar32 kNukta = 0x93c;
constexpr UChar32 kVirama = 0x94d;
constexpr UChar32 kAnusvara = 0x902;
constexpr UChar32 kTatweel = 0x640;

// Whether a mark goes, given the letter that it stands on.
bool drops_mark(UChar32 mark, UChar32 letter) {
  if (mark == kNukta) return true;
  const UScriptCode script = script_of(letter);
  if (script != USCRIPT_CYRILLIC) return drops_all_marks(script);
  return mark == 0x300 || mark == 0x301 || (mark == 0x308 && letter == 0x435);
}

// Marks of Arabic and Hebrew stand on nothing else.
bool is_semitic_mark(UChar32 c) {
  return (c >= 0x591 && c <= 0x5c7) || (c >= 0x610 && c <= 0x61a) || (c >= 0x64b && c <= 0x65f) ||
         c == 0x670 || (c >= 0x6d6 && c <= 0x6ed);
}

// Latin letters that have no decomposition.
const char16_t* plain_latin(UChar32 c) {
  switch (c) {
    case 0xe6:
      return u"ae";
    case 0xf0:
    case 0x111:
    case 0x256:
    case 0x257:
      return u"d";
    case 0xf8:
    case 0x254:
      return u"o";
    case 0xfe:
      return u"th";
    case 0x127:
      return u"h";
    case 0x131:
    case 0x269:
      return u"i";
    case 0x142:
      return u"l";
    case 0x14b:
      return u"n";
    case 0x153:
      return u"oe";
    case 0x167:
      return u"t";
    case 0x199:
      return u"k";
    case 0x1b4:
      return u"y";
    case 0x253:
      return u"b";
    case 0x259:
    case 0x25b:
    case 0x1dd:
      return u"e";
    default:
      return nullptr;
  }
}

UChar32 plain_arabic(UChar32 c) {
  switch (c) {
    case 0x671:
      return 0x627;  // alef wasla
    case 0x649:
    case 0x6cc:
    case 0x6d2:
      return 0x64a;  // alef maksura, Persian and Urdu yeh
    case 0x629:
    case 0x6be:
    case 0x6c1:
    case 0x6d5:
      return 0x647;  // teh marbuta, the forms of heh
    case 0x6a9:
    case 0x6aa:
      return 0x643;  // Persian and Sindhi kaf
    default:
      return c;
  }
}

UChar32 plain_hebrew(UChar32 c) {
  const bool is_final = c == 0x5da || c == 0x5dd || c == 0x5df || c == 0x5e3 || c == 0x5e5;
  return is_final ? c + 1 : c;
}

// Amharic writes one sound with several rows of letters, and many people with any of them.
UChar32 plain_ethiopic(UChar32 c) {
  if (c >= 0x1210 && c <= 0x1216) c -= 0x10;  // ሐ → ሀ
  if (c >= 0x1280 && c <= 0x1286) c -= 0x80;  // ኀ → ሀ
  if (c >= 0x1220 && c <= 0x1227) c += 0x10;  // ሠ → ሰ
  if (c >= 0x12d0 && c <= 0x12d6) c -= 0x30;  // ዐ → አ
  if (c >= 0x1340 && c <= 0x1346) c -= 8;     // ፀ → ጸ
  if (c == 0x1203) c = 0x1200;                // ሃ → ሀ
  if (c == 0x12a3) c = 0x12a0;                // ኣ → አ
  return c;
}

void append_plain(icu::UnicodeString& out, UChar32 c) {
  if (const char16_t* latin = plain_latin(c)) {
    out.append(latin, -1);
  } else if (c >= 0x600 && c <= 0x6ff && u_charType(c) != U_DECIMAL_DIGIT_NUMBER) {
    out.append(plain_arabic(c));
  } else if (c >= 0x5d0 && c <= 0x5ea) {
    out.append(plain_hebrew(c));
  } else if (c >= 0x1200 && c <= 0x137f) {
    out.append(plain_ethiopic(c));
  } else if (c == 0x901) {
    out.append(kAnusvara);
  } else if (c > 0x7f && u_charType(c) == U_DECIMAL_DIGIT_NUMBER) {
    out.append(static_cast<UChar32>('0' + u_charDigitValue(c)));
  } else {
    out.append(c);
  }
}

// हिन्दी and हिंदी: a nasal before a letter of its own row is a dot as well.
void join_nasals(icu::UnicodeString& word) {
  icu::UnicodeString out;
  std::int32_t from = 0;
  for (std::int32_t at = word.indexOf(static_cast<char16_t>(kVirama)); at >= 0;
       at = word.indexOf(static_cast<char16_t>(kVirama), at + 1)) {
    if (at == 0 || at + 1 >= word.length()) continue;
    const char16_t nasal = word.charAt(at - 1);
    const char16_t next = word.charAt(at + 1);
    for (char16_t row = 0x915; row <= 0x92a; row = static_cast<char16_t>(row + 5)) {
      // न has a second form, so the last row stands one further.
      const char16_t first = row >= 0x929 ? char16_t{0x92a} : row;
      if (nasal == first + 4 && next >= first && next < first + 4) {
        out.append(word, from, at - 1 - from).append(kAnusvara);
        from = at + 1;
        break;
      }
    }
  }
  if (from > 0) word = out.append(word, from, word.length() - from);
}

}  // namespace

void check_icu(UErrorCode status) {
  if (U_FAILURE(status)) {
    throw Error(Code::io, std::string("the library for text (ICU) does not work here: ") +
                              u_errorName(status));
  }
}

bool is_word_character(UChar32 c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  return (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK | U_GC_CF_MASK)) != 0;
}

WordFolding::WordFolding() {
  UErrorCode status = U_ZERO_ERROR;
  casefold_ = icu::Normalizer2::getNFKCCasefoldInstance(status);
  decompose_ = icu::Normalizer2::getNFDInstance(status);
  compose_ = icu::Normalizer2::getNFCInstance(status);
  check_icu(status);
}

icu::UnicodeString WordFolding::fold_slowly(const icu::UnicodeString& word) const {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString folded = casefold_->normalize(word, status);
  const icu::UnicodeString parts = decompose_->normalize(folded, status);
  check_icu(status);
  icu::UnicodeString plain;
  UChar32 letter = 0;
  for (std::int32_t i = 0; i < parts.length();) {
    const UChar32 c = parts.char32At(i);
    i += U16_LENGTH(c);
    if (c == kTatweel || !is_word_character(c)) continue;
    if (u_charType(c) == U_NON_SPACING_MARK) {
      if (!drops_mark(c, letter)) append_plain(plain, c);
      continue;
    }
    letter = c;
    append_plain(plain, c);
  }
  icu::UnicodeString out = compose_->normalize(plain, status);
  check_icu(status);
  return out;
}

WordFolding::Unit WordFolding::classified(char16_t unit) const {
  const UChar32 c = unit;
  if (c == kTatweel || c == kNukta || is_semitic_mark(c)) return {0, 0, Kind::drop};
  if (U16_IS_SURROGATE(c)) return {0, 0, Kind::slow};
  const icu::UnicodeString alone(c);
  const icu::UnicodeString folded = fold_slowly(alone);
  if (u_getCombiningClass(c) != 0 || u_charType(c) == U_NON_SPACING_MARK ||
      !casefold_->hasBoundaryBefore(c) || !compose_->hasBoundaryBefore(c)) {
    // Its place among the marks, or the letter before it, matters.
    const UScriptCode script = script_of(c);
    const bool stays = folded == alone && script != USCRIPT_INHERITED && script != USCRIPT_CYRILLIC;
    return {unit, 0, stays ? Kind::mark : Kind::slow};
  }
  switch (folded.length()) {
    case 0:
      return {0, 0, Kind::drop};
    case 1:
      return {folded.charAt(0), 0, Kind::one};
    case 2:
      return {folded.charAt(0), folded.charAt(1), Kind::two};
    default:
      return {0, 0, Kind::slow};
  }
}

const WordFolding::Unit& WordFolding::unit_of(char16_t unit) const {
  auto& block = blocks_[unit >> 8];
  if (!block) block = std::make_unique<Block>();
  Unit& known = (*block)[unit & 0xff];
  if (known.kind == Kind::unknown) known = classified(unit);
  return known;
}

icu::UnicodeString WordFolding::fold(const icu::UnicodeString& word) const {
  const char16_t* const in = word.getBuffer();
  const std::int32_t length = word.length();
  icu::UnicodeString out;
  char16_t* const begin = out.getBuffer(2 * length);
  if (begin == nullptr) throw std::bad_alloc();
  char16_t* end = begin;
  bool marks = false;
  bool virama = false;
  bool slow = false;
  for (std::int32_t i = 0; i < length && !slow; ++i) {
    const Unit& unit = unit_of(in[i]);
    switch (unit.kind) {
      case Kind::one:
        *end++ = unit.first;
        break;
      case Kind::two:
        *end++ = unit.first;
        *end++ = unit.second;
        break;
      case Kind::drop:
        break;
      case Kind::mark:
        marks = true;
        virama = virama || in[i] == kVirama;
        *end++ = unit.first;
        break;
      default:
        slow = true;
    }
  }
  out.releaseBuffer(static_cast<std::int32_t>(end - begin));
  if (marks && !slow) {
    UErrorCode status = U_ZERO_ERROR;
    slow = casefold_->quickCheck(word, status) != UNORM_YES;
    check_icu(status);
  }
  if (slow) out = fold_slowly(word);
  if (slow || virama) join_nasals(out);
  return out;
}

}  // namespace depone
