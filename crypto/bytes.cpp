#include "crypto/bytes.h"

#include <sodium.h>

#include <cstring>

namespace depone {
namespace {

std::string encode(ByteView bytes, int variant) {
  std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), variant);
  out.pop_back();  // libsodium's terminating NUL
  return out;
}

std::optional<Bytes> decode(std::string_view text, int variant) {
  Bytes out(text.size() / 4 * 3 + 3);
  std::size_t size = 0;
  if (sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &size, nullptr,
                        variant) != 0) {
    return std::nullopt;
  }
  out.resize(size);
  // Only what encoding gives is canonical, whatever a decoder tolerates.
  if (encode(out, variant) != text) return std::nullopt;
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes to_bytes(std::string_view text) { return Bytes(text.begin(), text.end()); }

bool equal(ByteView a, ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

std::string hex(ByteView bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return out;
}

std::string base64(ByteView bytes) { return encode(bytes, sodium_base64_VARIANT_ORIGINAL); }
std::optional<Bytes> from_base64(std::string_view text) {
  return decode(text, sodium_base64_VARIANT_ORIGINAL);
}
std::string base64_unpadded(ByteView bytes) {
  return encode(bytes, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
}
std::optional<Bytes> from_base64_unpadded(std::string_view text) {
  return decode(text, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
}
std::string base64url(ByteView bytes) {
  return encode(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}
std::optional<Bytes> from_base64url(std::string_view text) {
  return decode(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

std::optional<std::uint64_t> from_decimal(std::string_view text, std::uint64_t max) {
  if (text.empty() || text.size() > 20 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (UINT64_MAX - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  if (value > max) return std::nullopt;
  return value;
}

void random_bytes(std::span<std::uint8_t> into) {
  if (!into.empty()) randombytes_buf(into.data(), into.size());
}

bool is_utf8(ByteView bytes) {
  std::size_t i = 0;
  while (i < bytes.size()) {
    const std::uint8_t first = bytes[i++];
    if (first < 0x80) {
      // Eight at once: most texts are, or begin with, plain letters.
      std::uint64_t eight = 0;
      while (bytes.size() - i >= sizeof eight) {
        std::memcpy(&eight, bytes.data() + i, sizeof eight);
        if ((eight & 0x8080'8080'8080'8080) != 0) break;
        i += sizeof eight;
      }
      continue;
    }
    std::size_t more = 0;
    std::uint32_t smallest = 0;
    std::uint32_t point = 0;
    if (first >= 0xc2 && first <= 0xdf) {
      more = 1, smallest = 0x80, point = first & 0x1fu;
    } else if (first >= 0xe0 && first <= 0xef) {
      more = 2, smallest = 0x800, point = first & 0x0fu;
    } else if (first >= 0xf0 && first <= 0xf4) {
      more = 3, smallest = 0x10000, point = first & 0x07u;
    } else {
      return false;
    }
    if (bytes.size() - i < more) return false;
    for (; more > 0; --more) {
      const std::uint8_t next = bytes[i++];
      if ((next & 0xc0) != 0x80) return false;
      point = point << 6 | (next & 0x3fu);
    }
    if (point < smallest || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
  }
  return true;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::optional<std::vector<std::string_view>> lines_of(std::string_view text) {
  if (text.empty()) return std::vector<std::string_view>();
  if (text.back() != '\n') return std::nullopt;
  text.remove_suffix(1);
  return split(text, '\n');
}

}  // namespace depone
