#pragma once

#include <optional>
#include <string>

#include "crypto/formats/checkpoint.h"
#include "crypto/formats/tile.h"
#include "crypto/merkle.h"
#include "crypto/note.h"
#include "sync/relay/ledger.h"
#include "sync/remote/log_source.h"

namespace depone::relay {

// Hashes of complete subtrees out of a ledger's tiles: crypto/merkle.h works from these. Keeps what it has read; for one
// piece of work.
class TileNodes {
 public:
  explicit TileNodes(Ledger& ledger) : ledger_(ledger) {}
  // Of leaves [index·2^level, (index+1)·2^level). Code::damaged where the ledger does not hold it.
  Sha256 node(unsigned level, std::uint64_t index);
  merkle::NodeReader reader() {
    return [this](unsigned level, std::uint64_t index) { return node(level, index); };
  }
  // The next leaf of a log of `size` leaves, which becomes one of size + 1.
  void append(std::uint64_t size, const Sha256& leaf);
  const Ledger::Tiles& changed() const { return changed_; }

 private:
  Bytes& tile(unsigned level, std::uint64_t index);
  void append_to(unsigned level, std::uint64_t count, const Sha256& hash);
  Ledger& ledger_;
  Ledger::Tiles tiles_;
  Ledger::Tiles changed_;
};

// The bytes of a tile or entry bundle; nullopt where the log of this size has none such.
std::optional<Bytes> tile_bytes(Ledger& ledger, const TilePath& path, std::uint64_t size);

// The receipt of an entry that `head` covers.
std::string receipt_text(Ledger& ledger, const Head& head, std::uint64_t index);

// The log as it is served, without a network: for `check` and `export`. At a head of the caller's choice, so that it
// stands still while the relay goes on.
class LedgerLog : public LogSource {
 public:
  LedgerLog(Ledger& ledger, Head head) : ledger_(ledger), head_(std::move(head)) {}
  std::string checkpoint() override { return head_.note; }
  std::optional<Bytes> file(std::string_view tile_path) override;
  std::string name() const override { return "the relay's log"; }

 private:
  Ledger& ledger_;
  Head head_;
};

}  // namespace depone::relay
