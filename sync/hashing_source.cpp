#include "sync/hashing_source.h"

#include <algorithm>
#include <atomic>
#include <future>

#include "crypto/handoff.h"

namespace depone {

namespace {

constexpr std::size_t kBuffer = 512u << 10;
constexpr std::size_t kBuffers = 6;

struct Buffer {
  Bytes bytes;
  std::atomic<int> unhashed = 0;  // by how many hashers
};
using Piece = std::shared_ptr<Buffer>;

}  // namespace

struct HashingSource::State {
  State(Source& source, std::function<void(std::uint64_t)> on_pass)
      : in(source), passed(std::move(on_pass)) {
    sha256 = std::async(std::launch::async, [this] {
      Sha256Hasher hasher;
      while (const auto piece = for_sha256.take()) hash(hasher, *piece);
      return hasher.finish();
    });
    blake2b = std::async(std::launch::async, [this] {
      Blake2bHasher hasher;
      while (const auto piece = for_blake2b.take()) hash(hasher, *piece);
      return hasher.finish();
    });
    for (std::size_t i = 0; i < kBuffers; ++i) free.put(std::make_shared<Buffer>());
  }
  ~State() {
    for_sha256.close();
    for_blake2b.close();
  }

  // The last of the two hashers to be done with a piece gives its buffer back.
  template <typename Hasher>
  void hash(Hasher& hasher, const Piece& piece) {
    hasher.update(piece->bytes);
    if (--piece->unhashed == 0) free.put(piece);
  }

  // The next piece of the source, handed to the hashers; false at its end.
  bool next() {
    Piece piece = *free.take();
    piece->bytes.resize(kBuffer);
    piece->bytes.resize(read_full(in, piece->bytes));
    if (piece->bytes.empty()) return false;
    size += piece->bytes.size();
    piece->unhashed = 2;
    current = piece;
    at = 0;
    for_sha256.put(piece);
    for_blake2b.put(std::move(piece));
    if (passed) passed(size);
    return true;
  }

  Source& in;
  std::function<void(std::uint64_t)> passed;
  Piece current;
  std::size_t at = 0;
  std::uint64_t size = 0;
  Handoff<Piece> free;
  Handoff<Piece> for_sha256;
  Handoff<Piece> for_blake2b;
  std::future<Sha256> sha256;
  std::future<Blake2b512> blake2b;
};

HashingSource::HashingSource(Source& in, std::function<void(std::uint64_t)> passed)
    : state_(std::make_unique<State>(in, std::move(passed))) {}
HashingSource::~HashingSource() = default;

std::size_t HashingSource::read(std::span<std::uint8_t> into) {
  State& s = *state_;
  if (into.empty()) return 0;
  if (!s.current || s.at == s.current->bytes.size()) {
    s.current.reset();
    if (!s.next()) return 0;
  }
  const std::size_t part = std::min(into.size(), s.current->bytes.size() - s.at);
  std::copy_n(s.current->bytes.begin() + static_cast<std::ptrdiff_t>(s.at), part, into.begin());
  s.at += part;
  return part;
}

Digests HashingSource::finish() {
  State& s = *state_;
  s.current.reset();
  while (s.next()) {
  }
  s.for_sha256.close();
  s.for_blake2b.close();
  return {s.sha256.get(), s.blake2b.get(), s.size};
}

}  // namespace depone
