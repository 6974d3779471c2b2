#pragma once

#include <string>
#include <utility>

#include "store/records/records.h"

namespace depone {

// What list and search share: SQL over the table records as `r`.

std::string summary_columns();  // the first seven columns, for summary_at()
RecordSummary summary_at(const Statement& row);

// The record of this number in the table records, and its newest head. Code::not_found.
std::pair<RecordSummary, std::string> summary_of_number(Vault& vault, std::int64_t number);

}  // namespace depone
