#include "crypto/age/recipients.h"

#include <sodium.h>

#include "crypto/age/wrap.h"
#include "crypto/bech32.h"
#include "crypto/error.h"
#include "crypto/kdf.h"

namespace depone::age {
namespace {

constexpr std::string_view kX25519 = "X25519";
constexpr std::string_view kScrypt = "scrypt";
constexpr std::string_view kX25519Info = "age-encryption.org/v1/X25519";
constexpr std::string_view kScryptSalt = "age-encryption.org/v1/scrypt";

constexpr ByteArray<12> kZeroNonce{};

Bytes joined(ByteView a, ByteView b) {
  Bytes out(a.begin(), a.end());
  out.insert(out.end(), b.begin(), b.end());
  return out;
}

// Nothing could be sealed to it.
bool of_small_order(const ByteArray<32>& key) {
  const ByteArray<32> scalar{1};
  ByteArray<32> point;
  return crypto_scalarmult_curve25519(point.data(), scalar.data(), key.data()) != 0;
}

Secret<32> scrypt_key(const SecretBytes& passphrase, ByteView salt, int work) {
  const Bytes full_salt = joined(as_bytes(kScryptSalt), salt);
  const std::uint8_t none = 0;
  Secret<32> out;
  if (crypto_pwhash_scryptsalsa208sha256_ll(passphrase.empty() ? &none : passphrase.reveal().data(),
                                            passphrase.size(), full_salt.data(), full_salt.size(),
                                            std::uint64_t{1} << work, 8, 1, out.reveal().data(),
                                            32) != 0) {
    throw Error(Code::io,
                "There is not enough free memory to derive the key from the passphrase. Nothing "
                "was changed; close other programs and try again.");
  }
  return out;
}

}  // namespace

std::optional<X25519Recipient> X25519Recipient::parse(std::string_view text) {
  const auto bytes = bech32_decode("age", text);
  if (!bytes || bytes->size() != 32) return std::nullopt;
  ByteArray<32> key;
  std::copy(bytes->reveal().begin(), bytes->reveal().end(), key.begin());
  if (of_small_order(key)) return std::nullopt;
  return X25519Recipient(key);
}

std::string X25519Recipient::text() const { return bech32_encode("age", key_); }

Stanza X25519Recipient::wrap(const FileKey& key) const {
  const Secret<32> ephemeral = Secret<32>::random();
  ByteArray<32> share;
  Secret<32> shared;
  crypto_scalarmult_curve25519_base(share.data(), ephemeral.reveal().data());
  if (crypto_scalarmult_curve25519(shared.reveal().data(), ephemeral.reveal().data(),
                                   key_.data()) != 0) {
    throw Error(Code::malformed, "The recipient's key is not a valid one: nothing was encrypted.",
                "recipient");
  }
  const Secret<32> wrap_key = hkdf_sha256(shared.reveal(), joined(share, key_), kX25519Info);
  return {std::string(kX25519), {base64_unpadded(share)}, seal_file_key(wrap_key, kZeroNonce, key)};
}

X25519Identity::X25519Identity(Secret<32> secret) : secret_(std::move(secret)) {
  crypto_scalarmult_curve25519_base(public_key_.data(), secret_.reveal().data());
}

std::optional<X25519Identity> X25519Identity::parse(std::string_view text) {
  const auto bytes = bech32_decode("age-secret-key-", text, true);
  if (!bytes || bytes->size() != 32) return std::nullopt;
  return X25519Identity(Secret<32>::copy_of(bytes->reveal().first<32>()));
}

std::optional<FileKey> X25519Identity::unwrap(std::span<const Stanza> stanzas) const {
  std::optional<FileKey> found;
  for (std::size_t i = 0; i < stanzas.size(); ++i) {
    const Stanza& stanza = stanzas[i];
    if (stanza.type != kX25519) continue;
    check_x25519_shape(i, stanza);
    const auto share = exactly<32>(from_base64_unpadded(stanza.arguments[0]));
    Secret<32> shared;
    if (crypto_scalarmult_curve25519(shared.reveal().data(), secret_.reveal().data(),
                                     share->data()) != 0) {
      bad_stanza(i, "its share gives a shared secret of zero");
    }
    if (found) continue;
    const Secret<32> wrap_key =
        hkdf_sha256(shared.reveal(), joined(*share, public_key_), kX25519Info);
    found = open_file_key(wrap_key, kZeroNonce, stanza.body);
  }
  return found;
}

Stanza ScryptRecipient::wrap(const FileKey& key) const {
  if (work_ < 1 || work_ > kMaxScryptWork) {
    throw Error(Code::invalid, "The work factor of scrypt is outside 1 … 22.");
  }
  const auto salt = random_array<16>();
  const Secret<32> wrap_key = scrypt_key(passphrase_, salt, work_);
  return {std::string(kScrypt),
          {base64_unpadded(salt), std::to_string(work_)},
          seal_file_key(wrap_key, kZeroNonce, key)};
}

std::optional<FileKey> ScryptIdentity::unwrap(std::span<const Stanza> stanzas) const {
  for (std::size_t i = 0; i < stanzas.size(); ++i) {
    const Stanza& stanza = stanzas[i];
    if (stanza.type != kScrypt) continue;
    check_scrypt_alone(stanzas);
    check_scrypt_shape(i, stanza);
    const auto salt = exactly<16>(from_base64_unpadded(stanza.arguments[0]));
    const auto work = from_decimal(stanza.arguments[1]);
    return open_file_key(scrypt_key(passphrase_, *salt, static_cast<int>(*work)), kZeroNonce,
                         stanza.body);
  }
  return std::nullopt;
}

std::vector<std::unique_ptr<Identity>> parse_identity_file(std::string_view text) {
  std::vector<std::unique_ptr<Identity>> out;
  std::size_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    if (auto hybrid = HybridIdentity::parse(line)) {
      out.push_back(std::make_unique<HybridIdentity>(std::move(*hybrid)));
    } else if (auto x25519 = X25519Identity::parse(line)) {
      out.push_back(std::make_unique<X25519Identity>(std::move(*x25519)));
    } else {
      throw Error(Code::malformed,
                  "Line " + std::to_string(number) + " is neither an age identity nor a comment.",
                  "identity file");
    }
  }
  return out;
}

}  // namespace depone::age
