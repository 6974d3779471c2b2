#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/ed25519.h"
#include "crypto/hash.h"

namespace depone::minisign {

// minisign's formats (jedisct1.github.io/minisign, "Signature format", "Public key format", "Secret
// key format"). Only prehashed signatures ("ED", BLAKE2b-512), in the one canonical form.

using KeyNumber = ByteArray<8>;

// A public key of Depone: its key number is the first 8 bytes of the SHA-256 of the key; any other
// is refused.
class PublicKey {
 public:
  explicit PublicKey(const Ed25519Public& key) : key_(key) {}
  static std::optional<PublicKey> parse(
      std::string_view text);  // "RW…", 56 characters; the point must be valid
  std::string text() const;
  Bytes raw() const;  // 42 bytes: "Ed", key number, key
  static std::optional<PublicKey> from_raw(ByteView raw);
  KeyNumber number() const;
  const Ed25519Public& key() const { return key_; }
  bool operator==(const PublicKey&) const = default;

 private:
  Ed25519Public key_;
};

// Content of a public key file: a comment line and the key. parse takes that, or the bare "RW…"
// line.
std::string public_key_file(const PublicKey& key, std::string_view comment);
PublicKey parse_public_key_file(std::string_view text);  // Code::malformed

// A signature file of four lines, each ended by LF.
struct Signature {
  std::string untrusted_comment;  // without "untrusted comment: "
  std::string trusted_comment;    // without "trusted comment: "
  KeyNumber number{};
  Ed25519Signature signature{};
  Ed25519Signature global{};  // over signature and trusted comment

  static Signature parse(std::string_view text);  // Code::malformed, names the line
  std::string text() const;
};

inline constexpr std::size_t kMaxSignatureSize = 4096;

Signature sign(const Ed25519Key& key, const Blake2b512& digest, std::string_view untrusted_comment,
               std::string_view trusted_comment);

// Key number, signature over the digest, and the global signature: nothing less. `what` names the
// artefact.
bool verify(const PublicKey& key, const Blake2b512& digest, const Signature& signature);
// The same for a key of stock minisign, whose number is any.
bool verify(const Ed25519Public& key, const KeyNumber& number, const Blake2b512& digest,
            const Signature& signature);

// A secret key file that stock minisign reads: scrypt (crypto_pwhash_scryptsalsa208sha256), 256
// MiB.
std::string secret_key_file(const Ed25519Key& key, ByteView passphrase, std::string_view comment);
Ed25519Key parse_secret_key_file(std::string_view text,
                                 ByteView passphrase);  // malformed, wrong_key

}  // namespace depone::minisign
