#pragma once

#include <string_view>

#include "crypto/json.h"

namespace depone {

// The table of evidence.h as JSON Schema (2020-12): what `new --from` takes for a record of this
// kind, "attachment" for what a record says of one attachment, "" for a record of either kind. What
// validates is accepted, but for the bounds of a whole record (kMaxFields, kMaxRecordText), which
// count bytes; what is needed for a record to be complete is marked "x-needed". Code::invalid for
// another kind.
Json json_schema(std::string_view kind);

}  // namespace depone
