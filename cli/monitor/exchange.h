#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/progress.h"
#include "sync/link.h"
#include "sync/seal.h"

namespace depone::cli {

// What the commands that exchange bundles have in common.

// Shows steps of sync/ on the line: `seal` and `consent` count records, the others bytes.
Progress show_progress(ProgressLine& line);

// What a person should know but need not act on; to standard error.
void print_notes(Context& context, const std::vector<std::string>& notes);
void print_refusals(Context& context, const std::vector<SealRefusal>& refused);

std::string counted(std::uint64_t count, std::string_view one,
                    std::string_view many);  // "2 records"
double rounded(double seconds);              // to milliseconds

}  // namespace depone::cli
