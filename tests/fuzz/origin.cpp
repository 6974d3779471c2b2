#include "crypto/formats/origin.h"

#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  const Origin origin = Origin::parse(text);
  must(Origin::parse(origin.json()).json() == origin.json());
  fuzz::refuse_or([&] {
    check_origin(origin, text, origin.entry.key);
    must(false);  // a proof is no revision
  });
}
