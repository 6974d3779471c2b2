#include "crypto/kdf.h"

#include <sodium.h>

#include "crypto/error.h"

namespace depone {

Secret<32> hkdf_sha256(ByteView key, ByteView salt, std::string_view info) {
  crypto_kdf_hkdf_sha256_state state;
  ByteArray<crypto_kdf_hkdf_sha256_KEYBYTES> pseudorandom;
  const Wiped wiped(pseudorandom);
  const std::uint8_t none = 0;
  crypto_kdf_hkdf_sha256_extract_init(&state, salt.empty() ? &none : salt.data(), salt.size());
  crypto_kdf_hkdf_sha256_extract_update(&state, key.empty() ? &none : key.data(), key.size());
  crypto_kdf_hkdf_sha256_extract_final(&state, pseudorandom.data());
  sodium_memzero(&state, sizeof state);
  Secret<32> out;
  crypto_kdf_hkdf_sha256_expand(out.reveal().data(), 32, info.empty() ? "" : info.data(),
                                info.size(), pseudorandom.data());
  return out;
}

Sha256 hmac_sha256(ByteView key, ByteView message) {
  crypto_auth_hmacsha256_state state;
  const std::uint8_t none = 0;
  crypto_auth_hmacsha256_init(&state, key.empty() ? &none : key.data(), key.size());
  crypto_auth_hmacsha256_update(&state, message.empty() ? &none : message.data(), message.size());
  Sha256 out;
  crypto_auth_hmacsha256_final(&state, out.data());
  sodium_memzero(&state, sizeof state);
  return out;
}

Secret<32> argon2id(ByteView passphrase, const ByteArray<16>& salt, Argon2idCost cost) {
  if (cost.opslimit > kArgon2idCeiling.opslimit || cost.memlimit > kArgon2idCeiling.memlimit ||
      cost.opslimit < crypto_pwhash_argon2id_OPSLIMIT_MIN ||
      cost.memlimit < crypto_pwhash_argon2id_MEMLIMIT_MIN) {
    throw Error(Code::malformed,
                "The cost of the passphrase's key derivation is outside what this program accepts "
                "(64 passes, 4 GiB). Nothing was opened or changed.");
  }
  Secret<32> out;
  if (crypto_pwhash_argon2id(
          out.reveal().data(), 32, passphrase.empty() ? "" : as_text(passphrase).data(),
          passphrase.size(), salt.data(), cost.opslimit, static_cast<std::size_t>(cost.memlimit),
          crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0) {
    throw Error(Code::io,
                "There is not enough free memory to derive the key from the passphrase (" +
                    std::to_string(cost.memlimit >> 20) +
                    " MiB are needed). Nothing was changed; close other programs and try "
                    "again.");
  }
  return out;
}

Bytes xchacha20poly1305_seal(const Secret<32>& key, const ByteArray<24>& nonce, ByteView plain,
                             std::string_view additional) {
  Bytes box(plain.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES);
  const ByteView extra = as_bytes(additional);
  crypto_aead_xchacha20poly1305_ietf_encrypt(box.data(), nullptr, plain.data(), plain.size(),
                                             extra.data(), extra.size(), nullptr, nonce.data(),
                                             key.reveal().data());
  return box;
}

std::optional<SecretBytes> xchacha20poly1305_open(const Secret<32>& key, const ByteArray<24>& nonce,
                                                  ByteView box, std::string_view additional) {
  if (box.size() < crypto_aead_xchacha20poly1305_ietf_ABYTES) return std::nullopt;
  SecretBytes plain(box.size() - crypto_aead_xchacha20poly1305_ietf_ABYTES);
  const ByteView extra = as_bytes(additional);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain.reveal().data(), nullptr, nullptr,
                                                 box.data(), box.size(), extra.data(), extra.size(),
                                                 nonce.data(), key.reveal().data()) != 0) {
    return std::nullopt;
  }
  return plain;
}

}  // namespace depone
