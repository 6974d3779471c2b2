// depone/join/1; declared in invite.h.
#include "crypto/age/recipients.h"
#include "crypto/error.h"
#include "crypto/formats/invite.h"
#include "crypto/identity.h"
#include "crypto/json.h"

namespace depone {
namespace {

constexpr std::string_view kFormat = "depone/join/1";
constexpr std::string_view kWhat = "join request";
constexpr std::string_view kUntrusted = "depone join";
constexpr std::size_t kMaxJoin = 64u << 10;

Blake2b512 signed_keys(std::string_view request_key, std::string_view recipient,
                       std::string_view archive) {
  std::string text;
  for (const std::string_view key : {request_key, recipient, archive})
    text.append(key).append("\n");
  return blake2b512(as_bytes(text));
}

std::string proof_comment(std::string_view invite_hex) {
  return "depone-join/1 invite=" + std::string(invite_hex);
}

std::string recipient_of(const JsonObject& object, std::string_view key) {
  std::string text = object.string(key);
  if (!age::HybridRecipient::parse(text)) object.fail(key, "an age1pq1… recipient");
  return text;
}

void check_proof(const Join& join) {
  minisign::Signature proof;
  try {
    proof = minisign::Signature::parse(join.proof);
  } catch (const Error& error) {
    throw error.in(std::string(kWhat) + ": proof");
  }
  if (proof.untrusted_comment != kUntrusted ||
      proof.trusted_comment != proof_comment(*join.invite)) {
    throw Error(Code::malformed,
                "the proof is for another invite, or its comments are not as they must be",
                std::string(kWhat));
  }
  if (!minisign::verify(
          *join.bundle_key,
          signed_keys(request_key_text(join.request_key), join.recipient, join.archive), proof)) {
    throw Error(
        Code::bad_signature,
        "the proof does not hold: one of the keys is not the one that the new member signed",
        std::string(kWhat));
  }
}

}  // namespace

std::string join_proof(const Ed25519Key& bundle, std::string_view request_key,
                       std::string_view recipient, std::string_view archive,
                       std::string_view invite_hex) {
  return minisign::sign(bundle, signed_keys(request_key, recipient, archive), kUntrusted,
                        proof_comment(invite_hex))
      .text();
}

Join Join::parse(std::string_view json) {
  const Json value = parse_json(json, kWhat, kMaxJoin);
  const JsonObject object(
      value, kWhat,
      {"format", "invite", "name", "bundle_key", "request_key", "recipient", "archive", "proof"});
  object.format(kFormat);
  Join out;
  out.invite = object.string("invite");
  if (!exactly<8>(from_hex(*out.invite))) object.fail("invite", "the invite's id, 16 hex digits");
  out.name = object.string("name");
  if (!is_pseudonym(out.name)) object.fail("name", "1 to 64 characters, no control characters");
  const auto request_key = parse_request_key(object.string("request_key"));
  if (!request_key) object.fail("request_key", "an Ed25519 public key in base64");
  out.request_key = *request_key;
  if (object.at("bundle_key").is_null()) {  // an auditor
    for (const std::string_view key : {"recipient", "archive", "proof"}) {
      if (!object.at(key).is_null()) object.fail(key, "null, as \"bundle_key\" is");
    }
    return out;
  }
  out.bundle_key = minisign::PublicKey::parse(object.string("bundle_key"));
  if (!out.bundle_key) object.fail("bundle_key", "a minisign public key");
  out.recipient = recipient_of(object, "recipient");
  out.archive = recipient_of(object, "archive");
  out.proof = object.string("proof");
  check_proof(out);
  return out;
}

std::string Join::json() const {
  const auto or_null = [this](const std::string& text) {
    return bundle_key ? Json(text) : Json(nullptr);
  };
  return dump_json(Json{{"format", kFormat},
                        {"invite", invite ? Json(*invite) : Json(nullptr)},
                        {"name", name},
                        {"bundle_key", bundle_key ? Json(bundle_key->text()) : Json(nullptr)},
                        {"request_key", request_key_text(request_key)},
                        {"recipient", or_null(recipient)},
                        {"archive", or_null(archive)},
                        {"proof", or_null(proof)}});
}

std::string Join::fingerprint() const {
  return depone::fingerprint(bundle_key ? bundle_key->text() : "", request_key_text(request_key),
                             recipient, archive);
}

}  // namespace depone
