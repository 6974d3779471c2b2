#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "crypto/bytes.h"

namespace depone {

// Files, memory, hashing, encryption, tar and HTTP bodies are all these two.
class Source {
 public:
  virtual ~Source() = default;
  // Reads up to into.size() bytes; 0 only at the end (or for an empty span). Throws Error.
  virtual std::size_t read(std::span<std::uint8_t> into) = 0;
};

class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(ByteView bytes) = 0;
  // Makes the output complete. A sink destroyed without finish() leaves an output that cannot look
  // complete.
  virtual void finish() = 0;
};

class MemorySource : public Source {
 public:
  explicit MemorySource(ByteView bytes) : rest_(bytes) {}  // does not own
  std::size_t read(std::span<std::uint8_t> into) override;

 private:
  ByteView rest_;
};

class MemorySink : public Sink {
 public:
  explicit MemorySink(std::size_t limit = std::numeric_limits<std::size_t>::max())
      : limit_(limit) {}
  void write(ByteView bytes) override;  // Code::malformed beyond the limit
  void finish() override {}
  Bytes& bytes() { return bytes_; }

 private:
  Bytes bytes_;
  std::size_t limit_;
};

class NullSink : public Sink {
 public:
  void write(ByteView) override {}
  void finish() override {}
};

// Reads until into is full or the source ends; returns how much was read.
std::size_t read_full(Source& source, std::span<std::uint8_t> into);
// The whole source, Code::malformed where it holds more than `limit` bytes.
Bytes read_all(Source& source, std::size_t limit);
// Until the end of the source; does not finish the sink. Returns the number of bytes.
std::uint64_t copy(Source& source, Sink& sink);

}  // namespace depone
