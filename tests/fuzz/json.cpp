#include "crypto/json.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  const Json value = parse_json(text, "input");
  must(dump_json(parse_json(dump_json(value), "output")) == dump_json(value));
}
