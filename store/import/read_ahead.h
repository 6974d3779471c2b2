#pragma once

#include <functional>
#include <vector>

#include "store/import/item.h"

namespace depone {

using TakeItem = std::function<void(ImportItem)>;
using ReadItems = std::function<std::vector<ImportIssue>(const TakeItem&)>;

// Calls `read` on a thread of its own, a few hundred records ahead at most, and `take` on this one,
// in the order of the file. Returns what `read` returns, and throws what either throws; where
// `take` does, reading stops at the next record.
std::vector<ImportIssue> read_ahead(const ReadItems& read, const TakeItem& take);

}  // namespace depone
