#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/export/copy.h"

namespace depone {

// CSV of records of one kind, which `import` reads back to the same fields: a column a path, lists
// of texts in one column with a line for each where none of their texts has a line break. A
// spreadsheet must not take a cell for a formula: one that begins with = + - @, a tab, a line break
// or ' gets a ' before it, which `import` takes away; numbers do not.
class ExportTable {
 public:
  explicit ExportTable(std::string kind) : kind_(std::move(kind)) {}
  // Each record first, for its columns; then the header; then each record again.
  void add_columns(const FieldMap& fields, const std::vector<ExportedCopy>& copies);
  std::string header();
  std::string row(const ExportRecord& record, const FieldMap& fields,
                  const std::vector<ExportedCopy>& copies) const;

 private:
  const std::string& list_of(const std::string& path) const;  // "tags" of tags.3; "": it is none

  std::string kind_;
  mutable std::unordered_map<std::string, std::string> known_lists_;  // by path
  std::map<std::string, bool, PathLess> lists_;  // whether its texts fit a line each
  std::map<std::string, std::size_t, PathLess> columns_;
};

// A cell, in quotes.
std::string csv_cell(std::string_view text);

}  // namespace depone
