#include "crypto/hash.h"

#include <thread>

#include "crypto/bulk.h"
#include "crypto/handoff.h"

namespace depone {
namespace {

constexpr std::size_t kWorthAThread = 128u << 10;

template <std::size_t N>
ByteArray<N> digest_of(bulk::Digest& digest, ByteView bytes) {
  ByteArray<N> out;
  digest.update(bytes);
  digest.finish(out);
  return out;
}

}  // namespace

// A context a thread, because making one costs more than hashing a Merkle node.
Sha256 sha256(ByteView bytes) {
  thread_local bulk::Digest digest(bulk::Algorithm::sha256);
  return digest_of<32>(digest, bytes);
}

Sha256 sha256(std::string_view text) { return sha256(as_bytes(text)); }

Blake2b512 blake2b512(ByteView bytes) {
  thread_local bulk::Digest digest(bulk::Algorithm::blake2b512);
  return digest_of<64>(digest, bytes);
}

std::optional<Sha256> sha256_from_hex(std::string_view text) { return exactly<32>(from_hex(text)); }

struct Sha256Hasher::State {
  bulk::Digest digest{bulk::Algorithm::sha256};
};

Sha256Hasher::Sha256Hasher() : state_(std::make_unique<State>()) {}
Sha256Hasher::~Sha256Hasher() = default;
Sha256Hasher::Sha256Hasher(Sha256Hasher&&) noexcept = default;
Sha256Hasher& Sha256Hasher::operator=(Sha256Hasher&&) noexcept = default;
void Sha256Hasher::update(ByteView bytes) { state_->digest.update(bytes); }
Sha256 Sha256Hasher::finish() {
  Sha256 out;
  state_->digest.finish(out);
  return out;
}

struct Blake2bHasher::State {
  bulk::Digest digest{bulk::Algorithm::blake2b512};
};

Blake2bHasher::Blake2bHasher() : state_(std::make_unique<State>()) {}
Blake2bHasher::~Blake2bHasher() = default;
Blake2bHasher::Blake2bHasher(Blake2bHasher&&) noexcept = default;
Blake2bHasher& Blake2bHasher::operator=(Blake2bHasher&&) noexcept = default;
void Blake2bHasher::update(ByteView bytes) { state_->digest.update(bytes); }
Blake2b512 Blake2bHasher::finish() {
  Blake2b512 out;
  state_->digest.finish(out);
  return out;
}

// BLAKE2b, the slower one, on a thread of its own: it works on the caller's bytes, who waits for
// it.
class DigestingSink::Beside {
 public:
  explicit Beside(Blake2bHasher& hasher)
      : thread_([this, &hasher] {
          while (const auto bytes = to_hash_.take()) {
            hasher.update(*bytes);
            done_.put(true);
          }
        }) {}
  ~Beside() {
    to_hash_.close();
    thread_.join();
  }

  // Hashes until the end of its life.
  class Run {
   public:
    Run(Beside& beside, ByteView bytes) : beside_(beside) { beside_.to_hash_.put(bytes); }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run() { beside_.done_.take(); }

   private:
    Beside& beside_;
  };

 private:
  Handoff<ByteView> to_hash_;
  Handoff<bool> done_;
  std::thread thread_;
};

DigestingSink::DigestingSink(Sink& next) : next_(next) {}
DigestingSink::~DigestingSink() = default;

void DigestingSink::write(ByteView bytes) {
  size_ += bytes.size();
  if (bytes.size() < kWorthAThread || std::thread::hardware_concurrency() < 2) {
    sha256_.update(bytes);
    blake2b_.update(bytes);
    next_.write(bytes);
    return;
  }
  if (!beside_) beside_ = std::make_unique<Beside>(blake2b_);
  const Beside::Run run(*beside_, bytes);
  sha256_.update(bytes);
  next_.write(bytes);
}

Digests DigestingSink::digests() { return {sha256_.finish(), blake2b_.finish(), size_}; }

Digests digest_all(Source& source) {
  NullSink nowhere;
  DigestingSink sink(nowhere);
  copy(source, sink);
  return sink.digests();
}

}  // namespace depone
