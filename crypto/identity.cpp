#include "crypto/identity.h"

#include "crypto/bech32.h"
#include "crypto/kdf.h"

namespace depone {
namespace {

constexpr std::string_view kSeedPrefix = "depone-seed-";

Secret<32> derive(const Seed& seed, std::string_view info) {
  return hkdf_sha256(seed.reveal(), {}, info);
}

}  // namespace

Identity Identity::from_seed(const Seed& seed) {
  return {Ed25519Key::from_seed(derive(seed, "depone/1 bundle")),
          Ed25519Key::from_seed(derive(seed, "depone/1 request")),
          age::HybridIdentity::from_seed(derive(seed, "depone/1 recipient")),
          archive_identity(seed).recipient()};
}

age::HybridIdentity archive_identity(const Seed& seed) {
  return age::HybridIdentity::from_seed(derive(seed, "depone/1 archive"));
}

Secret<32> vault_recovery_key(const Seed& seed, const ByteArray<16>& vault) {
  return hkdf_sha256(seed.reveal(), vault, "depone/1 vault");
}

SecretBytes seed_text(const Seed& seed) {
  return bech32_encode_secret(kSeedPrefix, seed.reveal(), true);
}

std::optional<Seed> parse_seed(std::string_view text) {
  const auto bytes = bech32_decode(kSeedPrefix, text, true);
  if (!bytes || bytes->size() != 32) return std::nullopt;
  return Seed::copy_of(bytes->reveal().first<32>());
}

std::string fingerprint(std::string_view bundle_key, std::string_view request_key,
                        std::string_view recipient, std::string_view archive) {
  std::string text;
  const bool auditor = bundle_key.empty() && recipient.empty() && archive.empty();
  if (!auditor) text.append(bundle_key).append("\n");
  text.append(request_key).append("\n");
  if (!auditor) text.append(recipient).append("\n").append(archive).append("\n");
  return hex(sha256(text)).substr(0, 20);
}

std::string request_key_text(const Ed25519Public& key) { return base64(key); }

std::optional<Ed25519Public> parse_request_key(std::string_view text) {
  const auto key = exactly<32>(from_base64(text));
  if (!key || !ed25519_valid(*key)) return std::nullopt;
  return key;
}

}  // namespace depone
