#include "crypto/age/header.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  const auto parsed = age::parse_header(bytes);
  if (!parsed) return;
  must(parsed->second <= bytes.size());
  // The signed part is what stands in the file.
  must(text.starts_with(parsed->first.signed_part));
  fuzz::refuse_or([&] { age::check_bundle_header(parsed->first); });
}
