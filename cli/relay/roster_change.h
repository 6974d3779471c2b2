#pragma once

#include <string>

#include "cli/context.h"
#include "crypto/json.h"
#include "sync/relay/roster_admin.h"

namespace depone::cli {

// Says what came of a change of the roster: published, or where it lies and how it is signed. `what`: the sentence's
// beginning, "monitor-1 is a member"; `fields`: what --json has beyond roster, published and unsigned.
void tell_change(Context& context, const std::string& directory, const relay::RosterChange& change,
                 const std::string& what, Json fields);

}  // namespace depone::cli
