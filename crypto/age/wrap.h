#pragma once

#include <optional>
#include <span>
#include <string>

#include "crypto/age/header.h"
#include "crypto/bytes.h"
#include "crypto/secret.h"

namespace depone::age {

// What the recipient types share: a stanza's body is the file key under ChaCha20-Poly1305, 32
// bytes.
Bytes seal_file_key(const Secret<32>& key, const ByteArray<12>& nonce, const FileKey& file_key);
std::optional<FileKey> open_file_key(const Secret<32>& key, const ByteArray<12>& nonce,
                                     ByteView body);

// HPKE's key schedule (RFC 9180 section 5.1, base mode) for a mlkem768x25519 stanza, from the
// shared secret.
struct WrapKey {
  Secret<32> key;
  ByteArray<12> nonce;
};
WrapKey hpke_wrap_key(const Secret<32>& shared);

// Code::malformed, context "age header"; stanzas are counted from 1.
[[noreturn]] void bad_stanza(std::size_t index, const std::string& reason);
// The body's length is checked before it is tried, against partitioning oracles.
void check_body(std::size_t index, const Stanza& stanza);
// The shape of a stanza: its arguments, the length of its share or salt, its work factor, the
// length of its body.
void check_x25519_shape(std::size_t index, const Stanza& stanza);
void check_hybrid_shape(std::size_t index, const Stanza& stanza);
void check_scrypt_shape(std::size_t index, const Stanza& stanza);
// Of every stanza of a kind that is known, whichever identities are at hand.
void check_known_stanzas(std::span<const Stanza> stanzas);
// C2SP age: an scrypt stanza may not stand beside any other.
void check_scrypt_alone(std::span<const Stanza> stanzas);

}  // namespace depone::age
