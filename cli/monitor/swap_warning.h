#pragma once

#include "cli/context.h"

namespace depone::cli {

// Says on standard error where this machine may write memory to a disk in the clear: where a vault
// is made and where a shell keeps one open. A command that runs for a moment says nothing; `check`
// lists it.
void warn_of_swap(Context& context);

}  // namespace depone::cli
