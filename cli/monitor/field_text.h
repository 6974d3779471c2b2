#pragma once

#include <string>
#include <string_view>

#include "cli/context.h"
#include "crypto/formats/fields.h"
#include "store/records/field_diff.h"

namespace depone::cli {

// Fields and what changed in them, as people read them. Nothing here reaches a terminal raw.

// A value in words: "2026-11 (estimate)". As it stands, not printable() yet.
std::string value_text(const Json& value);

// "path: value", texts of several lines below their path; passages joined. Attachments are left
// out: they have a list of their own.
void print_fields(Context& context, const FieldMap& fields);

// The path, then what stood there behind "-" and what stands there behind "+"; of texts only the
// lines that changed, the words that changed in them as [-…-] and {+…+}.
void print_change(Context& context, const FieldChange& change, std::string_view indent);

}  // namespace depone::cli
