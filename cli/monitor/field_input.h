#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/context.h"
#include "crypto/formats/revision.h"

namespace depone::cli {

// Fields of a new record from a JSON file (`-`: standard input; "": none) with `path=value`
// settings on top. Code::invalid for what is no such JSON, and for `created` and `attachments`,
// which the program sets itself.
FieldMap read_fields(Context& context, std::string_view kind, const std::string& from,
                     const std::vector<std::string>& settings);

// What `edit` is to change in a record that is there: a JSON Merge Patch (RFC 7396) from a file,
// then `path=value` settings in order (null takes away), then paths to take away.
struct EditInput {
  Json patch = Json::object();
  std::vector<std::pair<std::string, Json>> settings;
  std::vector<std::string> unset;
};
EditInput read_edit(Context& context, const std::string& from,
                    const std::vector<std::string>& settings,
                    const std::vector<std::string>& unset);
// The record's fields with that; Code::invalid for a path to take away that is not there.
FieldMap edited(std::string_view kind, const FieldMap& fields, const RevisionContent& base,
                const EditInput& input);

}  // namespace depone::cli
