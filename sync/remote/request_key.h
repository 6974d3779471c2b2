#pragma once

#include <optional>
#include <string>

#include "crypto/ed25519.h"
#include "crypto/minisign.h"
#include "crypto/secret.h"
#include "store/file.h"

namespace depone {

// An auditor's request key (docs/format.md, "Request key file"): an age file under a passphrase
// (scrypt, stock age opens it) whose plaintext is these lines, each ended by LF:
//
//   depone/request-key/1
//   seed <64 hex>
//   relay <URL>
//   pin <base64url, or ->
//   authority <RW…>
//   invite <16 hex>
//   name <pseudonym>
struct RequestKey {
  Ed25519Key key;
  std::string relay;
  std::optional<std::string> pin;
  minisign::PublicKey authority;
  std::string invite;  // id, hex
  std::string name;

  static std::optional<RequestKey> parse(ByteView lines);  // the plaintext
};

// Mode 0600, complete or absent. Code::refused where the name is taken.
void write_request_key(const fs::path& path, const RequestKey& key, ByteView passphrase);
// Code::wrong_key for another passphrase, damaged for bytes that are not such a file any more.
RequestKey read_request_key(const fs::path& path, ByteView passphrase);

}  // namespace depone
