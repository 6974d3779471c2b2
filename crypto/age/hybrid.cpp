// The mlkem768x25519 recipient type: X-Wing, and HPKE's base mode (RFC 9180) with HKDF-SHA-256 and
// ChaCha20-Poly1305.
#include <sodium.h>

#include "crypto/age/recipients.h"
#include "crypto/age/wrap.h"
#include "crypto/bech32.h"
#include "crypto/error.h"

namespace depone::age {
namespace {

constexpr std::string_view kType = "mlkem768x25519";
constexpr std::string_view kInfo = "age-encryption.org/mlkem768x25519";
constexpr std::string_view kRecipientPrefix = "age1pq";
constexpr std::string_view kIdentityPrefix = "age-secret-key-pq-";
constexpr std::size_t kPublicKey = crypto_kem_xwing_PUBLICKEYBYTES;
constexpr std::size_t kCiphertext = crypto_kem_xwing_CIPHERTEXTBYTES;
constexpr std::size_t kMlkemVector = 1152;  // of the public key: 768 coefficients of 12 bits

// "HPKE", then KEM 0x647a, KDF 0x0001, AEAD 0x0003.
constexpr ByteArray<10> kSuite{'H', 'P', 'K', 'E', 0x64, 0x7a, 0x00, 0x01, 0x00, 0x03};

ByteArray<32> labeled_extract(ByteView salt, std::string_view label, ByteView key) {
  crypto_kdf_hkdf_sha256_state state;
  const auto update = [&](ByteView bytes) {
    if (!bytes.empty()) {
      crypto_kdf_hkdf_sha256_extract_update(&state, bytes.data(), bytes.size());
    }
  };
  const std::uint8_t none = 0;
  crypto_kdf_hkdf_sha256_extract_init(&state, salt.empty() ? &none : salt.data(), salt.size());
  update(as_bytes("HPKE-v1"));
  update(kSuite);
  update(as_bytes(label));
  update(key);
  ByteArray<32> out;
  crypto_kdf_hkdf_sha256_extract_final(&state, out.data());
  sodium_memzero(&state, sizeof state);
  return out;
}

void labeled_expand(const ByteArray<32>& key, std::string_view label, ByteView info,
                    std::span<std::uint8_t> out) {
  std::string text{static_cast<char>(out.size() >> 8), static_cast<char>(out.size() & 0xff)};
  text.append("HPKE-v1").append(as_text(kSuite)).append(label).append(as_text(info));
  crypto_kdf_hkdf_sha256_expand(out.data(), out.size(), text.data(), text.size(), key.data());
}

const Bytes& key_schedule_context() {
  static const Bytes context = [] {
    Bytes out{0x00};  // mode_base
    for (const auto& part : {labeled_extract({}, "psk_id_hash", {}),
                             labeled_extract({}, "info_hash", as_bytes(kInfo))}) {
      out.insert(out.end(), part.begin(), part.end());
    }
    return out;
  }();
  return context;
}

// A key that could never be sealed to is refused when it comes in: FIPS 203 section 7.2 (each
// coefficient below q), and an X25519 part that is not of small order.
bool usable(ByteView key) {
  if (key.size() != kPublicKey) return false;
  for (std::size_t i = 0; i < kMlkemVector; i += 3) {
    const unsigned first = key[i] | (key[i + 1] & 0x0fu) << 8;
    const unsigned second = key[i + 1] >> 4 | unsigned{key[i + 2]} << 4;
    if (first >= 3329 || second >= 3329) return false;
  }
  ByteArray<32> scalar{1};
  ByteArray<32> point;
  return crypto_scalarmult_curve25519(point.data(), scalar.data(), key.last(32).data()) == 0;
}

}  // namespace

WrapKey hpke_wrap_key(const Secret<32>& shared) {
  ByteArray<32> secret = labeled_extract(shared.reveal(), "secret", {});
  const Wiped wiped(secret);
  WrapKey out;
  labeled_expand(secret, "key", key_schedule_context(), out.key.reveal());
  labeled_expand(secret, "base_nonce", key_schedule_context(), out.nonce);
  return out;
}

std::optional<HybridRecipient> HybridRecipient::parse(std::string_view text) {
  const auto bytes = bech32_decode(kRecipientPrefix, text);
  if (!bytes || !usable(bytes->reveal())) return std::nullopt;
  return HybridRecipient(Bytes(bytes->reveal().begin(), bytes->reveal().end()));
}

std::string HybridRecipient::text() const { return bech32_encode(kRecipientPrefix, public_key_); }

Stanza HybridRecipient::wrap(const FileKey& key) const {
  Bytes ciphertext(kCiphertext);
  Secret<32> shared;
  if (public_key_.size() != kPublicKey ||
      crypto_kem_xwing_enc(ciphertext.data(), shared.reveal().data(), public_key_.data()) != 0) {
    throw Error(Code::malformed, "The recipient's key is not a valid one: nothing was encrypted.",
                "recipient");
  }
  const WrapKey wrap_key = hpke_wrap_key(shared);
  return {std::string(kType),
          {base64_unpadded(ciphertext)},
          seal_file_key(wrap_key.key, wrap_key.nonce, key)};
}

Stanza HybridRecipient::decoy() {
  Secret<32> discarded;
  Bytes public_key(kPublicKey);
  crypto_kem_xwing_keypair(public_key.data(), discarded.reveal().data());
  return HybridRecipient(std::move(public_key)).wrap(FileKey::random());
}

HybridIdentity::HybridIdentity(Secret<32> seed) : seed_(std::move(seed)), public_key_(kPublicKey) {
  Secret<32> same;
  crypto_kem_xwing_seed_keypair(public_key_.data(), same.reveal().data(), seed_.reveal().data());
}

HybridIdentity HybridIdentity::from_seed(const Secret<32>& seed) {
  return HybridIdentity(seed.clone());
}

std::optional<HybridIdentity> HybridIdentity::parse(std::string_view text) {
  const auto bytes = bech32_decode(kIdentityPrefix, text, true);
  if (!bytes || bytes->size() != 32) return std::nullopt;
  return HybridIdentity(Secret<32>::copy_of(bytes->reveal().first<32>()));
}

SecretBytes HybridIdentity::text() const {
  return bech32_encode_secret(kIdentityPrefix, seed_.reveal(), true);
}

HybridRecipient HybridIdentity::recipient() const { return HybridRecipient(public_key_); }

std::optional<FileKey> HybridIdentity::unwrap(std::span<const Stanza> stanzas) const {
  std::optional<FileKey> found;
  for (std::size_t i = 0; i < stanzas.size(); ++i) {
    const Stanza& stanza = stanzas[i];
    if (stanza.type != kType) continue;
    check_hybrid_shape(i, stanza);
    if (found) continue;
    const auto ciphertext = exactly<kCiphertext>(from_base64_unpadded(stanza.arguments[0]));
    Secret<32> shared;
    if (crypto_kem_xwing_dec(shared.reveal().data(), ciphertext->data(), seed_.reveal().data()) !=
        0) {
      bad_stanza(i, "its share gives a shared secret of zero");
    }
    const WrapKey wrap_key = hpke_wrap_key(shared);
    found = open_file_key(wrap_key.key, wrap_key.nonce, stanza.body);
  }
  return found;
}

}  // namespace depone::age
