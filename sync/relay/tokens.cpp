#include "sync/relay/tokens.h"

#include <algorithm>

#include "crypto/hash.h"
#include "crypto/kdf.h"

namespace depone::relay {

namespace {

constexpr std::string_view kPurpose = "depone/token/1";
constexpr std::size_t kMacAt = 40;  // behind the request key and the seconds
constexpr std::size_t kSize = kMacAt + 32;

Sha256 mac_of(const Secret<32>& key, ByteView claim) {
  Bytes message(kPurpose.begin(), kPurpose.end());
  message.insert(message.end(), claim.begin(), claim.end());
  return hmac_sha256(key.reveal(), message);
}

std::string id_of(ByteView mac) { return hex(sha256(mac)).substr(0, 32); }

}  // namespace

std::string Tokens::issue(const Ed25519Public& request_key, Time expires) const {
  Bytes token(request_key.begin(), request_key.end());
  for (int shift = 56; shift >= 0; shift -= 8)
    token.push_back(static_cast<std::uint8_t>(expires.seconds >> shift & 0xff));
  const Sha256 mac = mac_of(key_, token);
  token.insert(token.end(), mac.begin(), mac.end());
  return base64url(token);
}

std::optional<Token> Tokens::open(std::string_view text) const {
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() != kSize) return std::nullopt;
  const ByteView claim = ByteView(*bytes).first(kMacAt);
  const ByteView mac = ByteView(*bytes).subspan(kMacAt);
  if (!equal_secret(mac_of(key_, claim), mac)) return std::nullopt;
  Token out;
  std::copy_n(claim.begin(), out.request_key.size(), out.request_key.begin());
  std::uint64_t seconds = 0;
  for (const std::uint8_t byte : claim.subspan(out.request_key.size())) seconds = seconds << 8 | byte;
  out.expires = Time{static_cast<std::int64_t>(seconds)};
  out.id = id_of(mac);
  return out;
}

}  // namespace depone::relay
