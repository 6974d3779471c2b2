#include <span>

#include "crypto/formats/receipt.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  const Receipt receipt = Receipt::parse(text);
  must(receipt.text() == text);
  const VerifierKey nobody[] = {VerifierKey::make("nobody", Ed25519Public{})};
  fuzz::refuse_or([&] {
    check_receipt(receipt, nobody);
    must(false);  // nobody signed it
  });
}
