#include "store/import/csv_fields.h"

#include <algorithm>
#include <unordered_map>

#include "crypto/error.h"

namespace depone {

ColumnPlan::ColumnPlan(std::string_view kind, const ImportMap& map,
                       const std::vector<std::string>& columns)
    : kind_(kind), always_(map.always) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < map.columns.size(); ++i) places.emplace(map.columns[i].name, i);
  std::vector<std::pair<std::size_t, std::size_t>> order;  // place in the map, column
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto place = places.find(columns[i]);
    if (place == places.end()) {
      throw Error(Code::invalid,
                  "the header has a column that is not known; nothing was imported. Say with --map "
                  "what it holds, or null to leave it out",
                  "column " + columns[i]);
    }
    order.emplace_back(place->second, i);
  }
  std::sort(order.begin(), order.end());
  bool has_title = always_.contains("title");
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& [place, column] = order[i];
    const std::string& name = columns[column];
    if (i > 0 && order[i - 1].first == place) {
      throw Error(Code::invalid, "the header has a column twice; nothing was imported",
                  "column " + name);
    }
    const ImportTarget& target = map.columns[place].target;
    if (!target.each.empty()) {
      throw Error(Code::invalid, R"(a plain table has no repeats: "each" is for forms' exports)",
                  "column " + name);
    }
    steps_.push_back({column, ImportSlot(kind, name, target)});
    has_title = has_title || target.path == "title";
  }
  if (!has_title) throw Error(Code::invalid, "no column gives the title; nothing was imported");
}

ImportItem ColumnPlan::item(const std::vector<std::string>& values) const {
  FieldBuilder builder(always_);
  for (const Step& step : steps_) builder.add(step.slot, values[step.column]);
  return std::move(builder).finish(kind_);
}

}  // namespace depone
