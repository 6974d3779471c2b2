#include "crypto/bech32.h"

namespace depone {
namespace {

constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t kChecksum = 6;

// BIP 173, "Checksum".
class Checksum {
 public:
  explicit Checksum(std::string_view hrp) {
    for (const char c : hrp) add(static_cast<std::uint32_t>(c) >> 5);
    add(0);
    for (const char c : hrp) add(static_cast<std::uint32_t>(c) & 31);
  }

  void add(std::uint32_t value) {
    constexpr std::uint32_t kGenerator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                            0x2a1462b3};
    const std::uint32_t top = state_ >> 25;
    state_ = (state_ & 0x1ffffff) << 5 ^ value;
    for (unsigned i = 0; i < 5; ++i) {
      if ((top >> i & 1) != 0) state_ ^= kGenerator[i];
    }
  }

  std::uint32_t state() const { return state_; }

 private:
  std::uint32_t state_ = 1;
};

char upper_case(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
char lower_case(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::size_t encoded_size(std::string_view hrp, std::size_t data) {
  return hrp.size() + 1 + (data * 8 + 4) / 5 + kChecksum;
}

// `put` takes one character after the other, so that a secret's text is only ever where the caller
// wants it.
template <typename Put>
void encode(std::string_view hrp, ByteView data, bool upper, Put put_character) {
  const auto put = [&](char c) { put_character(upper ? upper_case(c) : c); };
  Checksum checksum(hrp);
  const auto put_value = [&](std::uint32_t value) {
    checksum.add(value);
    put(kAlphabet[value]);
  };
  for (const char c : hrp) put(c);
  put('1');
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const std::uint8_t byte : data) {
    bits = (bits << 8 | byte) & 0xfff;
    held += 8;
    while (held >= 5) {
      held -= 5;
      put_value(bits >> held & 31);
    }
  }
  if (held > 0) put_value(bits << (5 - held) & 31);
  for (std::size_t i = 0; i < kChecksum; ++i) checksum.add(0);
  const std::uint32_t sum = checksum.state() ^ 1;
  for (unsigned i = 0; i < kChecksum; ++i) put(kAlphabet[sum >> (5 * (5 - i)) & 31]);
}

}  // namespace

std::string bech32_encode(std::string_view hrp, ByteView data, bool upper) {
  std::string out;
  out.reserve(encoded_size(hrp, data.size()));
  encode(hrp, data, upper, [&](char c) { out += c; });
  return out;
}

SecretBytes bech32_encode_secret(std::string_view hrp, ByteView data, bool upper) {
  SecretBytes out(encoded_size(hrp, data.size()));
  std::size_t at = 0;
  encode(hrp, data, upper, [&](char c) { out.reveal()[at++] = static_cast<std::uint8_t>(c); });
  return out;
}

std::optional<SecretBytes> bech32_decode(std::string_view hrp, std::string_view text, bool upper) {
  if (text.size() < hrp.size() + 1 + kChecksum || text[hrp.size()] != '1') return std::nullopt;
  for (std::size_t i = 0; i < hrp.size(); ++i) {
    if (text[i] != (upper ? upper_case(hrp[i]) : hrp[i])) return std::nullopt;
  }
  const std::string_view rest = text.substr(hrp.size() + 1);
  const std::size_t values = rest.size() - kChecksum;
  SecretBytes out(values * 5 / 8);
  Checksum checksum(hrp);
  std::uint32_t bits = 0;
  unsigned held = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = upper ? lower_case(rest[i]) : rest[i];
    if (upper && c == rest[i] && c >= 'a' && c <= 'z') return std::nullopt;
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    checksum.add(static_cast<std::uint32_t>(value));
    if (i >= values) continue;
    bits = (bits << 5 | static_cast<std::uint32_t>(value)) & 0xfff;
    held += 5;
    if (held >= 8) {
      held -= 8;
      out.reveal()[at++] = static_cast<std::uint8_t>(bits >> held);
    }
  }
  if (checksum.state() != 1) return std::nullopt;
  if (held >= 5 || (bits & ((1u << held) - 1)) != 0) return std::nullopt;
  return out;
}

}  // namespace depone
