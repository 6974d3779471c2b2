#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/formats/checkpoint.h"
#include "crypto/formats/tile.h"
#include "crypto/merkle.h"
#include "sync/remote/checks.h"
#include "sync/remote/log_source.h"

namespace depone {

// A tile or entry bundle of a log of `size`; where a partial one is gone because the log has grown
// meanwhile, the full one's start (c2sp.org/tlog-tiles, "Partial Tiles"). nullopt: neither is
// there.
struct LogFile {
  TilePath path;  // which of the two it was
  Bytes bytes;
};
std::optional<LogFile> read_log_file(LogSource& source, TilePath path);

// Builds the tree anew from leaf hashes, tile by tile, and holds every stored hash tile against it
// as it goes. Memory: one unfinished tile a level.
class LogTree {
 public:
  explicit LogTree(LogSource& source) : source_(source) {}
  void add(const Sha256& leaf);
  std::uint64_t size() const { return entries_.size(); }
  Sha256 root() const { return entries_.root(); }
  // After the last leaf. Sets `tree` and `tiles` of the checks; what does not hold goes to
  // `failures`, each naming the file that is wrong.
  void finish(const Checkpoint& checkpoint, Checks& checks, std::vector<std::string>& failures);

 private:
  struct Level {
    std::vector<Sha256> hashes;
    std::uint64_t index = 0;
  };
  struct Problem {
    TilePath path;
    std::string text;                        // what is wrong with it, for a message
    std::optional<std::size_t> first_wrong;  // hash in the tile
  };
  LogSource& source_;
  merkle::Accumulator entries_;
  merkle::Accumulator stored_;  // over what the stored level 0 says
  bool stored_whole_ = true;
  std::vector<Level> levels_;
  std::vector<Problem> problems_;
  void add_hash(std::size_t level, const Sha256& hash);
  void compare(std::size_t level);
};

}  // namespace depone
