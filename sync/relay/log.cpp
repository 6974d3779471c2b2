#include "sync/relay/log.h"

#include <algorithm>

#include "crypto/error.h"
#include "crypto/formats/receipt.h"

namespace depone::relay {

namespace {

constexpr std::size_t kHash = 32;

Sha256 hash_at(const Bytes& tile, std::uint64_t place) {
  Sha256 out;
  std::copy_n(tile.begin() + static_cast<std::ptrdiff_t>(place * kHash), kHash, out.begin());
  return out;
}

// The root over the complete subtrees in [first, first + count) of a tile; count is a power of two.
Sha256 root_within(const Bytes& tile, std::uint64_t first, std::uint64_t count) {
  if (count == 1) return hash_at(tile, first);
  return merkle::node_hash(root_within(tile, first, count / 2), root_within(tile, first + count / 2, count / 2));
}

}  // namespace

Bytes& TileNodes::tile(unsigned level, std::uint64_t index) {
  const std::pair place(level, index);
  auto found = tiles_.find(place);
  if (found == tiles_.end()) found = tiles_.emplace(place, ledger_.tile(level, index)).first;
  return found->second;
}

Sha256 TileNodes::node(unsigned level, std::uint64_t index) {
  const unsigned within = level % kTileHeight;
  const std::uint64_t count = std::uint64_t{1} << within;
  const std::uint64_t first = index << within;
  const Bytes& hashes = tile(level / kTileHeight, first / kTileWidth);
  if (hashes.size() < (first % kTileWidth + count) * kHash) {
    throw Error(Code::damaged, "a part of the hash tree is missing in the ledger; nothing was changed",
                TilePath{false, level / kTileHeight, first / kTileWidth, kTileWidth}.text());
  }
  return root_within(hashes, first % kTileWidth, count);
}

void TileNodes::append(std::uint64_t size, const Sha256& leaf) { append_to(0, size, leaf); }

void TileNodes::append_to(unsigned level, std::uint64_t count, const Sha256& hash) {
  const std::uint64_t index = count / kTileWidth;
  Bytes& hashes = tile(level, index);
  if (hashes.size() != count % kTileWidth * kHash) {
    throw Error(Code::damaged, "the hash tree in the ledger is not of the size that its head says; nothing was changed",
                TilePath{false, level, index, kTileWidth}.text());
  }
  hashes.insert(hashes.end(), hash.begin(), hash.end());
  changed_[{level, index}] = hashes;
  if (hashes.size() == kTileWidth * kHash) append_to(level + 1, index, root_within(hashes, 0, kTileWidth));
}

std::optional<Bytes> tile_bytes(Ledger& ledger, const TilePath& path, std::uint64_t size) {
  const unsigned level = path.entries ? 0 : path.level;
  const unsigned shift = level * kTileHeight;
  const std::uint64_t count = shift < 64 ? size >> shift : 0;
  if (path.index > count / kTileWidth || path.index * kTileWidth + path.width > count) return std::nullopt;
  if (path.entries) {
    const std::vector<std::string> texts = ledger.entries(path.index * kTileWidth, path.width);
    if (texts.size() != path.width) throw Error(Code::damaged, "log entries are missing in the ledger", path.text());
    return to_bytes(entry_bundle(texts));
  }
  Bytes hashes = ledger.tile(level, path.index);
  if (hashes.size() < path.width * kHash) throw Error(Code::damaged, "a tile is missing in the ledger", path.text());
  hashes.resize(path.width * kHash);
  return hashes;
}

std::string receipt_text(Ledger& ledger, const Head& head, std::uint64_t index) {
  const std::vector<std::string> texts = ledger.entries(index, 1);
  if (texts.empty() || index >= head.size) throw Error(Code::damaged, "a log entry is missing in the ledger", "ledger");
  TileNodes nodes(ledger);
  return Receipt{texts.front(), index, merkle::inclusion_from(nodes.reader(), index, head.size), head.note}.text();
}

std::optional<Bytes> LedgerLog::file(std::string_view tile_path) {
  const auto path = TilePath::parse(tile_path);
  return path ? tile_bytes(ledger_, *path, head_.size) : std::nullopt;
}

}  // namespace depone::relay
