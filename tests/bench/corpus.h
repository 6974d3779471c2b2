#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace depone::bench {

// Latin, Cyrillic, Arabic, Hangul, Ethiopic, Han
inline constexpr std::size_t kScripts = 6;

struct Testimony {
  std::size_t script = 0;
  std::string title, text, place, date, tag, reference;
};

// Made-up testimonies of about 1 KiB of words in six scripts, as often as words are used (Zipf);
// the same for the same number.
class Corpus {
 public:
  Corpus();
  Testimony testimony(std::uint64_t number) const;
  // By how common it is, 0 the commonest.
  const std::string& word(std::size_t script, std::size_t rank) const;
  // How many words are not pairs of others: word(base() + i * base() + j) is word(i) with word(j).
  std::size_t base(std::size_t script) const;
  static std::string between(std::size_t script);  // what stands between words: nothing in Han

 private:
  struct Vocabulary {
    std::vector<std::string> words;
    std::vector<double> up_to;  // sums of 1 / (rank + 3)
  };
  std::string text(std::size_t script, std::size_t bytes, std::mt19937_64& random) const;
  std::vector<Vocabulary> vocabularies_;
};

}  // namespace depone::bench
