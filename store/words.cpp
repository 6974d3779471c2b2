#include "store/words.h"

#include <unicode/brkiter.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <memory>

#include "crypto/error.h"

namespace depone {

namespace {

constexpr std::size_t kLongestWord =
    128;  // bytes; what goes beyond is cut, in the index and in queries alike

void check(UErrorCode status) {
  if (U_FAILURE(status)) {
    throw Error(Code::io, std::string("the library for text (ICU) does not work here: ") +
                              u_errorName(status));
  }
}

bool is_hangul(UChar32 c) {
  return (c >= 0xac00 && c <= 0xd7a3) || (c >= 0x1100 && c <= 0x11ff) ||
         (c >= 0x3131 && c <= 0x318e) || (c >= 0xa960 && c <= 0xa97c) ||
         (c >= 0xd7b0 && c <= 0xd7fb);
}

UScriptCode script_of(UChar32 c) {
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(c, &status);
  check(status);
  return script;
}

// Written without spaces between words.
bool is_unspaced(UScriptCode script) {
  switch (script) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return false;
  }
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

// Whether a mark goes, given the letter that it stands on.
bool drops_mark(UChar32 mark, UChar32 letter) {
  const UScriptCode script = script_of(letter);
  if (script != USCRIPT_CYRILLIC) return drops_all_marks(script);
  return mark == 0x300 || mark == 0x301 || (mark == 0x308 && letter == 0x435);
}

UChar32 plain_arabic(UChar32 c) {
  switch (c) {
    case 0x671:
      return 0x627;  // alef wasla
    case 0x649:
    case 0x6cc:
      return 0x64a;  // alef maksura, Persian yeh
    case 0x629:
      return 0x647;  // teh marbuta
    case 0x6a9:
      return 0x643;  // Persian kaf
    default:
      return c;
  }
}

constexpr UChar32 kTatweel = 0x640;

class Folding {
 public:
  Folding() {
    UErrorCode status = U_ZERO_ERROR;
    casefold_ = icu::Normalizer2::getNFKCCasefoldInstance(status);
    decompose_ = icu::Normalizer2::getNFDInstance(status);
    compose_ = icu::Normalizer2::getNFCInstance(status);
    check(status);
  }

  icu::UnicodeString fold(const icu::UnicodeString& word) const {
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString folded = casefold_->normalize(word, status);
    const icu::UnicodeString parts = decompose_->normalize(folded, status);
    check(status);
    icu::UnicodeString plain;
    UChar32 letter = 0;
    for (std::int32_t i = 0; i < parts.length();) {
      const UChar32 c = parts.char32At(i);
      i += U16_LENGTH(c);
      if (c == kTatweel) continue;
      if (u_charType(c) == U_NON_SPACING_MARK) {
        if (!drops_mark(c, letter)) plain.append(c);
        continue;
      }
      letter = c;
      plain.append(plain_arabic(c));
    }
    icu::UnicodeString out = compose_->normalize(plain, status);
    check(status);
    return out;
  }

 private:
  const icu::Normalizer2* casefold_ = nullptr;
  const icu::Normalizer2* decompose_ = nullptr;
  const icu::Normalizer2* compose_ = nullptr;
};

std::string utf8_of(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  if (out.size() > kLongestWord) {
    std::size_t end = kLongestWord;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) --end;
    out.resize(end);
  }
  return out;
}

// UTF-16 of a text, and where each unit stands in its UTF-8.
struct Wide {
  icu::UnicodeString text;
  std::vector<std::uint32_t> offsets;  // one more than units
  explicit Wide(std::string_view utf8) {
    const auto length = static_cast<std::int32_t>(utf8.size());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
    UChar* units = text.getBuffer(std::max(length, 1));
    if (units == nullptr) throw std::bad_alloc();
    offsets.resize(utf8.size() + 1);
    std::int32_t count = 0;
    for (std::int32_t at = 0; at < length;) {
      const auto from = static_cast<std::uint32_t>(at);
      UChar32 c = 0;
      U8_NEXT_OR_FFFD(bytes, at, length, c);
      offsets[static_cast<std::size_t>(count)] = from;
      if (c > 0xffff) offsets[static_cast<std::size_t>(count) + 1] = from;
      UBool failed = false;
      U16_APPEND(units, count, length, c, failed);
      static_cast<void>(failed);
    }
    offsets[static_cast<std::size_t>(count)] = static_cast<std::uint32_t>(length);
    offsets.resize(static_cast<std::size_t>(count) + 1);
    text.releaseBuffer(count);
  }
};

// Making a break iterator takes longer than most texts, so it is kept; ICU's are for one thread at
// a time.
class WordBreaker {
 public:
  WordBreaker() {
    UErrorCode status = U_ZERO_ERROR;
    iterator_.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
    check(status);
  }

  std::vector<Word> words(std::string_view text) {
    words_.clear();
    position_ = 0;
    const Wide wide(text);
    iterator_->setText(wide.text);
    std::int32_t from = iterator_->first();
    for (std::int32_t to = iterator_->next(); to != icu::BreakIterator::DONE;
         from = to, to = iterator_->next()) {
      const std::uint32_t begin = wide.offsets[static_cast<std::size_t>(from)];
      const std::uint32_t end = wide.offsets[static_cast<std::size_t>(to)];
      if (iterator_->getRuleStatus() >= UBRK_WORD_NUMBER) {
        add(text.substr(begin, end - begin), wide.text.tempSubStringBetween(from, to), begin, end);
      } else if (text.substr(begin, end - begin) == kBetweenFields) {
        push(std::string(kBetweenFields), begin, end, false);
      }
    }
    return std::move(words_);
  }

 private:
  void push(std::string text, std::uint32_t begin, std::uint32_t end, bool open_ended) {
    words_.push_back({std::move(text), position_++, begin, end, open_ended});
  }

  void add(std::string_view utf8, const icu::UnicodeString& word, std::uint32_t begin,
           std::uint32_t end) {
    const bool ascii = std::all_of(utf8.begin(), utf8.end(),
                                   [](char c) { return static_cast<signed char>(c) > 0; });
    if (ascii) {
      std::string lower(utf8.substr(0, kLongestWord));
      for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      }
      push(std::move(lower), begin, end, false);
      return;
    }
    add_runs(folding_.fold(word), begin, end);
  }

  // 2020년에 is one word to ICU: a number and a Hangul run here.
  void add_runs(const icu::UnicodeString& word, std::uint32_t begin, std::uint32_t end) {
    std::int32_t from = 0;
    while (from < word.length()) {
      const bool hangul = is_hangul(word.char32At(from));
      std::int32_t to = from;
      UChar32 last = 0;
      while (to < word.length() && is_hangul(word.char32At(to)) == hangul) {
        last = word.char32At(to);
        to += U16_LENGTH(last);
      }
      const icu::UnicodeString run = word.tempSubStringBetween(from, to);
      if (hangul) {
        add_pairs(run, begin, end);
      } else {
        push(utf8_of(run), begin, end, is_unspaced(script_of(last)));
      }
      from = to;
    }
  }

  void add_pairs(const icu::UnicodeString& run, std::uint32_t begin, std::uint32_t end) {
    if (run.length() == 1) return push(utf8_of(run), begin, end, true);
    for (std::int32_t at = 0; at + 1 < run.length(); ++at) {
      push(utf8_of(run.tempSubString(at, 2)), begin, end, false);
    }
  }

  std::unique_ptr<icu::BreakIterator> iterator_;
  Folding folding_;
  std::vector<Word> words_;
  std::uint32_t position_ = 0;
};

}  // namespace

std::vector<Word> break_words(std::string_view text) {
  thread_local WordBreaker breaker;
  return breaker.words(text);
}

}  // namespace depone
