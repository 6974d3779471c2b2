#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "crypto/io.h"
#include "crypto/json.h"
#include "store/import/item.h"

namespace depone {

// Records from JSON: what `export --as jsonl` and `show --json` write ({"kind", "fields", …}), or
// the fields alone, as `new --from` takes them. Files of attachments: `file` in an element of the
// line's own `attachments`, or in one of the fields' where these stand alone.

// Code::invalid where the fields can't be saved.
ImportItem item_of_json(const Json& object, std::string_view kind);
// One record a line. Calls `take` for each good one; bad lines are in the result. Code::invalid for
// a text that is not UTF-8.
std::vector<ImportIssue> read_jsonl(Source& source, std::string_view kind,
                                    const std::function<void(ImportItem)>& take);

}  // namespace depone
