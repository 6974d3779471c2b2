#include "crypto/age/stream.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

// Under a key that is known, so that inputs made from its seeds get past the first tag.
DEPONE_FUZZ_TARGET {
  const age::FileKey key;
  MemorySource source(bytes);
  age::PayloadReader reader(key, source);
  std::array<std::uint8_t, 1000> buffer;
  std::uint64_t plain = 0;
  while (const std::size_t n = reader.read(buffer)) plain += n;
  must(age::payload_size(plain) == bytes.size());
}
