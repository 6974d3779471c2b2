#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/bytes.h"
#include "crypto/hash.h"
#include "crypto/minisign.h"
#include "crypto/secret.h"

namespace depone {

// depone:1:<relay URL>#<base64url>[&pin=…] (docs/format.md, "Invite and joining").
struct Invite {
  std::string url;
  minisign::PublicKey authority;
  Ed25519Public log_key{};
  ByteArray<8> id{};
  ByteArray<16> secret{};
  std::uint32_t roster = 0;
  std::optional<Sha256> pin;

  static Invite parse(std::string_view text);  // Code::refused: altered, cut or of another version
  std::string text() const;
};
inline constexpr std::size_t kMaxInvite = 320;

// Value of the Depone-Invite header: "<id hex> <base64 of HMAC-SHA256(secret, message)>".
std::string invite_header(const Invite& invite, std::string_view message);
struct InviteClaim {
  ByteArray<8> id;
  Sha256 mac;
  static std::optional<InviteClaim> parse(std::string_view header);
  bool matches(const ByteArray<16>& secret, std::string_view message) const;
};

// depone/join/1
struct Join {
  std::optional<std::string> invite;  // hex of the id; null when rotating
  std::string name;
  std::optional<minisign::PublicKey>
      bundle_key;  // null for an auditor, like recipient, archive and proof
  Ed25519Public request_key{};
  std::string recipient;
  std::string archive;
  std::string proof;

  static Join parse(
      std::string_view json);  // strict; proof and keys checked. Code::malformed, bad_signature
  std::string json() const;
  std::string fingerprint() const;
};

// The proof's four lines for these keys.
std::string join_proof(const Ed25519Key& bundle, std::string_view request_key,
                       std::string_view recipient, std::string_view archive,
                       std::string_view invite_hex);

bool is_pseudonym(std::string_view name);  // 1 to 64 characters of UTF-8, no control characters

}  // namespace depone
