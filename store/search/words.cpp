#include "store/search/words.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>
#include <unicode/uversion.h>

#include <algorithm>
#include <memory>
#include <new>

#include "store/search/folding.h"
#include "store/search/plain_words.h"
#include "store/search/variants.h"

namespace depone {

namespace {

// Counts the changes to what is a word (words_version).
constexpr int kOurVersion = 2;
constexpr std::size_t kLongestWord =
    128;  // bytes; what goes beyond is cut, in the index and in queries alike

bool is_hangul(UChar32 c) {
  return (c >= 0xac00 && c <= 0xd7a3) || (c >= 0x1100 && c <= 0x11ff) ||
         (c >= 0x3131 && c <= 0x318e) || (c >= 0xa960 && c <= 0xa97c) ||
         (c >= 0xd7b0 && c <= 0xd7fb);
}

// Geresh and gershayim, also as they are typed: ICU leaves them inside words like צה"ל only.
bool is_hebrew_mark(UChar32 c, const icu::UnicodeString& text, std::int32_t at, std::int32_t end) {
  if (c == 0x5f3 || c == 0x5f4) return true;
  const auto is_letter = [&](std::int32_t i) {
    return text.charAt(i) >= 0x5d0 && text.charAt(i) <= 0x5ea;
  };
  return c == '"' && at > 0 && at + 1 < end && is_letter(at - 1) && is_letter(at + 1);
}

// Written without spaces between words.
bool is_unspaced(UChar32 c) {
  if (c < 0xe00) return false;
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(c, &status)) {
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

void append_utf8(std::string& out, UChar32 c) {
  char bytes[U8_MAX_LENGTH];
  std::size_t size = 0;
  U8_APPEND_UNSAFE(bytes, size, c);
  out.append(bytes, size);
}

std::string utf8_of(const icu::UnicodeString& text) {
  std::string out;
  for (std::int32_t i = 0; i < text.length();) {
    const UChar32 c = text.char32At(i);
    i += U16_LENGTH(c);
    append_utf8(out, c);
  }
  if (out.size() > kLongestWord) {
    std::size_t end = kLongestWord;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) --end;
    out.resize(end);
  }
  return out;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<signed char>(c) >= 0; });
}

// UTF-16 of a text from a place on, and where each unit stands in its UTF-8.
struct Wide {
  icu::UnicodeString text;
  std::vector<std::uint32_t> offsets;  // one more than units
  Wide(std::string_view utf8, std::size_t from_byte) {
    const auto length = static_cast<std::int32_t>(utf8.size());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
    const std::int32_t room = std::max(length - static_cast<std::int32_t>(from_byte), 1);
    UChar* units = text.getBuffer(room);
    if (units == nullptr) throw std::bad_alloc();
    offsets.resize(utf8.size() - from_byte + 1);
    std::int32_t count = 0;
    for (auto at = static_cast<std::int32_t>(from_byte); at < length;) {
      const auto from = static_cast<std::uint32_t>(at);
      UChar32 c = 0;
      U8_NEXT_OR_FFFD(bytes, at, length, c);
      offsets[static_cast<std::size_t>(count)] = from;
      if (c > 0xffff) offsets[static_cast<std::size_t>(count) + 1] = from;
      UBool failed = false;
      U16_APPEND(units, count, room, c, failed);
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
    check_icu(status);
  }

  std::vector<Word> words(std::string_view text, bool variants) {
    words_.clear();
    words_.reserve(text.size() / 5);
    position_ = 0;
    variants_ = variants;
    if (is_ascii(text)) {
      add_ascii(text, 0);
    } else {
      add_pieces(text);
    }
    return std::move(words_);
  }

 private:
  void push(std::string text, std::uint32_t begin, std::uint32_t end, bool open_ended) {
    words_.push_back({std::move(text), position_++, begin, end, open_ended});
  }

  // ICU would say the same, more slowly.
  void add_ascii(std::string_view text, std::uint32_t offset) {
    for (std::size_t at = 0; at < text.size();) {
      if (text[at] == kBetweenFields[0]) {
        const auto begin = offset + static_cast<std::uint32_t>(at++);
        push(std::string(kBetweenFields), begin, begin + 1, false);
        continue;
      }
      const std::size_t from = at;
      while (at < text.size() && is_word_character(text[at])) ++at;
      if (at == from) {
        ++at;
        continue;
      }
      std::string lower(text.substr(from, std::min(at - from, kLongestWord)));
      for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
      }
      push(std::move(lower), offset + static_cast<std::uint32_t>(from),
           offset + static_cast<std::uint32_t>(at), false);
    }
  }

  // Nothing that a space or a line break stands between has to do with each other; what is for ICU
  // to say goes to it in one.
  void add_pieces(std::string_view text) {
    std::size_t pending = std::string_view::npos;  // from here to the piece
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t to = std::min(text.find_first_of(" \n", from), text.size());
      if (to > from && plain_.read(text.substr(from, to - from))) {
        if (pending < from) add_any(text.substr(0, from), pending);
        pending = std::string_view::npos;
        add_runs_of_plain(text, from);
      } else if (to > from) {
        pending = std::min(pending, from);
      }
      from = to + 1;
    }
    if (pending < text.size()) add_any(text, pending);
  }

  void add_runs_of_plain(std::string_view text, std::size_t offset) {
    for (const PlainWords::Run& run : plain_.runs()) {
      const auto begin = static_cast<std::uint32_t>(offset + run.begin);
      const auto end = static_cast<std::uint32_t>(offset + run.end);
      if (run.ascii) {
        add_ascii(text.substr(begin, end - begin), begin);
        continue;
      }
      const icu::UnicodeString units(false, plain_.units().data() + run.from,
                                     static_cast<std::int32_t>(run.to - run.from));
      add_runs(folding_.fold(units), begin, end);
    }
  }

  // What stands from `offset` on.
  void add_any(std::string_view text, std::size_t offset) {
    const Wide wide(text, offset);
    iterator_->setText(wide.text);
    std::int32_t from = iterator_->first();
    for (std::int32_t to = iterator_->next(); to != icu::BreakIterator::DONE;
         from = to, to = iterator_->next()) {
      const std::uint32_t begin = wide.offsets[static_cast<std::size_t>(from)];
      const std::uint32_t end = wide.offsets[static_cast<std::size_t>(to)];
      const bool is_word = iterator_->getRuleStatus() >= UBRK_WORD_NUMBER;
      if (!is_word && text[begin] != kBetweenFields[0]) continue;
      const std::string_view part = text.substr(begin, end - begin);
      if (is_ascii(part)) {
        add_ascii(part, begin);
      } else {
        add_parts(wide, from, to);
      }
    }
  }

  // One word of ICU's, divided at apostrophes and the like.
  void add_parts(const Wide& wide, std::int32_t from, std::int32_t to) {
    while (from < to) {
      std::int32_t end = from;
      for (UChar32 c = 0; end < to; end += U16_LENGTH(c)) {
        c = wide.text.char32At(end);
        if (!is_word_character(c) && !is_hebrew_mark(c, wide.text, end, to)) break;
      }
      if (end > from) {
        add_runs(folding_.fold(wide.text.tempSubStringBetween(from, end)),
                 wide.offsets[static_cast<std::size_t>(from)],
                 wide.offsets[static_cast<std::size_t>(end)]);
      }
      from = end < to ? wide.text.moveIndex32(end, 1) : to;
    }
  }

  // 2020년에 is one word to ICU: a number and a Hangul run here.
  void add_runs(const icu::UnicodeString& word, std::uint32_t begin, std::uint32_t end) {
    std::int32_t from = 0;
    while (from < word.length()) {
      const bool hangul = is_hangul(word.charAt(from));  // all of it is in the BMP
      std::int32_t to = from + 1;
      while (to < word.length() && is_hangul(word.charAt(to)) == hangul) ++to;
      const icu::UnicodeString run = word.tempSubStringBetween(from, to);
      if (hangul) {
        add_pairs(run, begin, end);
      } else {
        push(utf8_of(run), begin, end,
             is_unspaced(run.char32At(0)) || is_unspaced(run.char32At(run.length() - 1)));
        if (variants_) add_variants(run, begin, end);
      }
      from = to;
    }
  }

  void add_variants(const icu::UnicodeString& word, std::uint32_t begin, std::uint32_t end) {
    for (const icu::UnicodeString& variant : variants_of(word)) {
      words_.push_back({utf8_of(variant), position_ - 1, begin, end, false});
    }
  }

  void add_pairs(const icu::UnicodeString& run, std::uint32_t begin, std::uint32_t end) {
    if (run.length() == 1) return push(utf8_of(run), begin, end, true);
    for (std::int32_t at = 0; at + 1 < run.length(); ++at) {
      push(utf8_of(run.tempSubString(at, 2)), begin, end, false);
    }
  }

  std::unique_ptr<icu::BreakIterator> iterator_;
  WordFolding folding_;
  PlainWords plain_;
  std::vector<Word> words_;
  std::uint32_t position_ = 0;
  bool variants_ = false;
};

WordBreaker& breaker() {
  thread_local WordBreaker breaker;
  return breaker;
}

}  // namespace

std::vector<Word> break_words(std::string_view text) { return breaker().words(text, false); }

std::vector<Word> index_words(std::string_view text) { return breaker().words(text, true); }

std::vector<std::vector<std::string>> divisions_of(std::string_view text) {
  // Each more doubles the ways.
  constexpr std::size_t kDividedAnyHow = 3;
  constexpr std::size_t kMost = 12;
  const auto word =
      icu::UnicodeString::fromUTF8({text.data(), static_cast<std::int32_t>(text.size())});
  const std::vector<std::int32_t> starts = inner_characters(word);
  const std::size_t any_how = starts.size() <= kDividedAnyHow ? starts.size() : 0;
  std::vector<std::vector<std::string>> divisions;
  for (std::size_t cuts = 1; cuts < std::size_t{1} << any_how; ++cuts) {
    std::vector<std::string> parts;
    std::int32_t from = 0;
    for (std::size_t i = 0; i < starts.size(); ++i) {
      if ((cuts >> i & 1) == 0) continue;
      parts.push_back(utf8_of(word.tempSubStringBetween(from, starts[i])));
      from = starts[i];
    }
    parts.push_back(utf8_of(word.tempSubString(from)));
    divisions.push_back(std::move(parts));
  }
  for (std::size_t i = 0; any_how == 0 && i < std::min(starts.size(), kMost); ++i) {
    divisions.push_back(
        {utf8_of(word.tempSubString(0, starts[i])), utf8_of(word.tempSubString(starts[i]))});
  }
  return divisions;
}

std::string folded(std::string_view text) {
  std::string out;
  for (const Word& word : break_words(text)) out += (out.empty() ? "" : " ") + word.text;
  return out;
}

std::string words_version() {
  UVersionInfo version;
  u_getVersion(version);
  char text[U_MAX_VERSION_STRING_LENGTH];
  u_versionToString(version, text);
  return std::to_string(kOurVersion) + " ICU " + text;
}

}  // namespace depone
