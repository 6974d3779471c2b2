#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "crypto/json.h"
#include "store/vault.h"

namespace depone::cli {

// What the newest revisions of a record differ in, where there are several.

// One object a field: "path", and "values", one for each revision: its id and what stands there
// (null: nothing). Empty for one revision.
Json differences_json(Vault& vault, const std::vector<std::string>& heads);

// Who made each and when, then field by field what stands in each; of long texts, what the others
// change in the first.
void print_conflict(Context& context, Vault& vault, const std::string& record,
                    const std::vector<std::string>& heads);

}  // namespace depone::cli
