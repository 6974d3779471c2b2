#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "crypto/bytes.h"

namespace depone {

// Once at the start of every program: starts libsodium, forbids core dumps. Throws Code::io where
// libsodium does not start. Returns false where the operating system does not let memory be locked
// (the caller warns).
bool start_crypto();

// Bytes on sodium_malloc: guard pages, locked where allowed, wiped when freed. Those of up to 64 bytes
// share guarded pages, since a page each would cost a dozen system calls and 4 KiB of the little that
// may be locked. Move-only, no way to print. Reading is a visible step: reveal().
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(std::size_t size);      // zeros
  static SecretBytes copy_of(ByteView bytes);  // the caller wipes its own copy
  static SecretBytes random(std::size_t size);
  SecretBytes(SecretBytes&& other) noexcept { swap(other); }
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    SecretBytes gone(std::move(other));
    swap(gone);
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  ByteView reveal() const noexcept { return {data_, size_}; }
  std::span<std::uint8_t> reveal() noexcept { return {data_, size_}; }
  SecretBytes clone() const { return copy_of(reveal()); }
  void truncate(std::size_t size);  // wipes what is cut off

 private:
  void swap(SecretBytes& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(shares_, other.shares_);
  }
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  bool shares_ = false;  // a page with others
};

// A secret of a fixed length.
template <std::size_t N>
class Secret {
 public:
  Secret() : bytes_(N) {}
  static Secret random() {
    Secret out;
    random_bytes(out.reveal());
    return out;
  }
  static Secret copy_of(std::span<const std::uint8_t, N> bytes) {
    Secret out;
    std::copy(bytes.begin(), bytes.end(), out.reveal().begin());
    return out;
  }
  std::span<const std::uint8_t, N> reveal() const noexcept {
    return std::span<const std::uint8_t, N>(bytes_.reveal().data(), N);
  }
  std::span<std::uint8_t, N> reveal() noexcept {
    return std::span<std::uint8_t, N>(bytes_.reveal().data(), N);
  }
  Secret clone() const { return copy_of(reveal()); }

 private:
  SecretBytes bytes_;
};

// In constant time; false for different lengths.
bool equal_secret(ByteView a, ByteView b);
void wipe(std::span<std::uint8_t> bytes) noexcept;

// Wipes a buffer that had to hold a secret outside of Secret (a stack array, a library's string) at
// scope's end.
class Wiped {
 public:
  explicit Wiped(std::span<std::uint8_t> bytes) : bytes_(bytes) {}
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  ~Wiped() { wipe(bytes_); }

 private:
  std::span<std::uint8_t> bytes_;
};

}  // namespace depone
