#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/ed25519.h"
#include "crypto/formats/time.h"

namespace depone {

// HTTP Message Signatures (RFC 9421) as the relay takes them: ed25519, tag "depone/1"; and RFC 9530
// digests.

// One component identifier and its value: {"@method", "POST"}, {"content-digest", "sha-256=:…:"}.
using Components = std::vector<std::pair<std::string, std::string>>;

struct SignatureParams {
  Time created;
  std::string keyid;  // base64 of the request key
  std::string tag = "depone/1";
};

// The signature base of RFC 9421 section 2.5; `params` is the value of @signature-params as it
// stands in the header.
std::string signature_base(const Components& components, std::string_view params);

struct SignedHeaders {
  std::string signature_input;  // value of Signature-Input
  std::string signature;        // value of Signature
};
// `nonce`: visible ASCII, "" for none.
SignedHeaders sign_request(const Ed25519Key& key, const Components& components, Time created,
                           std::string_view nonce = {});

// What came in: exactly one signature with our tag, any label. nullopt from find where none or
// several are there; Code::malformed where the headers do not parse.
struct ReceivedSignature {
  std::vector<std::string> covered;  // component names in order, bare (no parameters allowed)
  std::string params;                // for signature_base
  SignatureParams parsed;
  Ed25519Signature signature{};
  std::optional<std::string> nonce;
  std::optional<Time> expires;  // for the caller to hold against its clock
};
std::optional<ReceivedSignature> find_signature(std::string_view signature_input,
                                                std::string_view signature);

std::string content_digest(ByteView body);                       // "sha-256=:…:"
bool content_digest_ok(std::string_view header, ByteView body);  // sha-256 must be there

}  // namespace depone
