#include <thread>

#include "crypto/age/payload.h"
#include "crypto/error.h"
#include "crypto/handoff.h"

namespace depone::age {
namespace {

constexpr std::string_view kCutOff =
    "The end is missing: the file was cut off. What came before it is authentic.";

// Opens chunk after chunk. Where something is wrong it first gives everything before it that is
// authentic, then throws, now and at every further call.
class ChunkOpener {
 public:
  ChunkOpener(const FileKey& key, ByteView nonce, Source& source)
      : aead_(payload_key(key, nonce)), in_(source), sealed_(kSealedChunk + 1) {}

  // The next chunk, into `into`, which has room for it. 0 at the end.
  std::size_t open(std::span<std::uint8_t> into) {
    if (failure_) throw *failure_;
    if (complete_) return 0;
    fill();
    const std::size_t held = end_ - begin_;
    const ByteView chunk = ByteView(sealed_).subspan(begin_, std::min(held, kSealedChunk));
    const bool more = held > kSealedChunk;
    const bool whole = chunk.size() == kSealedChunk;
    if (!more && source_failure_ && !whole) {
      failure_ = source_failure_;
      throw *failure_;
    }
    if (chunk.size() < kTag) fail(std::string(kCutOff));
    const std::span<std::uint8_t> out = into.first(chunk.size() - kTag);
    bool last = !more;
    bool good = aead_.open(chunk_nonce(counter_, last), chunk, out);
    // A whole chunk may be flagged otherwise than its place says: it is authentic, what comes after
    // it is not.
    if (!good && whole) {
      last = !last;
      good = aead_.open(chunk_nonce(counter_, last), chunk, out);
    }
    if (!good) {
      fail("Chunk " + std::to_string(counter_ + 1) +
           " does not authenticate: it was altered or cut off. What came before it is authentic.");
    }
    if (last && out.empty() && counter_ > 0) fail("The last chunk is empty, which is not allowed.");
    begin_ += chunk.size();
    ++counter_;
    if (last && more) keep("There are bytes after the end.");
    if (!last && !more) keep(std::string(kCutOff));
    if (!more && source_failure_) failure_ = source_failure_;
    complete_ = last && !more && !source_failure_;
    return out.size();
  }

  std::uint64_t opened() const { return counter_; }

 private:
  void keep(const std::string& message) {
    failure_.emplace(Code::malformed, message, "age payload");
  }
  [[noreturn]] void fail(const std::string& message) {
    keep(message);
    throw *failure_;
  }

  // At least a chunk and a byte more, so that a last chunk is known to be one; less only where the
  // source ends.
  void fill() {
    if (source_ended_ || end_ - begin_ > kSealedChunk) return;
    std::copy(sealed_.begin() + static_cast<std::ptrdiff_t>(begin_),
              sealed_.begin() + static_cast<std::ptrdiff_t>(end_), sealed_.begin());
    end_ -= begin_;
    begin_ = 0;
    if (counter_ > 0) sealed_.resize(kBatch * kSealedChunk + 1);  // it is not a short one
    // Where the source fails, the chunks that it gave whole are still authentic.
    try {
      while (end_ < sealed_.size()) {
        const std::size_t got = in_.read(std::span(sealed_).subspan(end_));
        if (got == 0) break;
        end_ += got;
      }
    } catch (const Error& error) {
      source_failure_.emplace(error);
    }
    source_ended_ = end_ < sealed_.size();
  }

  bulk::Aead aead_;
  Source& in_;
  std::uint64_t counter_ = 0;
  Bytes sealed_;  // as read: a chunk or a batch, and a byte
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool source_ended_ = false;
  bool complete_ = false;
  std::optional<Error> source_failure_;
  std::optional<Error> failure_;
};

// Opened chunks, and what ended them where something did.
struct Batch {
  Bytes bytes = Bytes(kBatch * kChunk);
  std::size_t size = 0;
  std::exception_ptr failure;
  bool last = false;
};

}  // namespace

// A short payload is opened as it is read. For a long one a second thread reads and opens ahead, a
// few batches, so that the work before and the work after decryption overlap. What is given, and
// where an error comes, is the same.
struct PayloadReader::State {
  State(const FileKey& key, ByteView nonce, Source& source) : opener(key, nonce, source) {}

  ~State() {
    stop();
    wipe(plain);
    if (batch) wipe(batch->bytes);
  }

  ChunkOpener opener;
  Bytes plain;  // a chunk opened here because `into` was too small for it
  std::size_t begin = 0;
  std::size_t end = 0;

  std::thread thread;
  bool threaded = false;
  Handoff<Batch> opened;
  Handoff<Batch> empty;
  std::optional<Batch> batch;  // the one that is being given
  std::size_t given = 0;

  void start() {
    threaded = true;
    for (std::size_t i = 0; i < kBuffers; ++i) empty.put(Batch());
    thread = std::thread([this] {
      while (auto next = empty.take()) {
        open_batch(*next);
        const bool last = next->last;
        if (!opened.put(std::move(*next)) || last) break;
      }
    });
  }

  void open_batch(Batch& into) {
    into.size = 0;
    try {
      while (into.size < into.bytes.size()) {
        const std::size_t got = opener.open(std::span(into.bytes).subspan(into.size));
        into.last = got == 0;
        if (into.last) return;
        into.size += got;
      }
    } catch (...) {
      into.failure = std::current_exception();
      into.last = true;
    }
  }

  void stop() {
    empty.close();
    if (thread.joinable()) thread.join();
    opened.close();
    while (auto left = opened.take()) wipe(left->bytes);
    while (auto left = empty.take()) wipe(left->bytes);
  }

  std::size_t read_across(std::span<std::uint8_t> into) {
    while (!batch || given == batch->size) {
      if (batch && batch->last) {
        // The source is not touched any more once the end, or the error, was told.
        if (thread.joinable()) thread.join();
        if (batch->failure) std::rethrow_exception(batch->failure);
        return 0;
      }
      if (batch) empty.put(std::move(*batch));
      batch = opened.take();
      given = 0;
    }
    const std::size_t size = std::min(into.size(), batch->size - given);
    std::copy_n(batch->bytes.begin() + static_cast<std::ptrdiff_t>(given), size, into.begin());
    given += size;
    return size;
  }

  std::size_t read_here(std::span<std::uint8_t> into) {
    if (begin == end) {
      if (into.size() >= kChunk) return opener.open(into);
      plain.resize(kChunk);
      begin = 0;
      end = 0;
      end = opener.open(plain);
    }
    const std::size_t size = std::min(into.size(), end - begin);
    std::copy_n(plain.begin() + static_cast<std::ptrdiff_t>(begin), size, into.begin());
    begin += size;
    return size;
  }
};

PayloadReader::PayloadReader(const FileKey& key, Source& in) {
  ByteArray<kPayloadNonce> nonce;
  if (read_full(in, nonce) != nonce.size()) {
    throw Error(Code::malformed, "The file ends before its payload: it was cut off.", "age header");
  }
  state_ = std::make_unique<State>(key, nonce, in);
}

PayloadReader::~PayloadReader() = default;

std::size_t PayloadReader::read(std::span<std::uint8_t> into) {
  State& s = *state_;
  if (into.empty()) return 0;
  if (s.threaded) return s.read_across(into);
  const std::size_t got = s.read_here(into);
  // Only between chunks, so that no opened one is left behind.
  if (s.begin == s.end && s.opener.opened() * kChunk >= kThreadFrom && several_cores()) s.start();
  return got;
}

}  // namespace depone::age
