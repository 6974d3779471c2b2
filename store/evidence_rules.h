#pragma once

#include <string_view>
#include <vector>

#include "store/evidence.h"

namespace depone {

// The tables behind field_rules(): one file each.
std::vector<FieldRule> testimony_rules();
std::vector<FieldRule> incident_rules();
// What both kinds have: created, tags, links, attachments, acts, involvements.
std::vector<FieldRule> common_rules();

// Micro-thesauri of HURIDOCS, in plain labels.
std::vector<std::string_view> reliability_choices();  // 42
std::vector<std::string_view> date_type_choices();    // 48
// Classes that consent can name.
std::vector<std::string_view> reader_classes();

}  // namespace depone
