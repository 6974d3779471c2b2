#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/fields.h"

namespace depone {

// Where columns of a table and answers of a form go (docs/format.md, "Maps for import").

struct ImportColumn;

// Several columns may fill one text ("place.name"): joined by ", " in the map's order. A list
// ("tags") takes each part between `split`, or between white space where that is a space; without
// it, the value as one element. "attachments" takes the names of files. "place" takes a point
// (latitude and longitude).
struct ImportTarget {
  ImportTarget(std::string to = {}, std::string divided = {});
  std::string path;  // "": the column is left out
  std::string split;
  std::map<std::string, std::string> values;  // what is written → what the field holds
  std::optional<bool> identifies;             // of "attachments" alone
  std::vector<ImportColumn> each;             // of a repeat: what each of its rows fills
  bool exact = false;  // of what `export` wrote: spaces stay, `'` before a cell goes
};

struct ImportColumn {
  std::string name;
  ImportTarget target;
};

inline ImportTarget::ImportTarget(std::string to, std::string divided)
    : path(std::move(to)), split(std::move(divided)) {}

struct ImportMap {
  std::vector<ImportColumn> columns;
  FieldMap always = {};  // fields that every record gets
};

// id, state, city, date, title, description, tags, latitude, longitude, links
ImportMap built_in_map();
// Code::invalid.
ImportMap parse_import_map(std::string_view json);
// The columns' names are what `export --as csv` writes: paths of fields behind the two columns
// `record` and `revision`. A list of texts has a line for each.
bool is_own_header(const std::vector<std::string>& columns);
ImportMap own_map(std::string_view kind, const std::vector<std::string>& columns);

}  // namespace depone
