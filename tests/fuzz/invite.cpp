#include "crypto/formats/invite.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  InviteClaim::parse(text);
  const Invite invite = Invite::parse(text);
  must(invite.text() == text);
}
