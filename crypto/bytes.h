#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace depone {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
template <std::size_t N>
using ByteArray = std::array<std::uint8_t, N>;

ByteView as_bytes(std::string_view text);
std::string_view as_text(ByteView bytes);
Bytes to_bytes(std::string_view text);
bool equal(ByteView a, ByteView b);  // not constant-time; for secrets see secret.h

// The decoders accept the one canonical form only: lower-case hex; base64 (RFC 4648 section 4
// padded, section 5 unpadded for the url form) with zero trailing bits and no white space. nullopt
// otherwise.
std::string hex(ByteView bytes);
std::optional<Bytes> from_hex(std::string_view text);
std::string base64(ByteView bytes);
std::optional<Bytes> from_base64(std::string_view text);
std::string base64_unpadded(ByteView bytes);
std::optional<Bytes> from_base64_unpadded(std::string_view text);
std::string base64url(ByteView bytes);
std::optional<Bytes> from_base64url(std::string_view text);

// The same, of exactly N bytes; nullopt for any other length.
template <std::size_t N>
std::optional<ByteArray<N>> exactly(const std::optional<Bytes>& bytes) {
  if (!bytes || bytes->size() != N) return std::nullopt;
  ByteArray<N> out;
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return out;
}

// A decimal integer without sign or leading zeros, at most `max`. nullopt otherwise.
std::optional<std::uint64_t> from_decimal(std::string_view text, std::uint64_t max = UINT64_MAX);

// Random bytes from the operating system.
void random_bytes(std::span<std::uint8_t> into);
template <std::size_t N>
ByteArray<N> random_array() {
  ByteArray<N> out;
  random_bytes(out);
  return out;
}

bool is_utf8(ByteView bytes);

std::vector<std::string_view> split(std::string_view text, char separator);
// The lines of a text that must end in LF; nullopt where it does not. An empty text has no lines.
std::optional<std::vector<std::string_view>> lines_of(std::string_view text);

}  // namespace depone
