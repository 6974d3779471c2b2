#pragma once

#include <memory>

#include "crypto/formats/time.h"
#include "crypto/hash.h"
#include "store/file.h"

struct ssl_ctx_st;  // OpenSSL's

namespace depone::relay {

// The relay's side of TLS: 1.3, and 1.2 with forward secrecy and authenticated encryption only;
// X25519 or P-256; no renegotiation, no compression, no early data.

struct TlsFiles {
  fs::path certificate;  // PEM, the chain behind it
  fs::path key;          // PEM, without a passphrase, for its owner only
  bool any() const { return !certificate.empty(); }
};

// A key of the relay's own (ECDSA P-256) and a certificate that it signs itself, for twenty years,
// which names nobody: members know it by its pin. Code::refused where a file is there already.
void make_tls_files(const TlsFiles& files, Time now);

// SHA-256 of the SubjectPublicKeyInfo of the first certificate: what members pin. Code::invalid
// where there is none.
Sha256 tls_pin(const fs::path& certificate);

// When the first certificate expires. Code::invalid where there is none.
Time tls_expires(const fs::path& certificate);

struct FreeTlsContext {
  void operator()(ssl_ctx_st* context) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, FreeTlsContext>;

// Code::invalid where a file is not of its form or they do not belong together; refused where the
// key belongs to somebody else, or others can read it.
TlsContext tls_context(const TlsFiles& files);

}  // namespace depone::relay
