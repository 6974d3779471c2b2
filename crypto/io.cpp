#include "crypto/io.h"

#include "crypto/error.h"
#include "crypto/secret.h"

namespace depone {
namespace {

constexpr std::size_t kBuffer = 256u << 10;

[[noreturn]] void too_large(std::size_t limit) {
  throw Error(Code::malformed, "It is larger than the " + std::to_string(limit) +
                                   " bytes that this may have, and was not read further.");
}

}  // namespace

std::size_t MemorySource::read(std::span<std::uint8_t> into) {
  const std::size_t size = std::min(into.size(), rest_.size());
  std::copy_n(rest_.begin(), size, into.begin());
  rest_ = rest_.subspan(size);
  return size;
}

void MemorySink::write(ByteView bytes) {
  if (bytes.size() > limit_ - bytes_.size()) too_large(limit_);
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

std::size_t read_full(Source& source, std::span<std::uint8_t> into) {
  std::size_t size = 0;
  while (size < into.size()) {
    const std::size_t got = source.read(into.subspan(size));
    if (got == 0) break;
    size += got;
  }
  return size;
}

Bytes read_all(Source& source, std::size_t limit) {
  Bytes out;
  for (;;) {
    const std::size_t size = out.size();
    // One byte more than allowed is asked for, so that "too large" is told from "exactly as large".
    const std::size_t room = limit - size < kBuffer ? limit - size + 1 : kBuffer;
    out.resize(size + room);
    const std::size_t got = read_full(source, std::span(out).subspan(size));
    out.resize(size + got);
    if (out.size() > limit) too_large(limit);
    if (got < room) return out;
  }
}

std::uint64_t copy(Source& source, Sink& sink) {
  Bytes buffer(kBuffer);
  const Wiped wiped(buffer);
  std::uint64_t total = 0;
  while (const std::size_t got = source.read(buffer)) {
    sink.write(ByteView(buffer).first(got));
    total += got;
  }
  return total;
}

}  // namespace depone
