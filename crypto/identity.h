#pragma once

#include <string>
#include <string_view>

#include "crypto/age/recipients.h"
#include "crypto/ed25519.h"
#include "crypto/minisign.h"
#include "crypto/secret.h"

namespace depone {

// A member's secret: 32 bytes, from which all keys are derived (docs/format.md, "Identity").
using Seed = Secret<32>;

// What a vault keeps of an identity: three secrets and the archive's public recipient.
struct Identity {
  Ed25519Key bundle;
  Ed25519Key request;
  age::HybridIdentity recipient;
  age::HybridRecipient archive;

  static Identity from_seed(const Seed& seed);
  minisign::PublicKey bundle_key() const { return minisign::PublicKey(bundle.public_key()); }
};

// The identity that opens a member's own copies; at recovery only.
age::HybridIdentity archive_identity(const Seed& seed);
// The vault's recovery slot key: HKDF(seed, vault id, "depone/1 vault").
Secret<32> vault_recovery_key(const Seed& seed, const ByteArray<16>& vault);

// "DEPONE-SEED-1…", upper case.
SecretBytes seed_text(const Seed& seed);
std::optional<Seed> parse_seed(std::string_view text);

// First 20 hex digits of SHA-256 of bundle key, request key, recipient, archive, each followed by
// LF; for an auditor of the request key and LF (the other three empty).
std::string fingerprint(std::string_view bundle_key, std::string_view request_key,
                        std::string_view recipient, std::string_view archive);

std::string request_key_text(const Ed25519Public& key);  // base64 of 32 bytes
std::optional<Ed25519Public> parse_request_key(std::string_view text);

}  // namespace depone
