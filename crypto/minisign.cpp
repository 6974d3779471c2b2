#include "crypto/minisign.h"

#include <sodium.h>

#include "crypto/error.h"

namespace depone::minisign {
namespace {

constexpr std::string_view kUntrusted = "untrusted comment: ";
constexpr std::string_view kTrusted = "trusted comment: ";
constexpr std::size_t kMaxKeyFile = 4096;
constexpr std::size_t kMaxComment = 1000;  // stock minisign reads lines of up to 1,024

[[noreturn]] void malformed(const std::string& artefact, int line, const std::string& expected) {
  throw Error(Code::malformed,
              "Line " + std::to_string(line) + " is not as it must be: " + expected + ".",
              artefact);
}

// The tab is what stock minisign writes between the parts of its own trusted comments.
bool plain_text(std::string_view text) {
  return is_utf8(as_bytes(text)) && std::none_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return (byte < 0x20 && c != '\t') || byte == 0x7f;
         });
}

void require_plain_text(std::string_view text) {
  if (text.size() > kMaxComment || !plain_text(text)) {
    throw Error(
        Code::invalid,
        "A comment of a signature or key has at most 1,000 bytes and no line break or other "
        "control character.");
  }
}

std::string comment_line(const std::string& artefact, int number, std::string_view line,
                         std::string_view prefix) {
  if (!line.starts_with(prefix) || !plain_text(line.substr(prefix.size()))) {
    malformed(artefact, number, "\"" + std::string(prefix) + "\" and plain text");
  }
  return std::string(line.substr(prefix.size()));
}

Bytes signed_globally(const Ed25519Signature& signature, std::string_view trusted_comment) {
  Bytes out(signature.begin(), signature.end());
  out.insert(out.end(), trusted_comment.begin(), trusted_comment.end());
  return out;
}

// The raw key of a file of two lines.
Bytes key_line(const std::string& artefact, std::string_view text) {
  const auto lines = text.size() <= kMaxKeyFile ? lines_of(text) : std::nullopt;
  if (!lines || lines->size() != 2) {
    throw Error(Code::malformed, "It must be two lines, each ended by a line feed.", artefact);
  }
  comment_line(artefact, 1, (*lines)[0], kUntrusted);
  auto raw = from_base64((*lines)[1]);
  if (!raw) malformed(artefact, 2, "a key in base64");
  return std::move(*raw);
}

// What stock minisign stores for a key, encrypted by adding a stream: number, seed and public key,
// checksum.
constexpr std::size_t kHead = 6;  // "Ed" "Sc" "B2"
constexpr std::size_t kSalt = crypto_pwhash_scryptsalsa208sha256_SALTBYTES;
constexpr std::size_t kBox = 8 + 64 + 32;
constexpr std::size_t kSecretKey = kHead + kSalt + 8 + 8 + kBox;
constexpr std::uint64_t kOpsLimit = 8388608;
constexpr std::uint64_t kMemLimit = 268435456;

void put_little_endian(Bytes& out, std::uint64_t value) {
  for (unsigned i = 0; i < 8; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::uint64_t little_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < 8; ++i) value |= std::uint64_t{bytes[i]} << (8 * i);
  return value;
}

void add_stream(std::span<std::uint8_t> box, ByteView passphrase, ByteView salt,
                std::uint64_t opslimit, std::uint64_t memlimit) {
  SecretBytes stream(kBox);
  if (crypto_pwhash_scryptsalsa208sha256(
          stream.reveal().data(), kBox, passphrase.empty() ? "" : as_text(passphrase).data(),
          passphrase.size(), salt.data(), opslimit, static_cast<std::size_t>(memlimit)) != 0) {
    throw Error(Code::io,
                "There is not enough free memory to derive the key from the passphrase. Nothing "
                "was changed; close other programs and try again.");
  }
  for (std::size_t i = 0; i < kBox; ++i) box[i] ^= stream.reveal()[i];
}

// `box` holds number and key; its checksum goes to `out`.
void checksum(ByteView box, std::span<std::uint8_t, 32> out) {
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, 32);
  crypto_generichash_update(&state, as_bytes("Ed").data(), 2);
  crypto_generichash_update(&state, box.data(), 8 + 64);
  crypto_generichash_final(&state, out.data(), 32);
  sodium_memzero(&state, sizeof state);
}

}  // namespace

KeyNumber PublicKey::number() const {
  KeyNumber out;
  const Sha256 hash = sha256(ByteView(key_));
  std::copy_n(hash.begin(), out.size(), out.begin());
  return out;
}

Bytes PublicKey::raw() const {
  Bytes out = to_bytes("Ed");
  const KeyNumber key_number = number();
  out.insert(out.end(), key_number.begin(), key_number.end());
  out.insert(out.end(), key_.begin(), key_.end());
  return out;
}

std::optional<PublicKey> PublicKey::from_raw(ByteView raw) {
  if (raw.size() != 42 || raw[0] != 'E' || raw[1] != 'd') return std::nullopt;
  Ed25519Public key;
  std::copy(raw.begin() + 10, raw.end(), key.begin());
  const PublicKey out(key);
  if (!equal(out.number(), raw.subspan(2, 8)) || !ed25519_valid(key)) return std::nullopt;
  return out;
}

std::string PublicKey::text() const { return base64(raw()); }

std::optional<PublicKey> PublicKey::parse(std::string_view text) {
  if (text.size() != 56) return std::nullopt;
  const auto raw = from_base64(text);
  return raw ? from_raw(*raw) : std::nullopt;
}

std::string public_key_file(const PublicKey& key, std::string_view comment) {
  require_plain_text(comment);
  return std::string(kUntrusted) + std::string(comment) + "\n" + key.text() + "\n";
}

PublicKey parse_public_key_file(std::string_view text) {
  const std::string artefact = "public key";
  std::string_view bare = text;
  if (bare.ends_with('\n')) bare.remove_suffix(1);
  if (const auto key = PublicKey::parse(bare)) return *key;
  const auto key = PublicKey::from_raw(key_line(artefact, text));
  if (!key) malformed(artefact, 2, "a valid key whose number is taken from its SHA-256");
  return *key;
}

Signature Signature::parse(std::string_view text) {
  const std::string artefact = "signature";
  const auto lines = text.size() <= kMaxSignatureSize ? lines_of(text) : std::nullopt;
  if (!lines || lines->size() != 4) {
    throw Error(Code::malformed, "It must be four lines, each ended by a line feed.", artefact);
  }
  Signature out;
  out.untrusted_comment = comment_line(artefact, 1, (*lines)[0], kUntrusted);
  const auto first = exactly<74>(from_base64((*lines)[1]));
  if (!first) malformed(artefact, 2, "74 bytes in base64");
  if ((*first)[0] != 'E' || (*first)[1] != 'D')
    malformed(artefact, 2, "a prehashed (ED) signature");
  std::copy_n(first->begin() + 2, 8, out.number.begin());
  std::copy_n(first->begin() + 10, 64, out.signature.begin());
  out.trusted_comment = comment_line(artefact, 3, (*lines)[2], kTrusted);
  const auto second = exactly<64>(from_base64((*lines)[3]));
  if (!second) malformed(artefact, 4, "64 bytes in base64");
  out.global = *second;
  return out;
}

std::string Signature::text() const {
  Bytes first = to_bytes("ED");
  first.insert(first.end(), number.begin(), number.end());
  first.insert(first.end(), signature.begin(), signature.end());
  std::string out(kUntrusted);
  out += untrusted_comment + "\n" + base64(first) + "\n";
  out += std::string(kTrusted) + trusted_comment + "\n" + base64(global) + "\n";
  return out;
}

Signature sign(const Ed25519Key& key, const Blake2b512& digest, std::string_view untrusted_comment,
               std::string_view trusted_comment) {
  require_plain_text(untrusted_comment);
  require_plain_text(trusted_comment);
  Signature out;
  out.untrusted_comment = untrusted_comment;
  out.trusted_comment = trusted_comment;
  out.number = PublicKey(key.public_key()).number();
  out.signature = key.sign(digest);
  out.global = key.sign(signed_globally(out.signature, trusted_comment));
  return out;
}

bool verify(const PublicKey& key, const Blake2b512& digest, const Signature& signature) {
  return verify(key.key(), key.number(), digest, signature);
}

bool verify(const Ed25519Public& key, const KeyNumber& number, const Blake2b512& digest,
            const Signature& signature) {
  return number == signature.number && ed25519_verify(key, digest, signature.signature) &&
         ed25519_verify(key, signed_globally(signature.signature, signature.trusted_comment),
                        signature.global);
}

std::string secret_key_file(const Ed25519Key& key, ByteView passphrase, std::string_view comment) {
  require_plain_text(comment);
  SecretBytes box(kBox);
  const std::span<std::uint8_t> inner = box.reveal();
  const KeyNumber number = PublicKey(key.public_key()).number();
  std::copy(number.begin(), number.end(), inner.begin());
  const Secret<32> seed = key.seed();
  std::copy(seed.reveal().begin(), seed.reveal().end(), inner.begin() + 8);
  std::copy(key.public_key().begin(), key.public_key().end(), inner.begin() + 40);
  checksum(inner, inner.last<32>());

  const auto salt = random_array<kSalt>();
  add_stream(inner, passphrase, salt, kOpsLimit, kMemLimit);
  Bytes raw = to_bytes("EdScB2");
  raw.insert(raw.end(), salt.begin(), salt.end());
  put_little_endian(raw, kOpsLimit);
  put_little_endian(raw, kMemLimit);
  raw.insert(raw.end(), inner.begin(), inner.end());
  return std::string(kUntrusted) + std::string(comment) + "\n" + base64(raw) + "\n";
}

Ed25519Key parse_secret_key_file(std::string_view text, ByteView passphrase) {
  const std::string artefact = "secret key file";
  const Bytes raw = key_line(artefact, text);
  if (raw.size() != kSecretKey || as_text(ByteView(raw).first(2)) != "Ed" ||
      as_text(ByteView(raw).subspan(4, 2)) != "B2") {
    malformed(artefact, 2, "a minisign secret key");
  }
  if (as_text(ByteView(raw).subspan(2, 2)) != "Sc") {
    throw Error(Code::unsupported, "The key is not protected by a passphrase, which is refused.",
                artefact);
  }
  const ByteView salt = ByteView(raw).subspan(kHead, kSalt);
  const std::uint64_t opslimit = little_endian(ByteView(raw).subspan(kHead + kSalt));
  const std::uint64_t memlimit = little_endian(ByteView(raw).subspan(kHead + kSalt + 8));
  if (opslimit > crypto_pwhash_scryptsalsa208sha256_OPSLIMIT_SENSITIVE ||
      memlimit > crypto_pwhash_scryptsalsa208sha256_MEMLIMIT_SENSITIVE) {
    throw Error(Code::malformed, "The cost of its key derivation is over what is accepted (1 GiB).",
                artefact);
  }
  SecretBytes box = SecretBytes::copy_of(ByteView(raw).last(kBox));
  const std::span<std::uint8_t> inner = box.reveal();
  add_stream(inner, passphrase, salt, opslimit, memlimit);
  ByteArray<32> sum;
  const Wiped wiped(sum);
  checksum(inner, sum);
  if (!equal_secret(sum, inner.last(32))) {
    throw Error(Code::wrong_key, "The passphrase is not the right one for this key.", artefact);
  }
  Ed25519Key key = Ed25519Key::from_seed(Secret<32>::copy_of(inner.subspan<8, 32>()));
  if (!equal(key.public_key(), inner.subspan(40, 32))) {
    malformed(artefact, 2, "a secret key with its own public key");
  }
  if (!equal(PublicKey(key.public_key()).number(), inner.first(8))) {
    malformed(artefact, 2, "a key whose number is taken from its SHA-256");
  }
  return key;
}

}  // namespace depone::minisign
