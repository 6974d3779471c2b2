#pragma once

#include <string_view>
#include <vector>

#include "store/evidence/evidence.h"

namespace depone {

// The tables behind field_rules(): one file each. In the order in which people read a record.
std::vector<FieldRule> testimony_rules();
std::vector<FieldRule> incident_rules();
// What both kinds have: acts, involvements, tags, links, attachments, created.
std::vector<FieldRule> common_rules();

inline constexpr bool kNeeded = true;
inline constexpr bool kOptional = false;

}  // namespace depone
