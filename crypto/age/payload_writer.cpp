#include <exception>
#include <optional>
#include <thread>

#include "crypto/age/payload.h"
#include "crypto/handoff.h"

namespace depone::age {
namespace {

// With what lies beyond its size, from earlier content.
void wipe_all(Bytes& bytes) {
  bytes.resize(bytes.capacity());
  wipe(bytes);
}

}  // namespace

// A short payload is sealed as it is written. For a long one, what is written is gathered into
// batches that a second thread seals and passes on, so that the work before and the work after
// encryption overlap. The bytes are the same.
struct PayloadWriter::State {
  State(const FileKey& key, ByteView nonce, Sink& sink) : aead(payload_key(key, nonce)), out(sink) {
    pending.reserve(kChunk);
  }

  ~State() {
    // What was not finished is not worth sealing.
    to_seal.close();
    while (auto left = to_seal.take()) wipe_all(*left);
    stop();
    wipe_all(pending);
  }

  bulk::Aead aead;
  Sink& out;
  std::uint64_t counter = 0;
  std::uint64_t written = 0;
  Bytes sealed;
  // What was written and not sealed: up to a chunk, or with the thread up to a batch. Whether its
  // end is the payload's shows only when more comes, or finish().
  Bytes pending;
  bool finished = false;

  bool threaded = false;
  std::thread thread;
  Handoff<Bytes> to_seal;
  Handoff<Bytes> empty;
  std::exception_ptr failure;

  // Whole chunks, none of them the payload's last.
  void seal_run(ByteView plain) {
    while (!plain.empty()) {
      const std::size_t chunks = std::min(plain.size() / kChunk, kBatch);
      sealed.resize(std::max(sealed.size(), chunks * kSealedChunk));
      for (std::size_t i = 0; i < chunks; ++i) {
        aead.seal(chunk_nonce(counter++, false), plain.subspan(i * kChunk, kChunk),
                  std::span(sealed).subspan(i * kSealedChunk, kSealedChunk));
      }
      out.write(ByteView(sealed).first(chunks * kSealedChunk));
      plain = plain.subspan(chunks * kChunk);
    }
  }

  void hold(ByteView bytes) { pending.insert(pending.end(), bytes.begin(), bytes.end()); }

  void write_here(ByteView bytes) {
    if (!pending.empty()) {
      const std::size_t part = std::min(kChunk - pending.size(), bytes.size());
      hold(bytes.first(part));
      bytes = bytes.subspan(part);
      if (bytes.empty()) return;
      seal_run(pending);
      pending.clear();
    }
    if (bytes.size() > kChunk) {
      const std::size_t whole = (bytes.size() - 1) / kChunk * kChunk;
      seal_run(bytes.first(whole));
      bytes = bytes.subspan(whole);
    }
    hold(bytes);
  }

  void start() {
    threaded = true;
    // A buffer that grew would leave a copy of its content behind.
    Bytes larger;
    larger.reserve(kBatch * kChunk);
    larger.assign(pending.begin(), pending.end());
    wipe_all(pending);
    pending = std::move(larger);
    for (std::size_t i = 1; i < kBuffers; ++i) empty.put(Bytes());
    thread = std::thread([this] {
      std::optional<Bytes> batch;
      try {
        while ((batch = to_seal.take())) {
          seal_run(*batch);
          batch->clear();
          empty.put(std::move(*batch));
        }
      } catch (...) {
        failure = std::current_exception();
        wipe_all(*batch);
        empty.close();
      }
    });
  }

  void write_across(ByteView bytes) {
    while (!bytes.empty()) {
      if (pending.size() == kBatch * kChunk) {
        auto next = empty.take();
        if (!next) fail();
        next->reserve(kBatch * kChunk);
        std::swap(pending, *next);
        to_seal.put(std::move(*next));
      }
      const std::size_t part = std::min(kBatch * kChunk - pending.size(), bytes.size());
      hold(bytes.first(part));
      bytes = bytes.subspan(part);
    }
  }

  // Whatever was handed over is sealed and passed on when this returns.
  void stop() {
    to_seal.close();
    if (thread.joinable()) thread.join();
    empty.close();
    while (auto left = empty.take()) wipe_all(*left);
    while (auto left = to_seal.take()) wipe_all(*left);
  }

  void fail() {
    stop();
    std::rethrow_exception(failure);
  }

  void finish() {
    stop();
    if (failure) std::rethrow_exception(failure);
    // The last chunk is held back; a batch may hold whole ones before it.
    const std::size_t whole = pending.empty() ? 0 : (pending.size() - 1) / kChunk * kChunk;
    const ByteView rest = pending;
    seal_run(rest.first(whole));
    sealed.resize(std::max(sealed.size(), rest.size() - whole + kTag));
    const auto last = std::span(sealed).first(rest.size() - whole + kTag);
    aead.seal(chunk_nonce(counter, true), rest.subspan(whole), last);
    out.write(last);
  }
};

PayloadWriter::PayloadWriter(const FileKey& key, Sink& out) {
  const auto nonce = random_array<kPayloadNonce>();
  state_ = std::make_unique<State>(key, nonce, out);
  out.write(nonce);
}

PayloadWriter::~PayloadWriter() = default;

void PayloadWriter::write(ByteView bytes) {
  State& s = *state_;
  s.written += bytes.size();
  if (s.threaded) {
    s.write_across(bytes);
    return;
  }
  s.write_here(bytes);
  if (s.written >= kThreadFrom && several_cores()) s.start();
}

void PayloadWriter::finish() {
  if (state_->finished) return;
  state_->finish();
  state_->finished = true;
  state_->out.finish();
}

}  // namespace depone::age
