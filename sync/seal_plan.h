#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sync/bundle_writer.h"
#include "sync/seal.h"

namespace depone {

// The readers that `to` names: a member, every member of a class, or ("") every desk; this vault's
// own member never. Newest active lines, in the order of ids. Code::refused where there is none or
// a member may not be sealed to, not_found where nobody has that name.
std::vector<Reader> readers_for(Vault& vault, const Roster& roster, std::string_view to);

// What one record has for these readers.
struct RecordPlan {
  std::string refusal;          // why it may not go to them; "": it may
  std::vector<std::size_t> to;  // the readers that lack something of it; empty: nothing is to do
  Parcel parcel;
};
RecordPlan plan_record(Vault& vault, const Roster& roster, std::string_view record,
                       const std::vector<Reader>& readers, std::uint64_t bundle_limit, bool archive,
                       Time now);

}  // namespace depone
