#include "crypto/age/wrap.h"

#include <sodium.h>

#include "crypto/error.h"

namespace depone::age {

Bytes seal_file_key(const Secret<32>& key, const ByteArray<12>& nonce, const FileKey& file_key) {
  Bytes body(16 + crypto_aead_chacha20poly1305_ietf_ABYTES);
  crypto_aead_chacha20poly1305_ietf_encrypt(body.data(), nullptr, file_key.reveal().data(), 16,
                                            nullptr, 0, nullptr, nonce.data(), key.reveal().data());
  return body;
}

std::optional<FileKey> open_file_key(const Secret<32>& key, const ByteArray<12>& nonce,
                                     ByteView body) {
  if (body.size() != 16 + crypto_aead_chacha20poly1305_ietf_ABYTES) return std::nullopt;
  FileKey out;
  if (crypto_aead_chacha20poly1305_ietf_decrypt(out.reveal().data(), nullptr, nullptr, body.data(),
                                                body.size(), nullptr, 0, nonce.data(),
                                                key.reveal().data()) != 0) {
    return std::nullopt;
  }
  return out;
}

void bad_stanza(std::size_t index, const std::string& reason) {
  throw Error(Code::malformed,
              "Stanza " + std::to_string(index + 1) + " is not acceptable: " + reason + ".",
              "age header");
}

void check_body(std::size_t index, const Stanza& stanza) {
  if (stanza.body.size() != 32) bad_stanza(index, "its body is not 32 bytes");
}

void check_scrypt_alone(std::span<const Stanza> stanzas) {
  for (std::size_t i = 0; i < stanzas.size(); ++i) {
    if (stanzas[i].type == "scrypt" && stanzas.size() != 1) {
      bad_stanza(i, "an scrypt stanza may not stand beside another");
    }
  }
}

}  // namespace depone::age
