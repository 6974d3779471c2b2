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

std::vector<FieldDifference> differences(const std::vector<FieldMap>& maps) {
  std::vector<Units> all;
  std::set<std::string, PathLess> paths;
  for (const FieldMap& fields : maps) {
    all.push_back(units_of(fields));
    for (const auto& [path, lines] : all.back()) paths.insert(path);
  }
  std::vector<FieldDifference> found;
  for (const std::string& path : paths) {
    FieldDifference difference{path, {}};
    for (Units& units : all) difference.lines.push_back(std::move(units[path]));
    const bool same =
        std::all_of(difference.lines.begin(), difference.lines.end(),
                    [&](const FieldMap& lines) { return lines == difference.lines.front(); });
    if (!same) found.push_back(std::move(difference));
  }
  return found;
}

}  // namespace depone
