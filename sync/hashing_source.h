#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "crypto/hash.h"
#include "crypto/io.h"

namespace depone {

// Passes a source through while other threads take its SHA-256 and BLAKE2b: whoever reads does not wait for them, but for
// a bounded number of buffers.
class HashingSource : public Source {
 public:
  // `passed` is called with the number of bytes so far, from the reading thread.
  HashingSource(Source& in, std::function<void(std::uint64_t)> passed);
  ~HashingSource() override;
  std::size_t read(std::span<std::uint8_t> into) override;
  // Reads what nobody has read to the end of the source; then both digests, once.
  Digests finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace depone
