#include "sync/remote/log_state.h"
#include "tests/fuzz/fuzz.h"

using namespace depone;
using fuzz::must;

DEPONE_FUZZ_TARGET {
  const LogState state = LogState::parse(text);
  must(LogState::parse(state.json()).json() == state.json());
}
