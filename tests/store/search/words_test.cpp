#include "store/search/words.h"

#include <map>

#include "store/search/search.h"
#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using Words = std::vector<std::string>;

TEST_CASE("Words are folded to lower case without punctuation", "[words]") {
  CHECK(words_of("The Night-raid, at 4:30!") == Words{"the", "night", "raid", "at", "4", "30"});
  CHECK(words_of("...").empty());
  CHECK(words_of("").empty());
}

TEST_CASE("Latin letters lose their accents", "[words]") {
  CHECK(words_of("Détention à São Paulo") == Words{"detention", "a", "sao", "paulo"});
  CHECK(words_of("De\u0301tention") == Words{"detention"});
  CHECK(words_of("STRASSE Straße") == Words{"strasse", "strasse"});
  CHECK(words_of("ĐẶNG") == words_of("đặng"));
}

TEST_CASE("Full-width forms are the usual ones", "[words]") {
  CHECK(words_of("ＡＢＣ１２３") == Words{"abc123"});
}

TEST_CASE("Greek and Cyrillic keep what makes another letter", "[words]") {
  CHECK(words_of("Ελλάδα") == words_of("ελλαδα"));
  CHECK(words_of("ещё") == words_of("ЕЩЕ"));
  CHECK(words_of("мой") != words_of("мои"));
  CHECK(words_of("з\u0301амок") == words_of("замок"));
}

TEST_CASE("Arabic loses vowel signs, tatweel and letter variants", "[words]") {
  CHECK(words_of("مُعْتَقَل") == words_of("معتقل"));
  CHECK(words_of("أحمد") == words_of("احمد"));
  CHECK(words_of("إيران") == words_of("ایران"));
  CHECK(words_of("مدرسة") == words_of("مدرسه"));
  CHECK(words_of("ســجن") == words_of("سجن"));
}

TEST_CASE("Hebrew loses its points", "[words]") { CHECK(words_of("שָׁלוֹם") == words_of("שלום")); }

TEST_CASE("Hebrew final letters are the usual ones, abbreviations one word", "[words]") {
  CHECK(words_of("שלום").at(0).ends_with("מ"));
  CHECK(words_of("צה״ל") == words_of("צהל"));
}

TEST_CASE("Devanagari keeps its vowel signs", "[words]") {
  CHECK(words_of("की") != words_of("का"));
  CHECK(words_of("की") == Words{"की"});
}

TEST_CASE("Hindi spellings of a nasal and of borrowed letters are one", "[words]") {
  CHECK(words_of("हिन्दी") == words_of("हिंदी"));
  CHECK(words_of("सम्बन्ध") == words_of("संबंध"));
  CHECK(words_of("ज़मीन") == words_of("जमीन"));
  CHECK(words_of("जन्म") == Words{"जन्म"});
}

TEST_CASE("Latin letters without a decomposition are plain ones", "[words]") {
  CHECK(words_of("Łódź Đặng Ærø") == Words{"lodz", "dang", "aero"});
}

TEST_CASE("Digits of any script are found by any", "[words]") {
  CHECK(words_of("٢٠٢٠ २०२० ၂၀၂၀") == Words{"2020", "2020", "2020"});
}

TEST_CASE("Words are divided at apostrophes and points", "[words]") {
  CHECK(words_of("l’homme") == Words{"l", "homme"});
  CHECK(words_of("l'homme") == Words{"l", "homme"});
  CHECK(words_of("example.org") == Words{"example", "org"});
}

TEST_CASE("Amharic letters of one sound are one", "[words]") {
  CHECK(words_of("ሠላም") == words_of("ሰላም"));
  CHECK(words_of("ዓለም") != words_of("አልም"));
}

TEST_CASE("The index holds Arabic words without their particles too", "[words]") {
  const auto forms = [](std::string_view text) {
    Words out;
    for (const Word& word : index_words(text)) out.push_back(word.text);
    return out;
  };
  CHECK(forms("والسجن") == Words{"والسجن", "السجن", "سجن"});
  CHECK(forms("بالحرية") == Words{"بالحريه", "الحريه", "حريه"});
  CHECK(forms("للسجن") == Words{"للسجن", "السجن", "سجن"});
  CHECK(forms("بنت") == Words{"بنت"});
}

TEST_CASE("Other forms of a word stand where it stands", "[words]") {
  const auto words = index_words("في السجن الكبير");
  REQUIRE(words.size() == 5);
  CHECK(words[1].position == 1);
  CHECK(words[2].position == 1);
  CHECK(words[3].position == 2);
}

TEST_CASE("A fast way through folding gives what the slow one gives", "[words]") {
  // The same letters, alone and beside one that takes the whole word the slow way.
  for (const char* word : {"détention", "Свобода", "ئایین", "ကျွန်ုပ်", "ສິດທິ", "សិទ្ធិ"}) {
    INFO(word);
    CHECK(words_of(word) == words_of(words_of(word).at(0)));
  }
}

// A picture at the end of a word is no part of it, but keeps it from the way around ICU.
TEST_CASE("The way around ICU finds the words that ICU finds, whatever the character", "[words]") {
  const auto same = [](const std::string& piece) {
    const auto ours = index_words(piece);
    const auto icu = index_words(piece + "\U0001f600");
    return std::equal(ours.begin(), ours.end(), icu.begin(), icu.end(),
                      [](const Word& a, const Word& b) {
                        return a.text == b.text && a.position == b.position && a.begin == b.begin &&
                               a.end == b.end && a.open_ended == b.open_ended;
                      });
  };
  std::uint32_t different = 0;
  for (std::uint32_t c = 0x80; c <= 0xffff; ++c) {
    if (c >= 0xd800 && c <= 0xdfff) continue;
    const std::string character{static_cast<char>(0xe0 | c >> 12),
                                static_cast<char>(0x80 | (c >> 6 & 0x3f)),
                                static_cast<char>(0x80 | (c & 0x3f))};
    const std::string text = c >= 0x800 ? character
                                        : std::string{static_cast<char>(0xc0 | c >> 6),
                                                      static_cast<char>(0x80 | (c & 0x3f))};
    for (const char* around : {"é", "a", "5", "북", "እ"}) {
      if (!same(around + text + around)) different = c;
    }
    if (!same(text + text + "\u0301" + text)) different = c;
  }
  CHECK(different == 0);
}

TEST_CASE("Amharic words are split at spaces and its own marks", "[words]") {
  CHECK(words_of("ሰብዓዊ፡መብት።") == Words{"ሰብአዊ", "መብት"});
}

TEST_CASE("Korean words are pairs of syllables", "[words]") {
  CHECK(words_of("북송되었다") == Words{"북송", "송되", "되었", "었다"});
  CHECK(words_of("딸 둘") == Words{"딸", "둘"});
}

TEST_CASE("Decomposed Hangul is the same word", "[words]") {
  CHECK(words_of("\u1107\u116e\u11a8\u1109\u1169\u11bc") == Words{"북송"});
}

TEST_CASE("A number and the Korean particle after it are two", "[words]") {
  CHECK(words_of("2020년에") == Words{"2020", "년에"});
}

TEST_CASE("Scripts without spaces are broken into words", "[words]") {
  CHECK(words_of("警察拘留了记者").size() > 1);
  CHECK(words_of("ตำรวจจับกุมนักข่าว").size() > 1);
  CHECK(words_of("ប៉ូលិសចាប់ខ្លួនអ្នកកាសែត").size() > 1);
  CHECK(words_of("警察が記者を拘束した").size() > 2);
}

TEST_CASE("Thai words keep their vowel signs", "[words]") { CHECK(words_of("กิน") == Words{"กิน"}); }

TEST_CASE("Only scripts without spaces and single syllables are open at their end", "[words]") {
  CHECK(break_words("警察").back().open_ended);
  CHECK(break_words("강").back().open_ended);
  CHECK_FALSE(break_words("북송").back().open_ended);
  CHECK_FALSE(break_words("raid").back().open_ended);
}

TEST_CASE("A word says where it stands, in bytes", "[words]") {
  const auto words = break_words("é 북송되다 \U0001d400x");
  REQUIRE(words.size() == 5);
  CHECK(words[0].begin == 0);
  CHECK(words[0].end == 2);
  CHECK(words[1].begin == 3);
  CHECK(words[2].end == 15);
  CHECK(words[4].begin == 16);
  CHECK(words[4].end == 21);
}

TEST_CASE("Bytes that are no UTF-8 do no harm", "[words]") {
  CHECK(words_of("raid \xff\xfe night") == Words{"raid", "night"});
}

TEST_CASE("A very long word is cut between characters", "[words]") {
  const std::string word = words_of(std::string(1000, 'x')).at(0);
  CHECK(word == std::string(128, 'x'));
  std::string accented;
  for (int i = 0; i < 100; ++i) accented += "я";
  CHECK(words_of("x" + accented).at(0).size() == 127);
}

TEST_CASE("Fields are kept apart by a word that no text has", "[words]") {
  const auto words = break_words("one" + std::string(kBetweenFields) + "two");
  REQUIRE(words.size() == 3);
  CHECK(words[1].text == kBetweenFields);
  CHECK(words[2].position == 2);
}

TEST_CASE("A run of letters that no dictionary knows is not taken apart without end", "[words]") {
  for (const char* letter : {"ก", "က", "ក", "ກ"}) {
    INFO(letter);
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += letter;
    std::map<std::uint32_t, std::size_t> forms;
    for (const Word& word : index_words(text)) ++forms[word.position];
    for (const auto& [position, count] : forms) REQUIRE(count <= 201);
  }
}

}  // namespace
}  // namespace depone
