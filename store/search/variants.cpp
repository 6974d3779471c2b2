#include "store/search/variants.h"

#include <initializer_list>
#include <string_view>

namespace depone {

namespace {

bool is_between(char16_t c, char16_t first, char16_t last) { return c >= first && c <= last; }

// A particle, and how many letters must follow for it to be taken as one.
struct Particle {
  std::u16string_view text;
  std::int32_t rest;
};

// In the order in which they stand: of each group at most one.
using Groups = std::initializer_list<std::initializer_list<Particle>>;

std::vector<icu::UnicodeString> without(const icu::UnicodeString& word, Groups groups) {
  std::vector<icu::UnicodeString> forms;
  icu::UnicodeString rest = word;
  for (const auto& group : groups) {
    for (const Particle& particle : group) {
      const auto length = static_cast<std::int32_t>(particle.text.size());
      if (rest.length() - length < particle.rest ||
          rest.compare(0, length, particle.text.data(), 0, length) != 0) {
        continue;
      }
      rest = icu::UnicodeString(rest, length);  // a copy: it is its own source
      forms.push_back(rest);
      break;
    }
  }
  return forms;
}

// After the "light" stemmers of Arabic retrieval: and, so; by, for, as; the article. لل is لال
// written shorter.
std::vector<icu::UnicodeString> arabic(const icu::UnicodeString& word) {
  std::vector<icu::UnicodeString> forms = without(word, {{{u"و", 3}, {u"ف", 4}}});
  icu::UnicodeString rest = forms.empty() ? word : forms.back();
  if (rest.startsWith(u"لل", 2) && rest.length() >= 5) {
    rest.replace(0, 1, u'ا');
    forms.push_back(rest);
  }
  for (icu::UnicodeString& form :
       without(rest, {{{u"ب", 4}, {u"ل", 4}, {u"ك", 4}}, {{u"ال", 2}}})) {
    forms.push_back(std::move(form));
  }
  return forms;
}

std::vector<icu::UnicodeString> hebrew(const icu::UnicodeString& word) {
  return without(word, {{{u"ו", 3}},
                        {{u"ש", 4}, {u"כש", 4}},
                        {{u"ה", 3}, {u"ב", 3}, {u"ל", 3}, {u"מ", 4}, {u"כ", 4}}});
}

std::vector<icu::UnicodeString> ethiopic(const icu::UnicodeString& word) {
  return without(word, {{{u"እንደ", 2},
                         {u"ስለ", 2},
                         {u"የ", 2},
                         {u"በ", 2},
                         {u"ለ", 2},
                         {u"ከ", 2},
                         {u"ን", 3},
                         {u"ብ", 3},
                         {u"ዝ", 3}}});
}

bool is_han(char16_t c) { return is_between(c, 0x3400, 0x9fff); }
bool is_thai_or_lao(char16_t c) { return is_between(c, 0xe00, 0xeff); }
bool is_khmer(char16_t c) { return is_between(c, 0x1780, 0x17ff); }
bool is_burmese(char16_t c) { return is_between(c, 0x1000, 0x109f); }

// Thai and Lao lie in one order, 0x80 apart.
bool is_leading_vowel(char16_t c) {
  const auto thai = static_cast<char16_t>(c < 0xe80 ? c : c - 0x80);
  return is_between(thai, 0xe40, 0xe44);
}
bool follows_its_letter(char16_t c) {
  const auto thai = static_cast<char16_t>(c < 0xe80 ? c : c - 0x80);
  return is_between(thai, 0xe30, 0xe3a) || is_between(thai, 0xe45, 0xe4e);
}

bool begins_character(const icu::UnicodeString& word, std::int32_t at) {
  constexpr char16_t kKhmerCoeng = 0x17d2;
  constexpr char16_t kBurmeseStacker = 0x1039;
  constexpr char16_t kBurmeseAsat = 0x103a;
  const char16_t c = word.charAt(at);
  const char16_t before = word.charAt(at - 1);
  const char16_t after = at + 1 < word.length() ? word.charAt(at + 1) : char16_t{0};
  if (is_han(c)) return true;
  if (is_thai_or_lao(c)) return !follows_its_letter(c) && !is_leading_vowel(before);
  if (is_khmer(c)) return is_between(c, 0x1780, 0x17b3) && before != kKhmerCoeng;
  return is_between(c, 0x1000, 0x102a) && before != kBurmeseStacker && after != kBurmeseAsat &&
         after != kBurmeseStacker;
}

// Parts of one character would find too much. What no dictionary knows can be one word of any
// length, and all its parts would be as many times that.
std::vector<icu::UnicodeString> later_parts(const icu::UnicodeString& word) {
  constexpr std::size_t kMost = 200;
  constexpr std::int32_t kLongest = 128;  // more is cut from every word (words.cpp)
  std::vector<icu::UnicodeString> parts;
  const std::vector<std::int32_t> starts = inner_characters(word);
  for (std::size_t i = 0; i + 1 < starts.size() && i < kMost; ++i)
    parts.emplace_back(word, starts[i], kLongest);
  return parts;
}

}  // namespace

std::vector<std::int32_t> inner_characters(const icu::UnicodeString& word) {
  std::vector<std::int32_t> starts;
  for (std::int32_t i = 0; i < word.length(); ++i) {
    const char16_t c = word.charAt(i);
    if (!is_han(c) && !is_thai_or_lao(c) && !is_khmer(c) && !is_burmese(c)) return {};
    if (i > 0 && begins_character(word, i)) starts.push_back(i);
  }
  return starts;
}

std::vector<icu::UnicodeString> variants_of(const icu::UnicodeString& word) {
  if (word.length() < 3) return {};
  const char16_t first = word.charAt(0);
  if (is_between(first, 0x620, 0x6ff)) return arabic(word);
  if (is_between(first, 0x5d0, 0x5ea)) return hebrew(word);
  if (is_between(first, 0x1200, 0x137f)) return ethiopic(word);
  return later_parts(word);
}

}  // namespace depone
