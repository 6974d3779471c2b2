#include "crypto/formats/tile.h"

#include <algorithm>

#include "crypto/error.h"

namespace depone {
namespace {

// 1234067 is x001/x234/067.
std::string index_text(std::uint64_t index) {
  std::string out;
  bool last = true;
  do {
    std::string group = std::to_string(index % 1000);
    group.insert(0, 3 - group.size(), '0');
    out = last ? group : "x" + group + "/" + out;
    last = false;
    index /= 1000;
  } while (index > 0);
  return out;
}

std::optional<std::uint64_t> parse_index(const std::vector<std::string_view>& groups) {
  if (groups.empty() || groups.size() > 7) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    std::string_view group = groups[i];
    const bool last = i + 1 == groups.size();
    if (!last) {
      if (group.empty() || group[0] != 'x') return std::nullopt;
      group.remove_prefix(1);
    }
    if (group.size() != 3 ||
        !std::all_of(group.begin(), group.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      return std::nullopt;
    }
    const auto part = static_cast<std::uint64_t>((group[0] - '0') * 100 + (group[1] - '0') * 10 +
                                                 (group[2] - '0'));
    if (value > (UINT64_MAX - part) / 1000) return std::nullopt;
    value = value * 1000 + part;
  }
  return value;
}

void add_level(std::vector<TilePath>& out, bool entries, unsigned level, std::uint64_t nodes) {
  for (std::uint64_t i = 0; i < nodes / kTileWidth; ++i) out.push_back({entries, level, i, 256});
  if (nodes % kTileWidth != 0) {
    out.push_back({entries, level, nodes / kTileWidth, static_cast<unsigned>(nodes % kTileWidth)});
  }
}

}  // namespace

std::string TilePath::text() const {
  std::string out = entries ? "tile/entries/" : "tile/" + std::to_string(level) + "/";
  out += index_text(index);
  if (width != kTileWidth) out += ".p/" + std::to_string(width);
  return out;
}

std::optional<TilePath> TilePath::parse(std::string_view text) {
  std::vector<std::string_view> parts = split(text, '/');
  if (parts.size() < 3 || parts[0] != "tile") return std::nullopt;
  TilePath path;
  if (parts[1] == "entries") {
    path.entries = true;
  } else {
    const auto level = from_decimal(parts[1], 63);
    if (!level) return std::nullopt;
    path.level = static_cast<unsigned>(*level);
  }
  std::vector<std::string_view> groups(parts.begin() + 2, parts.end());
  if (groups.size() >= 2 && groups[groups.size() - 2].ends_with(".p")) {
    const auto width = from_decimal(groups.back(), kTileWidth - 1);
    if (!width || *width == 0) return std::nullopt;
    path.width = static_cast<unsigned>(*width);
    groups.pop_back();
    groups.back().remove_suffix(2);
  }
  const auto index = parse_index(groups);
  if (!index) return std::nullopt;
  path.index = *index;
  if (path.text() != text) return std::nullopt;
  return path;
}

std::vector<TilePath> tiles_of(std::uint64_t size) {
  std::vector<TilePath> out;
  std::uint64_t nodes = size;
  for (unsigned level = 0; nodes > 0; ++level, nodes >>= kTileHeight) {
    add_level(out, false, level, nodes);
  }
  add_level(out, true, 0, size);
  return out;
}

std::string entry_bundle(const std::vector<std::string>& entries) {
  std::string out;
  for (const std::string& entry : entries) {
    if (entry.size() > 65535) throw Error(Code::invalid, "a log entry is larger than 65,535 bytes");
    out += static_cast<char>(entry.size() >> 8);
    out += static_cast<char>(entry.size() & 0xff);
    out += entry;
  }
  return out;
}

std::vector<std::string> parse_entry_bundle(ByteView bytes, unsigned width) {
  std::vector<std::string> out;
  std::size_t at = 0;
  while (at < bytes.size() && out.size() < width) {
    if (bytes.size() - at < 2) break;
    const std::size_t size = (std::size_t{bytes[at]} << 8) | bytes[at + 1];
    if (bytes.size() - at - 2 < size) break;
    out.emplace_back(as_text(bytes.subspan(at + 2, size)));
    at += 2 + size;
  }
  if (at != bytes.size() || out.size() != width) {
    throw Error(Code::malformed,
                "the entry bundle does not hold exactly " + std::to_string(width) + " entries",
                "byte " + std::to_string(at));
  }
  return out;
}

}  // namespace depone
