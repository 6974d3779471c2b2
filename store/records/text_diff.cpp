#include "store/records/text_diff.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <algorithm>
#include <dtl/dtl.hpp>
#include <memory>
#include <unordered_map>
#include <utility>

#include "crypto/error.h"

namespace depone {

namespace {

using Pieces = std::vector<std::string_view>;

// The steps that dtl may keep in memory, 24 bytes each. It keeps at most one for each pair of
// pieces; beyond its own limit (twice this) it would go on with sizes that it does not expect, so
// larger differences are not given to it.
constexpr std::size_t kMaxSteps = 1'000'000;
// Of a whole comparison; and how often what stands between anchors is divided at anchors again. A
// text can be made so that each time there is one more.
constexpr std::size_t kMaxWork = 20'000'000;
constexpr int kMaxDepth = 8;

enum class Level { lines, sentences, words, none };

Level below(Level level) { return static_cast<Level>(static_cast<int>(level) + 1); }

void check(UErrorCode status) {
  if (U_FAILURE(status)) {
    throw Error(Code::io, std::string("the library for text (ICU) does not work here: ") +
                              u_errorName(status));
  }
}

// Making a break iterator takes longer than most texts, so they are kept.
icu::BreakIterator& breaker(Level level) {
  const auto make = [](auto create) {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::BreakIterator> made(create(icu::Locale::getRoot(), status));
    check(status);
    return made;
  };
  thread_local const auto sentences = make(icu::BreakIterator::createSentenceInstance);
  thread_local const auto words = make(icu::BreakIterator::createWordInstance);
  return level == Level::sentences ? *sentences : *words;
}

Pieces lines_in(std::string_view text) {
  Pieces pieces;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return pieces;
}

Pieces pieces_of(std::string_view text, Level level) {
  if (level == Level::lines) return lines_in(text);
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UText, decltype(&utext_close)> utf8(
      utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status),
      utext_close);
  check(status);
  icu::BreakIterator& iterator = breaker(level);
  iterator.setText(utf8.get(), status);
  check(status);
  Pieces pieces;
  std::int32_t from = iterator.first();
  for (std::int32_t to = iterator.next(); to != icu::BreakIterator::DONE;
       from = to, to = iterator.next()) {
    pieces.push_back(
        text.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)));
  }
  return pieces;
}

// Only spaces and punctuation of ASCII: nothing that a changed word left and a changed word right
// of it should be held apart by.
bool is_filler(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0 && c != '\n' && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
           !(c >= 'A' && c <= 'Z');
  });
}

using Anchor = std::pair<std::size_t, std::size_t>;  // a piece's place in both texts

// The longest row of pieces that stand once in each text and in the same order in both.
std::vector<Anchor> anchors_of(const Pieces& a, const Pieces& b) {
  struct Places {
    std::size_t in_a = 0, in_b = 0, at_a = 0, at_b = 0;  // how often, and where
  };
  std::unordered_map<std::string_view, Places> places;
  for (std::size_t i = 0; i < a.size(); ++i) {
    Places& place = places[a[i]];
    ++place.in_a;
    place.at_a = i;
  }
  for (std::size_t i = 0; i < b.size(); ++i) {
    const auto place = places.find(b[i]);
    if (place == places.end()) continue;
    ++place->second.in_b;
    place->second.at_b = i;
  }
  std::vector<Anchor> common;  // ascending in `a`
  for (std::size_t i = 0; i < a.size(); ++i) {
    const Places& place = places.at(a[i]);
    if (place.in_a == 1 && place.in_b == 1) common.emplace_back(i, place.at_b);
  }
  // ends[n]: the one with the smallest place in `b` that a row of n + 1 ends with.
  std::vector<std::size_t> ends, before(common.size());
  for (std::size_t i = 0; i < common.size(); ++i) {
    const auto at = std::lower_bound(
        ends.begin(), ends.end(), common[i].second,
        [&](std::size_t end, std::size_t place) { return common[end].second < place; });
    before[i] = at == ends.begin() ? i : *(at - 1);
    if (at == ends.end())
      ends.push_back(i);
    else
      *at = i;
  }
  std::vector<Anchor> row(ends.size());
  for (std::size_t n = ends.size(), i = ends.empty() ? 0 : ends.back(); n > 0; i = before[i])
    row[--n] = common[i];
  return row;
}

class Comparison {
 public:
  void compare(std::string_view before, std::string_view after, Level level) {
    if (before == after) return same(before);
    if (before.empty() || after.empty() || level == Level::none) return changed(before, after);
    const Pieces a = pieces_of(before, level);
    const Pieces b = pieces_of(after, level);
    const std::size_t shorter = std::min(a.size(), b.size());
    std::size_t front = 0, back = 0;
    while (front < shorter && a[front] == b[front]) ++front;
    while (back < shorter - front && a[a.size() - 1 - back] == b[b.size() - 1 - back]) ++back;
    for (std::size_t i = 0; i < front; ++i) same(a[i]);
    middle({a.begin() + offset(front), a.end() - offset(back)},
           {b.begin() + offset(front), b.end() - offset(back)}, level, 0);
    for (std::size_t i = a.size() - back; i < a.size(); ++i) same(a[i]);
  }

  std::vector<TextChange> finish() {
    std::vector<TextChange> out;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      const bool filler = runs_[i].same() && is_filler(runs_[i].before) && i + 1 < runs_.size();
      if (!out.empty() && !out.back().same() && (filler || !runs_[i].same())) {
        out.back().before += runs_[i].before;
        out.back().after += runs_[i].after;
      } else {
        out.push_back(runs_[i]);
      }
    }
    return out;
  }

 private:
  static std::ptrdiff_t offset(std::size_t count) { return static_cast<std::ptrdiff_t>(count); }

  static std::string joined(const Pieces& pieces) {
    std::string text;
    for (const std::string_view piece : pieces) text += piece;
    return text;
  }

  void middle(const Pieces& a, const Pieces& b, Level level, int depth) {
    if (a.empty() || b.empty()) return changed(joined(a), joined(b));
    if (a.size() > std::min(kMaxSteps, work_) / b.size())
      return between_anchors(a, b, level, depth);
    work_ -= a.size() * b.size();
    dtl::Diff<std::string_view, Pieces> diff(a, b);
    diff.onHuge();
    diff.compose();
    Pieces gone, come;
    const auto flush = [&] {
      if (!gone.empty() || !come.empty()) compare(joined(gone), joined(come), below(level));
      gone.clear();
      come.clear();
    };
    for (const auto& [piece, info] : diff.getSes().getSequence()) {
      if (info.type == dtl::SES_COMMON) {
        flush();
        same(piece);
      } else {
        (info.type == dtl::SES_DELETE ? gone : come).push_back(piece);
      }
    }
    flush();
  }

  // Too much to compare piece by piece: first what stands once in each, in the same order.
  void between_anchors(const Pieces& a, const Pieces& b, Level level, int depth) {
    const std::vector<Anchor> anchors =
        depth < kMaxDepth ? anchors_of(a, b) : std::vector<Anchor>();
    if (anchors.empty()) return compare(joined(a), joined(b), below(level));
    Anchor from{0, 0};
    const auto gap = [&](std::size_t to_a, std::size_t to_b) {
      middle({a.begin() + offset(from.first), a.begin() + offset(to_a)},
             {b.begin() + offset(from.second), b.begin() + offset(to_b)}, level, depth + 1);
    };
    for (const auto& [in_a, in_b] : anchors) {
      gap(in_a, in_b);
      same(a[in_a]);
      from = {in_a + 1, in_b + 1};
    }
    gap(a.size(), b.size());
  }

  void same(std::string_view text) {
    if (text.empty()) return;
    if (runs_.empty() || !runs_.back().same()) runs_.emplace_back();
    runs_.back().before += text;
    runs_.back().after += text;
  }
  void changed(std::string_view before, std::string_view after) {
    if (runs_.empty() || runs_.back().same()) runs_.emplace_back();
    runs_.back().before += before;
    runs_.back().after += after;
  }

  std::vector<TextChange> runs_;
  std::size_t work_ = kMaxWork;  // that is left
};

}  // namespace

std::vector<TextChange> compare_texts(std::string_view before, std::string_view after) {
  Comparison comparison;
  comparison.compare(before, after, Level::lines);
  return comparison.finish();
}

}  // namespace depone
