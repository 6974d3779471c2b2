#pragma once

#include <string_view>

#include "crypto/bytes.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

namespace depone {

// HKDF-SHA-256 (RFC 5869), through libsodium. Output of 32 bytes.
Secret<32> hkdf_sha256(ByteView key, ByteView salt, std::string_view info);
Sha256 hmac_sha256(ByteView key, ByteView message);

// Argon2id v1.3, p = 1 (RFC 9106). memlimit in bytes.
struct Argon2idCost {
  std::uint64_t opslimit;
  std::uint64_t memlimit;
};
inline constexpr Argon2idCost kArgon2idFloor{3, 256ull << 20};
inline constexpr Argon2idCost kArgon2idCeiling{64, 4ull << 30};
Secret<32> argon2id(ByteView passphrase, const ByteArray<16>& salt, Argon2idCost cost);

// XChaCha20-Poly1305 (libsodium); box is ciphertext and tag.
Bytes xchacha20poly1305_seal(const Secret<32>& key, const ByteArray<24>& nonce, ByteView plain,
                             std::string_view additional);
std::optional<SecretBytes> xchacha20poly1305_open(const Secret<32>& key, const ByteArray<24>& nonce,
                                                  ByteView box, std::string_view additional);

}  // namespace depone
