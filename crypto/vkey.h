#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/ed25519.h"

namespace depone::vkey {

// What verifier keys of all types have in common (c2sp.org/signed-note, "Format" and "Signature
// types"): "<name>+<8 hex>+<base64 of type and key>", the hex being the key id, the first 4 bytes
// of SHA-256(name LF type key).

enum class Type : std::uint8_t { ed25519 = 0x01, cosignature = 0x04 };

// Not empty, UTF-8, no space of any kind, no plus sign, no control characters.
bool is_key_name(std::string_view name);
// The same for a name that we give ourselves: at most 255 bytes, and nothing that a terminal obeys.
bool is_own_name(std::string_view name);

struct Raw {
  std::string_view name;
  std::uint32_t id = 0;
  Bytes typed_key;  // the type, then at least one byte
  bool id_ok() const;
};
std::optional<Raw> parse(std::string_view text);
// The key, where it is of this type, 32 bytes, a valid point, and the id is its own.
std::optional<Ed25519Public> ed25519_of(const Raw& raw, Type type);

std::uint32_t id_of(std::string_view name, Type type, const Ed25519Public& key);
std::string text_of(std::string_view name, Type type, const Ed25519Public& key);

// The 4 bytes of an id, as they stand before a signature.
ByteArray<4> id_bytes(std::uint32_t id);
std::uint32_t id_from(ByteView bytes);  // the first 4

}  // namespace depone::vkey
