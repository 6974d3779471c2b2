#include "crypto/formats/invite.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  const Join join = Join::parse(text);
  must(Join::parse(join.json()).json() == join.json());
}
