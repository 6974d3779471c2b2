#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/hash.h"

namespace depone {

// c2sp.org/tlog-tiles: tiles of height 8.
inline constexpr unsigned kTileHeight = 8;
inline constexpr std::uint64_t kTileWidth = 256;

// "tile/<L>/<N>[.p/<W>]" or "tile/entries/<N>[.p/<W>]"; N in groups of three digits, all but the
// last with an x.
struct TilePath {
  bool entries = false;
  unsigned level = 0;  // 0 … 63
  std::uint64_t index = 0;
  unsigned width = 256;  // 1 … 256
  std::string text() const;
  static std::optional<TilePath> parse(std::string_view text);  // canonical only
};

// All tiles that a log of `size` leaves has, partial ones included; entries too. One for every 128
// leaves or so: a size that somebody else signed is bounded by the caller first.
std::vector<TilePath> tiles_of(std::uint64_t size);

// An entry bundle: each entry with a 16-bit big-endian length before it.
std::string entry_bundle(const std::vector<std::string>& entries);
std::vector<std::string> parse_entry_bundle(ByteView bytes, unsigned width);  // Code::malformed

}  // namespace depone
