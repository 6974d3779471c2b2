#pragma once

#include <functional>
#include <optional>

#include "crypto/ed25519.h"
#include "crypto/formats/time.h"
#include "crypto/secret.h"
#include "sync/relay/config.h"
#include "sync/relay/tls.h"

namespace depone::relay {

struct InitWish {
  fs::path path;
  std::string organisation;
  std::string origin;
  std::string url;
  std::optional<minisign::PublicKey> authority;  // its secret key is on another machine
  // Of https: a key that the relay makes for itself and members pin; a certificate and key that are there (absolute, or
  // relative to `path`); or something else on this machine that does TLS.
  enum class Tls { own, files, in_front } tls = Tls::own;
  TlsFiles tls_files = {};
};
struct InitResult {
  minisign::PublicKey authority;
  std::string log;  // verifier key
  std::uint64_t roster = 0;  // 0: laid down in roster-unsigned/, to be signed
  std::string pin;           // of the relay's own TLS key; "" where there is none
};

// Makes a relay's directory, complete or not at all. `passphrase` is asked for only where the authority's key is made
// here. Code::refused where something is there already.
InitResult init_relay(const InitWish& wish, const std::function<SecretBytes()>& passphrase, Time now);

// An address that members would not take: Code::usage, refused.
void check_member_url(const std::string& url);

// A new authority: authority.key (a minisign secret key file under the passphrase) and authority.pub.
Ed25519Key make_authority(const fs::path& directory, ByteView passphrase);
// Code::wrong_key, malformed, not_found.
Ed25519Key read_authority_key(const fs::path& file, ByteView passphrase);

}  // namespace depone::relay
