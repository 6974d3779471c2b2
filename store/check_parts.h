#pragma once

#include <string>
#include <vector>

#include "store/sql.h"

namespace depone {

// Which parts of a vault's database can't be read to their end, in words: for a database of which
// pages are known to be damaged. Reads every table and index.
std::vector<std::string> unreadable_parts(Database& db);

}  // namespace depone
