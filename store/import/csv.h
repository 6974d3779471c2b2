#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "crypto/io.h"
#include "store/import/item.h"
#include "store/import/map.h"

namespace depone {

// Records from a table, one a row (store/import/csv_rows.h). Calls `take` for each good row.
// Code::invalid for what read_csv_rows refuses, a header that the map does not know (names the
// column), or a map to a field that there is not. Rows without a title, ragged ones and ones that
// break the rules of quoting are in the result; reading goes on behind them. Without a map the file
// has to be what `export` wrote.
std::vector<ImportIssue> read_csv(Source& source, std::string_view kind, const ImportMap* map,
                                  const std::function<void(ImportItem)>& take);

}  // namespace depone
