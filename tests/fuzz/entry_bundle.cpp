#include "crypto/formats/tile.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  if (bytes.empty()) return;
  const unsigned width = bytes[0] + 1u;
  const std::vector<std::string> entries = parse_entry_bundle(bytes.subspan(1), width);
  must(entries.size() == width);
  must(as_text(bytes.subspan(1)) == entry_bundle(entries));
}
