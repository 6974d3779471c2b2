#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/vault.h"

namespace depone {

// What has still to be sealed to a member: by its id, not its recipient, so that a member with new
// keys is not sent everything again. Bundles that were refused count as never made.

// Records with a revision made in this vault that was never sealed to the member; ids, ascending.
std::vector<std::string> unsealed_records(Vault& vault, std::string_view member);
// Those revisions of the record that were sealed to the member; ids, ascending.
std::vector<std::string> revisions_sealed_to(Vault& vault, std::string_view record,
                                             std::string_view member);

}  // namespace depone
