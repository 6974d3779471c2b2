#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/context.h"
#include "crypto/formats/fields.h"

namespace depone::cli {

// Fields of a new record from a JSON file (`-`: standard input; "": none) with `path=value`
// settings on top. Code::invalid for what is no such JSON, and for `created` and `attachments`,
// which the program sets itself.
FieldMap read_fields(Context& context, std::string_view kind, const std::string& from,
                     const std::vector<std::string>& settings);

}  // namespace depone::cli
