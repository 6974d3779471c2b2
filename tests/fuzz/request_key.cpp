#include "sync/remote/request_key.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  if (const auto key = RequestKey::parse(bytes)) must(text.ends_with("\nname " + key->name + "\n"));
}
