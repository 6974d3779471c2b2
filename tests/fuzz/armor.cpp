#include "crypto/age/armor.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  MemorySource source(bytes);
  age::ArmorReader reader(source);
  std::array<std::uint8_t, 100> buffer;
  std::size_t out = 0;
  while (const std::size_t n = reader.read(buffer)) out += n;
  must(out < bytes.size());
}
