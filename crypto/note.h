#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/ed25519.h"

namespace depone {

// Signed notes (c2sp.org/signed-note), Ed25519 keys of type 01.

// "<name>+<8 hex>+<base64 of 01 and 32 bytes>"; the hash is the first 4 bytes of SHA-256(name LF 01
// key).
struct VerifierKey {
  std::string name;
  std::uint32_t id = 0;
  Ed25519Public key{};
  static VerifierKey make(std::string_view name, const Ed25519Public& key);
  static std::optional<VerifierKey> parse(std::string_view text);
  std::string text() const;
  bool operator==(const VerifierKey&) const = default;
};

// Whether this is a verifier key of any type: its name, and for types 01 and 04 (a witness's) the
// hash and the point too.
bool is_verifier_key(std::string_view text);

struct NoteSignature {
  std::string name;
  std::uint32_t id = 0;
  Bytes signature;  // without the 4-byte id
};

struct Note {
  std::string text;  // the signed part, ends in LF
  std::vector<NoteSignature> signatures;
  static Note parse(std::string_view bytes);  // Code::malformed, names the line
  std::string bytes() const;
  bool signed_by(const VerifierKey& key) const;  // lines of unknown keys are ignored
};

Note sign_note(std::string_view text, const VerifierKey& name, const Ed25519Key& key);

inline constexpr std::size_t kMaxNoteSize = 1u << 20;

}  // namespace depone
