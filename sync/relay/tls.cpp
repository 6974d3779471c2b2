#include "sync/relay/tls.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>

#include "crypto/bytes.h"
#include "crypto/error.h"

namespace depone::relay {

namespace {

constexpr std::size_t kMaxPem = 1u << 20;
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kOwnYears = 20;

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;

// What OpenSSL says of its first failure, for the operator.
std::string reason() {
  const unsigned long code = ERR_peek_error();
  const char* text = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return text == nullptr ? "no reason given" : text;
}

void need(bool good, const char* what) {
  if (!good)
    throw Error(Code::unsupported,
                "the system's OpenSSL can't " + std::string(what) + ": " + reason());
}

[[noreturn]] void invalid(const std::string& what, const fs::path& path) {
  throw Error(Code::invalid, what + " (" + reason() + "); nothing was started", path.string());
}

Certificate self_signed(EVP_PKEY* key, Time now) {
  Certificate certificate(X509_new());
  const auto serial = random_array<16>();
  const std::unique_ptr<BIGNUM, Freed<BN_free>> number(BN_bin2bn(serial.data(), 15, nullptr));
  need(certificate && number && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
           BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get())) != nullptr &&
           ASN1_TIME_set(X509_getm_notBefore(certificate.get()), now.seconds - kDay) != nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(certificate.get()),
                         now.seconds + kOwnYears * 365 * kDay) != nullptr,
       "make a certificate");
  X509_NAME* const name = X509_get_subject_name(certificate.get());
  need(
      X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>("relay"), -1, -1, 0) == 1 &&
          X509_set_issuer_name(certificate.get(), name) == 1 &&
          X509_set_pubkey(certificate.get(), key) == 1 &&
          X509_sign(certificate.get(), key, EVP_sha256()) > 0,
      "sign a certificate");
  return certificate;
}

void write_pem(const fs::path& path, BIO* pem) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(pem, &bytes);
  FileSink sink(path, false);
  sink.write({reinterpret_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(size)});
  sink.finish();
}

Certificate read_certificate(const fs::path& path) {
  const std::string text = read_text(path, kMaxPem, true);
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!certificate) invalid("this is no certificate in PEM", path);
  return certificate;
}

// A key that others can read is not the relay's alone any more.
void check_owner(const fs::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) throw_errno("reading", path);
  if (info.st_uid != ::geteuid() && info.st_uid != 0) {
    throw Error(Code::refused,
                "the TLS key belongs to another user; nothing was started. Run chown on it",
                path.string());
  }
  if ((info.st_mode & 077) != 0) {
    throw Error(Code::refused,
                "others can read the TLS key; nothing was started. Run chmod 600 on it",
                path.string());
  }
}

int no_passphrase(char*, int, int, void*) { return 0; }

// HTTP/1.1 is all there is.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length,
                    const unsigned char* offered, unsigned int offered_length, void*) {
  static constexpr unsigned char kHttp[] = "\x08http/1.1";
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, length, kHttp, sizeof kHttp - 1, offered, offered_length) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_NOACK;
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

void FreeTlsContext::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

void make_tls_files(const TlsFiles& files, Time now) {
  const Key key(EVP_EC_gen("P-256"));
  need(key != nullptr, "make a key");
  const Certificate certificate = self_signed(key.get(), now);
  const Bio secret(BIO_new(BIO_s_secmem()));
  need(secret && PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                          nullptr) == 1,
       "write a key");
  write_pem(files.key, secret.get());
  const Bio shown(BIO_new(BIO_s_mem()));
  need(shown && PEM_write_bio_X509(shown.get(), certificate.get()) == 1, "write a certificate");
  write_pem(files.certificate, shown.get());
}

Sha256 tls_pin(const fs::path& path) {
  const Certificate certificate = read_certificate(path);
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate.get()), &der);
  need(size > 0, "read the key of a certificate");
  const Sha256 pin = sha256(ByteView(der, static_cast<std::size_t>(size)));
  OPENSSL_free(der);
  return pin;
}

Time tls_expires(const fs::path& path) {
  const Certificate certificate = read_certificate(path);
  std::tm calendar{};
  need(ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &calendar) == 1, "read a certificate's time");
  return Time{static_cast<std::int64_t>(::timegm(&calendar))};
}

TlsContext tls_context(const TlsFiles& files) {
  check_owner(files.key);
  read_certificate(files.certificate);
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  need(context && SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context.get(), "ECDHE+AESGCM:ECDHE+CHACHA20") == 1 &&
           SSL_CTX_set1_groups_list(context.get(), "X25519:P-256") == 1,
       "do TLS as it must be");
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                         SSL_OP_CIPHER_SERVER_PREFERENCE |
                                         SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(context.get(),
                   SSL_MODE_RELEASE_BUFFERS);  // a connection that waits holds little
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate.c_str()) != 1)
    invalid("this is no certificate, or no chain of them, in PEM", files.certificate);
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1)
    invalid("this is no key in PEM, is under a passphrase, or is not the certificate's", files.key);
  if (SSL_CTX_check_private_key(context.get()) != 1)
    invalid("this is not the certificate's key", files.key);
  ERR_clear_error();
  return context;
}

}  // namespace depone::relay
