#include "crypto/http_signature.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

// Signature-Input, LF, Signature.
DEPONE_FUZZ_TARGET {
  const std::size_t end = text.find(0x0a);
  if (end == std::string_view::npos) return;
  content_digest_ok(text.substr(0, end), as_bytes(text.substr(end + 1)));
  const auto found = find_signature(text.substr(0, end), text.substr(end + 1));
  if (found) must(found->parsed.tag == "depone/1");
}
