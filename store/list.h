#pragma once

#include <string>

#include "store/records.h"

namespace depone {

// What list and search share: SQL over the table records as `r`.

// Conditions of a RecordFilter over parameters ?1 to ?5; ?6 is the limit. bind_conditions() binds
// all six.
std::string record_conditions();
Statement& bind_conditions(Statement& statement, const RecordFilter& filter);
std::string summary_columns();  // the first six columns, for summary_at()
RecordSummary summary_at(const Statement& row);

}  // namespace depone
