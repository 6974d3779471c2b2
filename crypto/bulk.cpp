#include "crypto/bulk.h"

#include <openssl/evp.h>

#include <climits>
#include <new>

#include "crypto/error.h"

namespace depone::bulk {
namespace {

struct FreeCipherCtx {
  void operator()(EVP_CIPHER_CTX* ctx) const { EVP_CIPHER_CTX_free(ctx); }
};
struct FreeDigestCtx {
  void operator()(EVP_MD_CTX* ctx) const { EVP_MD_CTX_free(ctx); }
};
using CipherCtx = std::unique_ptr<EVP_CIPHER_CTX, FreeCipherCtx>;
using DigestCtx = std::unique_ptr<EVP_MD_CTX, FreeDigestCtx>;

[[noreturn]] void fail(const char* what) {
  throw Error(Code::unsupported,
              std::string("The system's OpenSSL does not do ") + what +
                  ". Nothing was written; check its installation and configuration.");
}

// Fetched once and kept until the process ends: a fetch costs more than a short message.
const EVP_CIPHER* chacha20poly1305() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr);
  if (cipher == nullptr) fail("ChaCha20-Poly1305");
  return cipher;
}

const EVP_MD* digest(Algorithm algorithm) {
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
  static const EVP_MD* const blake2b = EVP_MD_fetch(nullptr, "BLAKE2B-512", nullptr);
  const EVP_MD* const md = algorithm == Algorithm::sha256 ? sha256 : blake2b;
  if (md == nullptr) fail(algorithm == Algorithm::sha256 ? "SHA-256" : "BLAKE2b-512");
  return md;
}

int as_int(std::size_t size) {
  if (size > INT_MAX) throw Error(Code::invalid, "A single piece of data is larger than 2 GiB.");
  return static_cast<int>(size);
}

}  // namespace

struct Aead::State {
  CipherCtx sealing{EVP_CIPHER_CTX_new()};
  CipherCtx opening{EVP_CIPHER_CTX_new()};
};

Aead::Aead(const Secret<32>& key) : state_(std::make_unique<State>()) {
  if (!state_->sealing || !state_->opening) throw std::bad_alloc();
  const std::uint8_t* const bytes = key.reveal().data();
  if (EVP_EncryptInit_ex2(state_->sealing.get(), chacha20poly1305(), bytes, nullptr, nullptr) !=
          1 ||
      EVP_DecryptInit_ex2(state_->opening.get(), chacha20poly1305(), bytes, nullptr, nullptr) !=
          1) {
    fail("ChaCha20-Poly1305");
  }
}

Aead::~Aead() = default;
Aead::Aead(Aead&&) noexcept = default;
Aead& Aead::operator=(Aead&&) noexcept = default;

void Aead::seal(const Nonce& nonce, ByteView plain, std::span<std::uint8_t> out) {
  if (out.size() != plain.size() + kTag)
    throw Error(Code::invalid, "Wrong size of a sealed piece.");
  EVP_CIPHER_CTX* const ctx = state_->sealing.get();
  int size = 0;
  if (EVP_EncryptInit_ex2(ctx, nullptr, nullptr, nonce.data(), nullptr) != 1 ||
      (!plain.empty() &&
       EVP_EncryptUpdate(ctx, out.data(), &size, plain.data(), as_int(plain.size())) != 1) ||
      EVP_EncryptFinal_ex(ctx, out.data() + plain.size(), &size) != 1 ||
      EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, kTag, out.data() + plain.size()) != 1) {
    fail("ChaCha20-Poly1305");
  }
}

bool Aead::open(const Nonce& nonce, ByteView sealed, std::span<std::uint8_t> out) {
  if (sealed.size() < kTag || out.size() != sealed.size() - kTag) {
    throw Error(Code::invalid, "Wrong size of a piece to open.");
  }
  EVP_CIPHER_CTX* const ctx = state_->opening.get();
  ByteArray<kTag> tag;
  std::copy(sealed.end() - kTag, sealed.end(), tag.begin());
  int size = 0;
  std::uint8_t none = 0;
  if (EVP_DecryptInit_ex2(ctx, nullptr, nullptr, nonce.data(), nullptr) != 1 ||
      EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, kTag, tag.data()) != 1 ||
      (!out.empty() &&
       EVP_DecryptUpdate(ctx, out.data(), &size, sealed.data(), as_int(out.size())) != 1)) {
    fail("ChaCha20-Poly1305");
  }
  if (EVP_DecryptFinal_ex(ctx, out.empty() ? &none : out.data() + out.size(), &size) == 1) {
    return true;
  }
  wipe(out);
  return false;
}

struct Digest::State {
  Algorithm algorithm;
  DigestCtx ctx{EVP_MD_CTX_new()};

  void start() {
    if (EVP_DigestInit_ex2(ctx.get(), digest(algorithm), nullptr) != 1) fail("hashing");
  }
};

Digest::Digest(Algorithm algorithm) : state_(std::make_unique<State>()) {
  state_->algorithm = algorithm;
  if (!state_->ctx) throw std::bad_alloc();
  state_->start();
}

Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::update(ByteView bytes) {
  if (EVP_DigestUpdate(state_->ctx.get(), bytes.data(), bytes.size()) != 1) fail("hashing");
}

void Digest::finish(std::span<std::uint8_t> out) {
  if (out.size() != (state_->algorithm == Algorithm::sha256 ? 32u : 64u)) {
    throw Error(Code::invalid, "Wrong size of a digest.");
  }
  unsigned size = 0;
  if (EVP_DigestFinal_ex(state_->ctx.get(), out.data(), &size) != 1) fail("hashing");
  state_->start();
}

}  // namespace depone::bulk
