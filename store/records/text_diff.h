#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace depone {

// What changed between two texts, in any script: line by line, within changed lines sentence by
// sentence, within changed sentences word by word (words by ICU, so also where nobody writes spaces
// between them).

// A run of text: unchanged where `before` and `after` are the same, else what stood there and what
// stands there now (one of them may be empty). Joined, the runs are the two texts.
struct TextChange {
  std::string before;
  std::string after;
  bool same() const { return before == after; }
};

// Both UTF-8. Of texts that differ very much, some of what is common may count as changed: the work
// is bounded.
std::vector<TextChange> compare_texts(std::string_view before, std::string_view after);

}  // namespace depone
