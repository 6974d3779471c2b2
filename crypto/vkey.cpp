#include "crypto/vkey.h"

#include <algorithm>

#include "crypto/code_points.h"
#include "crypto/hash.h"

namespace depone::vkey {
namespace {

constexpr std::size_t kMaxOwnName = 255;

std::uint32_t id_of_typed(std::string_view name, ByteView typed_key) {
  Sha256Hasher hasher;
  hasher.update(as_bytes(name));
  hasher.update(as_bytes("\n"));
  hasher.update(typed_key);
  return id_from(hasher.finish());
}

ByteArray<33> typed(Type type, const Ed25519Public& key) {
  ByteArray<33> out;
  out[0] = static_cast<std::uint8_t>(type);
  std::copy(key.begin(), key.end(), out.begin() + 1);
  return out;
}

}  // namespace

ByteArray<4> id_bytes(std::uint32_t id) {
  return {static_cast<std::uint8_t>(id >> 24), static_cast<std::uint8_t>(id >> 16),
          static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id)};
}

std::uint32_t id_from(ByteView bytes) {
  return (std::uint32_t{bytes[0]} << 24) | (std::uint32_t{bytes[1]} << 16) |
         (std::uint32_t{bytes[2]} << 8) | bytes[3];
}

bool is_key_name(std::string_view name) {
  const auto points = code_points(name);
  return points && !points->empty() &&
         std::none_of(points->begin(), points->end(), [](char32_t point) {
           return point < 0x20 || point == '+' || is_unicode_space(point);
         });
}

bool is_own_name(std::string_view name) {
  if (name.size() > kMaxOwnName || !is_key_name(name)) return false;
  const auto points = code_points(name);
  return std::none_of(points->begin(), points->end(), is_unsafe_to_show);
}

bool Raw::id_ok() const { return id == id_of_typed(name, typed_key); }

std::optional<Raw> parse(std::string_view text) {
  // The base64 may hold '+': only the first two separate.
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos || !is_own_name(text.substr(0, first))) return std::nullopt;
  const auto id = exactly<4>(from_hex(text.substr(first + 1, second - first - 1)));
  auto typed_key = from_base64(text.substr(second + 1));
  if (!id || !typed_key || typed_key->size() < 2) return std::nullopt;
  return Raw{text.substr(0, first), id_from(*id), std::move(*typed_key)};
}

std::optional<Ed25519Public> ed25519_of(const Raw& raw, Type type) {
  if (raw.typed_key[0] != static_cast<std::uint8_t>(type) || !raw.id_ok()) return std::nullopt;
  const auto key =
      exactly<32>(std::optional(Bytes(raw.typed_key.begin() + 1, raw.typed_key.end())));
  return key && ed25519_valid(*key) ? key : std::nullopt;
}

std::uint32_t id_of(std::string_view name, Type type, const Ed25519Public& key) {
  return id_of_typed(name, typed(type, key));
}

std::string text_of(std::string_view name, Type type, const Ed25519Public& key) {
  return std::string(name) + "+" + hex(id_bytes(id_of(name, type, key))) + "+" +
         base64(typed(type, key));
}

}  // namespace depone::vkey
