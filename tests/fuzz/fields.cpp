#include "crypto/formats/fields.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  const FieldMap flat = flatten(parse_json(text, "input"));
  check_paths(flat);
  // An empty element of a list leaves its index free, which what is shown does not: so what is shown
  // is compared.
  const Json shown = nest(flat);
  must(nest(flatten(shown)) == shown);
}
