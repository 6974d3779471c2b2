#include "crypto/formats/entry.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  const Entry entry = parse_entry(text);
  must(std::visit([](const auto& e) { return e.text(); }, entry) == text);
  entry_signature_ok(entry);
}
