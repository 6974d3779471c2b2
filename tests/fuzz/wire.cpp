#include "crypto/formats/wire.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  Problem::parse(400, text);
  fuzz::refuse_or([&] { JoinAnswer::parse(text); });
  const Mailbox mailbox = Mailbox::parse(text);
  must(Mailbox::parse(mailbox.json()).json() == mailbox.json());
}
