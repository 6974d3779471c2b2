#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/json.h"

namespace depone {

// A record's fields, flat: one scalar (or one date object) under each dotted path. Order of paths:
// by segment, indexes as numbers.
struct PathLess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};
using FieldMap = std::map<std::string, Json, PathLess>;

// [a-z_]+ (at most 64) and decimal indexes (to 2^31−1) joined by '.', first segment a name; at most
// 12 segments and 512 characters.
bool is_field_path(std::string_view path);
bool is_date(const Json& value);            // {"date","type"} of docs/format.md
bool is_scalar_or_date(const Json& value);  // non-empty string, number, boolean, date
// What a line may hold: a path with a value that can stand there. A long text is always in
// passages.
bool is_field(std::string_view path, const Json& value);

// Nested JSON to flat paths and back. Null, empty strings and empty arrays are absent. Long texts
// (account.text, account.translations.N.text, description) are split into passages .0, .1 … and
// joined again by nest(). flatten: Code::invalid for what the format cannot hold, with the path;
// nest: what check_paths throws.
FieldMap flatten(const Json& nested);
Json nest(const FieldMap& fields);

bool is_long_text(std::string_view path);  // the path of the whole text, without its passage index
std::vector<std::string> split_passages(std::string_view text);

// Code::malformed where one is no field or a path is a prefix of another.
void check_paths(const FieldMap& fields);

}  // namespace depone
