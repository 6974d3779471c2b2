#include "store/import/map.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET { parse_import_map(text); }
