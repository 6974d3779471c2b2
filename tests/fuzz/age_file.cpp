#include "crypto/age/stream.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  static const age::HybridIdentity hybrid = age::HybridIdentity::from_seed(Secret<32>());
  static const age::X25519Identity x25519{Secret<32>()};
  const age::Identity* const identities[] = {&hybrid, &x25519};
  MemorySource source(bytes);
  age::Decryptor decryptor(source, identities);
  std::array<std::uint8_t, 1000> buffer;
  while (decryptor.read(buffer) != 0) {
  }
}
