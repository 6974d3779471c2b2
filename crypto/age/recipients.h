#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/age/header.h"
#include "crypto/secret.h"

namespace depone::age {

class Recipient {
 public:
  virtual ~Recipient() = default;
  virtual Stanza wrap(const FileKey& key) const = 0;
};

class Identity {
 public:
  virtual ~Identity() = default;
  // The file key, where one of the stanzas is for this identity; nullopt where none is.
  // Code::malformed for a stanza of its type that breaks the format.
  virtual std::optional<FileKey> unwrap(std::span<const Stanza> stanzas) const = 0;
};

// mlkem768x25519: X-Wing and HPKE (C2SP age, "The mlkem768x25519 recipient type").
class HybridRecipient : public Recipient {
 public:
  static std::optional<HybridRecipient> parse(std::string_view text);  // "age1pq1…"
  explicit HybridRecipient(Bytes public_key) : public_key_(std::move(public_key)) {}
  std::string text() const;
  Stanza wrap(const FileKey& key) const override;
  // A stanza to a fresh key that nobody holds: pads the number of stanzas.
  static Stanza decoy();
  bool operator==(const HybridRecipient& other) const { return public_key_ == other.public_key_; }

 private:
  Bytes public_key_;  // 1,216 bytes
};

class HybridIdentity : public Identity {
 public:
  static HybridIdentity from_seed(const Secret<32>& seed);
  static std::optional<HybridIdentity> parse(std::string_view text);  // "AGE-SECRET-KEY-PQ-1…"
  SecretBytes text() const;
  const Secret<32>& seed() const { return seed_; }
  HybridRecipient recipient() const;
  std::optional<FileKey> unwrap(std::span<const Stanza> stanzas) const override;

 private:
  explicit HybridIdentity(Secret<32> seed);
  Secret<32> seed_;
  Bytes public_key_;
};

// X25519 (C2SP age, "The X25519 recipient type").
class X25519Recipient : public Recipient {
 public:
  static std::optional<X25519Recipient> parse(std::string_view text);  // "age1…"
  explicit X25519Recipient(const ByteArray<32>& key) : key_(key) {}
  std::string text() const;
  Stanza wrap(const FileKey& key) const override;

 private:
  ByteArray<32> key_;
};

class X25519Identity : public Identity {
 public:
  static std::optional<X25519Identity> parse(std::string_view text);  // "AGE-SECRET-KEY-1…"
  explicit X25519Identity(Secret<32> secret);
  X25519Recipient recipient() const { return X25519Recipient(public_key_); }
  std::optional<FileKey> unwrap(std::span<const Stanza> stanzas) const override;

 private:
  Secret<32> secret_;
  ByteArray<32> public_key_{};
};

// scrypt: a passphrase; the only stanza of its file (C2SP age, "The scrypt recipient type"). Work
// factor: log2 of N; reading refuses more than kMaxScryptWork.
inline constexpr int kScryptWork = 18;
inline constexpr int kMaxScryptWork = 22;
class ScryptRecipient : public Recipient {
 public:
  explicit ScryptRecipient(ByteView passphrase, int work = kScryptWork)
      : passphrase_(SecretBytes::copy_of(passphrase)), work_(work) {}
  Stanza wrap(const FileKey& key) const override;

 private:
  SecretBytes passphrase_;
  int work_;
};

class ScryptIdentity : public Identity {
 public:
  explicit ScryptIdentity(ByteView passphrase) : passphrase_(SecretBytes::copy_of(passphrase)) {}
  std::optional<FileKey> unwrap(std::span<const Stanza> stanzas) const override;

 private:
  SecretBytes passphrase_;
};

// The identities of an identity file: one a line, comments and empty lines apart. Code::malformed
// names the line.
std::vector<std::unique_ptr<Identity>> parse_identity_file(std::string_view text);

}  // namespace depone::age
