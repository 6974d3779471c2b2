#include "store/keyslots.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  const VaultHeader header = VaultHeader::parse(text);
  must(VaultHeader::parse(header.file()).file() == header.file());
}
