#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/import_csv.h"

namespace depone {

// One column of a file with the field that it fills, checked against the table of fields.
class ColumnPlan {
 public:
  // `columns`: the header. Code::invalid.
  ColumnPlan(std::string_view kind, const CsvMap& map, const std::vector<std::string>& columns);
  std::size_t columns() const { return steps_.size(); }
  // The fields of one row, in `row.fields` and `row.left_empty`. Code::invalid where they may not
  // be saved.
  void fill(CsvRow& row, const std::vector<std::string>& values) const;

 private:
  struct Step {
    std::size_t column;
    ColumnTarget target;
  };
  std::string kind_;
  std::vector<Step> steps_;  // in the order of the map
};

}  // namespace depone
