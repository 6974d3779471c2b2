#include "crypto/secret.h"

#include <sodium.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <atomic>
#include <mutex>
#include <new>
#include <vector>

#include "crypto/error.h"
#include "crypto/memory_lock.h"

namespace depone {

namespace {

constexpr std::size_t kSlot = 64;
constexpr std::size_t kSlots = 64;  // to a guarded page

std::atomic<bool> went_unlocked = false;

std::uint8_t* guarded(std::size_t size) {
  auto* const data = static_cast<std::uint8_t*>(sodium_malloc(size));
  if (data == nullptr) throw std::bad_alloc();
  // It has tried already, and does not say what came of it.
  if (sodium_mlock(data, size) != 0) went_unlocked = true;
  return data;
}

// Slots of guarded pages, which are kept until the process ends. A free slot is all zero.
class Slots {
 public:
  std::uint8_t* take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) grow();
    std::uint8_t* const slot = free_.back();
    free_.pop_back();
    return slot;
  }

  void give(std::uint8_t* slot) noexcept {
    wipe({slot, kSlot});
    const std::lock_guard lock(mutex_);
    free_.push_back(slot);  // there is room: grow() made it
  }

 private:
  void grow() {
    all_ += kSlots;
    free_.reserve(all_);
    std::uint8_t* const page = guarded(kSlot * kSlots);
    wipe({page, kSlot * kSlots});
    for (std::size_t i = 0; i < kSlots; ++i) free_.push_back(page + i * kSlot);
  }

  std::mutex mutex_;
  std::vector<std::uint8_t*> free_;
  std::size_t all_ = 0;
};

// Never destroyed: secrets of static life may outlive anything else.
Slots& slots() {
  static Slots* const all = new Slots;
  return *all;
}

}  // namespace

bool secrets_went_unlocked() { return went_unlocked; }

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

SecretBytes::SecretBytes(std::size_t size) : size_(size), shares_(size <= kSlot) {
  if (size == 0) return;
  if (shares_) {
    data_ = slots().take();
    return;
  }
  data_ = guarded(size);
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

SecretBytes::~SecretBytes() {
  if (data_ == nullptr) return;
  if (shares_) {
    slots().give(data_);
  } else {
    sodium_free(data_);
  }
}

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
