#include "sync/remote/log_tree.h"

#include <algorithm>

namespace depone {

namespace {
constexpr std::size_t kHash = 32;
constexpr std::size_t kMaxProblems = 1000;
}  // namespace

std::optional<LogFile> read_log_file(LogSource& source, TilePath path) {
  if (auto bytes = source.file(path.text())) return LogFile{path, std::move(*bytes)};
  if (path.width == kTileWidth) return std::nullopt;
  path.width = kTileWidth;
  auto bytes = source.file(path.text());
  if (!bytes) return std::nullopt;
  return LogFile{path, std::move(*bytes)};
}

void LogTree::add(const Sha256& leaf) {
  entries_.add(leaf);
  add_hash(0, leaf);
}

void LogTree::add_hash(std::size_t level, const Sha256& hash) {
  if (levels_.size() <= level) levels_.resize(level + 1);
  levels_[level].hashes.push_back(hash);
  if (levels_[level].hashes.size() < kTileWidth) return;
  compare(level);
  const Sha256 parent = merkle::root_of(levels_[level].hashes);
  levels_[level].hashes.clear();
  ++levels_[level].index;
  add_hash(level + 1, parent);
}

void LogTree::compare(std::size_t level) {
  const Level& made = levels_[level];
  TilePath path;
  path.level = static_cast<unsigned>(level);
  path.index = made.index;
  path.width = static_cast<unsigned>(made.hashes.size());
  const auto problem = [&](TilePath where, std::string text,
                           std::optional<std::size_t> first_wrong) {
    if (problems_.size() < kMaxProblems) problems_.push_back({where, std::move(text), first_wrong});
  };
  const auto file = read_log_file(source_, path);
  if (!file || file->bytes.size() != file->path.width * kHash) {
    if (level == 0) stored_whole_ = false;
    if (!file) {
      problem(path, "is missing", std::nullopt);
    } else {
      problem(file->path,
              "has " + std::to_string(file->bytes.size()) + " bytes instead of " +
                  std::to_string(file->path.width * kHash),
              std::nullopt);
    }
    return;
  }
  std::optional<std::size_t> first_wrong;
  for (std::size_t i = 0; i < made.hashes.size(); ++i) {
    const ByteView stored = ByteView(file->bytes).subspan(i * kHash, kHash);
    if (level == 0 && stored_whole_) {
      Sha256 hash;
      std::copy(stored.begin(), stored.end(), hash.begin());
      stored_.add(hash);
    }
    if (!first_wrong && !equal(stored, made.hashes[i])) first_wrong = i;
  }
  if (first_wrong) {
    problem(file->path,
            "is altered: its hash " + std::to_string(*first_wrong) +
                " is not the one that the entries make",
            first_wrong);
  }
}

void LogTree::finish(const Checkpoint& checkpoint, Checks& checks,
                     std::vector<std::string>& failures) {
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    if (!levels_[level].hashes.empty()) compare(level);
  }
  const auto fail = [&](std::string_view check, const std::string& text) {
    checks.fail(check, text);
    failures.push_back(text);
  };
  const bool right = entries_.size() == checkpoint.size && entries_.root() == checkpoint.root;
  if (right) {
    checks.ok("tree");
  } else if (stored_whole_ && stored_.size() == checkpoint.size &&
             stored_.root() == checkpoint.root) {
    // The hash tiles are those of the checkpoint, so it is an entry that was altered: level 0 tells
    // which.
    for (const Problem& problem : problems_) {
      if (problem.path.level != 0 || !problem.first_wrong) continue;
      TilePath entries = problem.path;
      entries.entries = true;
      fail("tree", entries.text() + " is altered: its entry " +
                       std::to_string(*problem.first_wrong) +
                       " is not the one that the log was signed with");
    }
    checks.skip("tiles", "the entries are not those of the tree");
    return;
  } else {
    fail("tree", "the entries do not make the tree whose root the checkpoint states");
  }
  if (problems_.empty()) checks.ok("tiles");
  for (const Problem& problem : problems_) fail("tiles", problem.path.text() + " " + problem.text);
}

}  // namespace depone
