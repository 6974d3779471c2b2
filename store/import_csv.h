#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/formats/fields.h"
#include "crypto/io.h"

namespace depone {

// Incident reports from CSV (RFC 4180, UTF-8, quoted line breaks), through libcsv.

// Where a column goes. Several columns may fill one text ("place.name"): joined by ", " in the
// map's order. A list ("tags") takes each part between `split`, or between white space where that
// is a space; without it, the value as one element.
struct ColumnTarget {
  std::string path;  // "": the column is left out
  std::string split;
};
using CsvMap = std::vector<std::pair<std::string, ColumnTarget>>;
// id, state, city, date, title, description, tags, latitude, longitude, links
CsvMap built_in_map();
// {"column": "path"}, {"column": {"path": "tags", "split": ";"}} or {"column": null}.
// Code::invalid.
CsvMap parse_csv_map(std::string_view json);

struct CsvError {
  std::uint64_t line;   // where the row begins, from 1
  std::string message;  // never the content
};
struct CsvRow {
  std::uint64_t line;
  FieldMap fields;
  std::vector<std::string> left_empty;  // fields whose value could not be read as what they hold
};
// Calls `row` for each good row. Code::invalid for a file that is not UTF-8 (names the line), has
// no header, a header that the map does not know (names the column), or a map to a field that there
// is not. Rows without a title, ragged ones and ones that break the rules of quoting are in the
// result; reading goes on behind them.
std::vector<CsvError> read_csv(Source& source, std::string_view kind, const CsvMap& map,
                               const std::function<void(CsvRow)>& row);

}  // namespace depone
