#include "crypto/age/recipients.h"
#include "crypto/identity.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  if (const auto hybrid = age::HybridRecipient::parse(text)) must(hybrid->text() == text);
  if (const auto x25519 = age::X25519Recipient::parse(text)) must(x25519->text() == text);
  if (const auto seed = parse_seed(text)) must(as_text(seed_text(*seed).reveal()) == text);
  if (const auto key = parse_request_key(text)) must(request_key_text(*key) == text);
  age::parse_identity_file(text);
}
