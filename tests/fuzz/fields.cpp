#include "crypto/formats/fields.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  const FieldMap flat = flatten(parse_json(text, "input"));
  check_paths(flat);
  must(flatten(nest(flat)) == flat);
}
