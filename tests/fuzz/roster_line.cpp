#include "crypto/formats/roster.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  fuzz::refuse_or([&] {
    const ProvenLine proven = ProvenLine::parse(text);
    must(ProvenLine::parse(proven.json()).json() == proven.json());
  });
  const MemberLine line = MemberLine::parse(text);
  must(MemberLine::parse(line.json()).json() == line.json());
}
