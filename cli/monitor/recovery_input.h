#pragma once

#include "cli/context.h"
#include "crypto/identity.h"

namespace depone::cli {

// The seed of a recovery sheet: from `file` (the sheet as `init` wrote it, or the seed alone;
// /dev/fd/N is fine), else typed on the terminal without echo, line by line, with what looks wrong
// said and asked for again. Code::invalid where it is no seed; `refusal` is the message, of
// Code::refused, where there is neither a file nor a terminal, or nothing is typed.
Seed ask_seed(Context& context, const std::string& file, const std::string& refusal);

}  // namespace depone::cli
