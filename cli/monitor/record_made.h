#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/context.h"
#include "store/records/drafts.h"
#include "store/vault.h"

namespace depone::cli {

// Says what became of a record: `new` prints its id, `edit` its revision ("": nothing changed).
void report_made(Context& context, const std::string& id, const std::vector<std::string>& missing);
void report_edited(Context& context, const std::string& id, const std::string& revision,
                   const std::vector<std::string>& changed,
                   const std::vector<std::string>& missing);

// Paths whose value is another one in `after`, or that only one of them has.
std::vector<std::string> changed_paths(const FieldMap& before, const FieldMap& after);

// Asks on the terminal, or takes the answers from a pipe, until the draft is a record or a revision
// or is left for later, and reports. The exit status.
int interview(Context& context, Vault& vault, Draft draft);

}  // namespace depone::cli
