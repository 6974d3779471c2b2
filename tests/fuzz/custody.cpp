#include "crypto/formats/custody.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  for (const auto& chain : parse_custody(text)) must(!chain.empty());
}
