#include "crypto/hash.h"

#include <exception>
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

// BLAKE2b, the slower one, on a thread of its own that has copies of what it hashes: neither waits
// for the other, but for a bounded number of buffers. Few and small ones, since a relay hashes many
// uploads at a time.
class DigestingSink::Beside {
 public:
  static constexpr std::size_t kPiece = 256u << 10;

  explicit Beside(Blake2bHasher& hasher) : hasher_(hasher) {
    for (int i = 0; i < 2; ++i) empty_.put({});
    thread_ = std::thread([this] { run(); });
  }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  ~Beside() { stop(); }

  void hash(ByteView bytes) {
    auto piece = empty_.take();
    if (!piece) return finish();
    piece->assign(bytes.begin(), bytes.end());
    to_hash_.put(*std::move(piece));
  }

  void finish() {
    stop();
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void run() {
    try {
      while (auto piece = to_hash_.take()) {
        hasher_.update(*piece);
        empty_.put(*std::move(piece));
      }
    } catch (...) {
      failure_ = std::current_exception();
      empty_.close();
    }
  }
  void stop() {
    to_hash_.close();
    if (thread_.joinable()) thread_.join();
  }

  Blake2bHasher& hasher_;
  Handoff<Bytes> to_hash_;
  Handoff<Bytes> empty_;
  std::exception_ptr failure_;
  std::thread thread_;
};

DigestingSink::DigestingSink(Sink& next) : next_(next) {}
DigestingSink::~DigestingSink() = default;

void DigestingSink::write(ByteView bytes) {
  size_ += bytes.size();
  if (!beside_ && bytes.size() >= kWorthAThread && std::thread::hardware_concurrency() > 1)
    beside_ = std::make_unique<Beside>(blake2b_);
  while (!bytes.empty()) {
    const ByteView piece = bytes.first(std::min(bytes.size(), Beside::kPiece));
    if (beside_) {
      beside_->hash(piece);
    } else {
      blake2b_.update(piece);
    }
    sha256_.update(piece);
    next_.write(piece);
    bytes = bytes.subspan(piece.size());
  }
}

Digests DigestingSink::digests() {
  if (beside_) beside_->finish();
  return {sha256_.finish(), blake2b_.finish(), size_};
}

Digests digest_all(Source& source) {
  NullSink nowhere;
  DigestingSink sink(nowhere);
  copy(source, sink);
  return sink.digests();
}

}  // namespace depone
