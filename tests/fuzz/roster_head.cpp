#include "crypto/formats/roster.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  const RosterHead head = RosterHead::parse(text);
  const std::string once = head.json();
  must(RosterHead::parse(once).json() == once);
}
