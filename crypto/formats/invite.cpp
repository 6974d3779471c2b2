#include "crypto/formats/invite.h"

#include <algorithm>

#include "crypto/code_points.h"
#include "crypto/error.h"
#include "crypto/kdf.h"

namespace depone {
namespace {

constexpr std::string_view kFamily = "depone:";
constexpr std::string_view kVersion = "depone:1:";
constexpr std::string_view kPin = "&pin=";
constexpr std::size_t kSigned = 102;  // what the checksum covers after the URL
constexpr std::size_t kPacked = kSigned + 4;

[[noreturn]] void altered() {
  throw Error(Code::refused,
              "this invite was cut or altered when it was copied; nothing was sent. Copy the whole "
              "line again, or ask for "
              "a new invite");
}

bool is_url(std::string_view url) {
  const bool plain = url.starts_with("http://");
  if (!plain && !url.starts_with("https://")) return false;
  const std::string_view rest = url.substr(plain ? 7 : 8);
  return !rest.empty() && rest[0] != '/' && std::all_of(url.begin(), url.end(), [](char c) {
    return c > 0x20 && c < 0x7f && c != '#';
  });
}

ByteArray<4> checksum(std::string_view url, ByteView packed) {
  Sha256Hasher hasher;
  hasher.update(as_bytes(url));
  hasher.update(packed.first(kSigned));
  const Sha256 hash = hasher.finish();
  return {hash[0], hash[1], hash[2], hash[3]};
}

}  // namespace

Invite Invite::parse(std::string_view text) {
  if (!text.starts_with(kVersion)) {
    const std::size_t colon = text.find(':', kFamily.size());
    if (text.starts_with(kFamily) && colon != std::string_view::npos &&
        from_decimal(text.substr(kFamily.size(), colon - kFamily.size()))) {
      throw Error(Code::refused,
                  "this invite is of a version that this program does not know; nothing was sent. "
                  "A newer Depone may read "
                  "it");
    }
    throw Error(Code::refused,
                "this is not an invite: one begins with \"depone:1:\"; nothing was sent");
  }
  const std::size_t hash = text.find('#');
  if (text.size() > kMaxInvite || hash == std::string_view::npos) altered();
  const std::string_view url = text.substr(kVersion.size(), hash - kVersion.size());
  std::string_view packed_text = text.substr(hash + 1);
  std::optional<Sha256> pin;
  if (const std::size_t at = packed_text.find('&'); at != std::string_view::npos) {
    const std::string_view rest = packed_text.substr(at);
    if (rest.starts_with(kPin)) pin = exactly<32>(from_base64url(rest.substr(kPin.size())));
    if (!pin) altered();
    packed_text = packed_text.substr(0, at);
  }
  const auto packed = exactly<kPacked>(from_base64url(packed_text));
  if (!packed || !is_url(url)) altered();
  const ByteView bytes(*packed);
  if (!equal(checksum(url, bytes), bytes.last(4))) altered();

  const auto authority = minisign::PublicKey::from_raw(bytes.first(42));
  if (!authority) altered();
  Invite out{std::string(url), *authority, {}, {}, {}, 0, pin};
  std::copy_n(bytes.begin() + 42, 32, out.log_key.begin());
  std::copy_n(bytes.begin() + 74, 8, out.id.begin());
  std::copy_n(bytes.begin() + 82, 16, out.secret.begin());
  for (const std::uint8_t byte : bytes.subspan(98, 4)) out.roster = out.roster << 8 | byte;
  if (!ed25519_valid(out.log_key)) altered();
  return out;
}

std::string Invite::text() const {
  Bytes packed = authority.raw();
  packed.insert(packed.end(), log_key.begin(), log_key.end());
  packed.insert(packed.end(), id.begin(), id.end());
  packed.insert(packed.end(), secret.begin(), secret.end());
  for (const unsigned shift : {24u, 16u, 8u, 0u})
    packed.push_back(static_cast<std::uint8_t>(roster >> shift));
  const ByteArray<4> sum = checksum(url, packed);
  packed.insert(packed.end(), sum.begin(), sum.end());
  std::string out = std::string(kVersion) + url + "#" + base64url(packed);
  if (pin) out += std::string(kPin) + base64url(*pin);
  if (!is_url(url) || out.size() > kMaxInvite) {
    throw Error(
        Code::invalid,
        "an invite needs a relay address that begins with http:// or https:// and is short enough "
        "for 320 characters in all");
  }
  return out;
}

std::string invite_header(const Invite& invite, std::string_view message) {
  return hex(invite.id) + " " + base64(hmac_sha256(invite.secret, as_bytes(message)));
}

std::optional<InviteClaim> InviteClaim::parse(std::string_view header) {
  const std::size_t space = header.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto id = exactly<8>(from_hex(header.substr(0, space)));
  const auto mac = exactly<32>(from_base64(header.substr(space + 1)));
  if (!id || !mac) return std::nullopt;
  return InviteClaim{*id, *mac};
}

bool InviteClaim::matches(const ByteArray<16>& secret, std::string_view message) const {
  return equal_secret(mac, hmac_sha256(secret, as_bytes(message)));
}

bool is_pseudonym(std::string_view name) {
  const auto points = code_points(name);
  return points && !points->empty() && points->size() <= 64 &&
         std::none_of(points->begin(), points->end(), is_unsafe_to_show) &&
         !std::all_of(points->begin(), points->end(), is_unicode_space);
}

}  // namespace depone
