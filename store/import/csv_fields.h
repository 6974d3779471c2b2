#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/import/fields.h"

namespace depone {

// The columns of a table with the fields that they fill, checked against the table of fields.
class ColumnPlan {
 public:
  // `columns`: the header. Code::invalid.
  ColumnPlan(std::string_view kind, const ImportMap& map, const std::vector<std::string>& columns);
  std::size_t columns() const { return steps_.size(); }
  // Code::invalid where the row's fields may not be saved.
  ImportItem item(const std::vector<std::string>& values) const;

 private:
  struct Step {
    std::size_t column;
    ImportSlot slot;
  };
  std::string kind_;
  FieldMap always_;
  std::vector<Step> steps_;  // in the order of the map
};

}  // namespace depone
