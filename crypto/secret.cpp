#include "crypto/secret.h"

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <new>

#include "crypto/error.h"

namespace depone {

bool start_crypto() {
  if (sodium_init() < 0) {
    throw Error(Code::io,
                "The cryptographic library did not start. Nothing was read or written; check that "
                "the system's random number source works.");
  }
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);

  alignas(16) static std::uint8_t probe[64];
  const bool lockable = sodium_mlock(probe, sizeof probe) == 0;
  if (lockable) sodium_munlock(probe, sizeof probe);
  return lockable;
}

SecretBytes::SecretBytes(std::size_t size) : size_(size) {
  if (size == 0) return;
  data_ = static_cast<std::uint8_t*>(sodium_malloc(size));
  if (data_ == nullptr) throw std::bad_alloc();
  std::fill_n(data_, size, std::uint8_t{0});
}

SecretBytes SecretBytes::copy_of(ByteView bytes) {
  SecretBytes out(bytes.size());
  std::copy(bytes.begin(), bytes.end(), out.data_);
  return out;
}

SecretBytes SecretBytes::random(std::size_t size) {
  SecretBytes out(size);
  random_bytes(out.reveal());
  return out;
}

SecretBytes::~SecretBytes() { sodium_free(data_); }

void SecretBytes::truncate(std::size_t size) {
  if (size >= size_) return;
  wipe(reveal().subspan(size));
  size_ = size;
}

bool equal_secret(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

void wipe(std::span<std::uint8_t> bytes) noexcept {
  if (!bytes.empty()) sodium_memzero(bytes.data(), bytes.size());
}

}  // namespace depone
