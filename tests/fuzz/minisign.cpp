#include "crypto/formats/manifest.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  const minisign::Signature signature = minisign::Signature::parse(text);
  must(signature.text() == text);
  const BundleSignature bundle = BundleSignature::parse(text);
  must(bundle.comment.text() == signature.trusted_comment);
}
