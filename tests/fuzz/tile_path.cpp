#include "crypto/formats/tile.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  if (const auto path = TilePath::parse(text)) must(path->text() == text);
}
