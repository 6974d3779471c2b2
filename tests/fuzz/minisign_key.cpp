#include "crypto/minisign.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  const minisign::PublicKey key = minisign::parse_public_key_file(text);
  must(minisign::PublicKey::parse(key.text()) == key);
}
