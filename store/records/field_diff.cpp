#include "store/records/field_diff.h"

#include <algorithm>
#include <set>

namespace depone {

namespace {

using Units = std::map<std::string, FieldMap, PathLess>;

Units units_of(const FieldMap& fields) {
  Units units;
  for (const auto& [path, value] : fields) units[unit_of(path)].emplace(path, value);
  return units;
}

std::optional<Json> value_at(const FieldMap& fields, const std::string& path) {
  const auto found = fields.find(path);
  return found == fields.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

std::string unit_of(std::string_view path) {
  const std::string_view whole = path.substr(0, path.rfind('.'));
  return std::string(is_long_text(whole) ? whole : path);
}

FieldMap whole_texts(const FieldMap& fields) {
  FieldMap whole;
  for (const auto& [path, value] : fields) {
    const std::string unit = unit_of(path);
    const auto [at, is_new] = whole.emplace(unit, value);
    if (is_new || unit == path || !at->second.is_string() || !value.is_string()) continue;
    at->second = at->second.get<std::string>() + "\n\n" + value.get<std::string>();
  }
  return whole;
}

std::vector<FieldChange> field_changes(const FieldMap& before, const FieldMap& after) {
  const FieldMap old = whole_texts(before);
  const FieldMap now = whole_texts(after);
  std::set<std::string, PathLess> paths;
  for (const auto& [path, value] : old) paths.insert(path);
  for (const auto& [path, value] : now) paths.insert(path);
  std::vector<FieldChange> changes;
  for (const std::string& path : paths) {
    FieldChange change{path, value_at(old, path), value_at(now, path)};
    if (change.before != change.after) changes.push_back(std::move(change));
  }
  return changes;
}

const FieldMap& FieldDifference::in(std::size_t map) const {
  static const FieldMap none;
  const auto found = lines.find(map);
  return found == lines.end() ? none : found->second;
}

std::vector<FieldDifference> differences(const std::vector<FieldMap>& maps) {
  std::map<std::string, std::map<std::size_t, FieldMap>, PathLess> all;
  for (std::size_t i = 0; i < maps.size(); ++i) {
    for (auto& [unit, lines] : units_of(maps[i])) all[unit].emplace(i, std::move(lines));
  }
  std::vector<FieldDifference> found;
  for (auto& [path, lines] : all) {
    const FieldMap& first = lines.begin()->second;
    const bool same = lines.size() == maps.size() &&
                      std::all_of(lines.begin(), lines.end(),
                                  [&](const auto& one) { return one.second == first; });
    if (!same) found.push_back({path, std::move(lines)});
  }
  return found;
}

}  // namespace depone
