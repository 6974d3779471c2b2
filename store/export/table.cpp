#include "store/export/table.h"

#include <algorithm>

#include "store/evidence/evidence.h"

namespace depone {

namespace {

// The path of a whole long text ("description" of description.3); "" for others.
std::string whole_text_of(const std::string& path) {
  const std::string whole = path.substr(0, path.rfind('.'));
  return whole != path && is_long_text(whole) ? whole : "";
}

bool begins_formula(std::string_view text) {
  constexpr std::string_view kBegins = "=+-@\t\r\n'";
  if (text.empty()) return false;
  if (kBegins.find(text.front()) != std::string_view::npos) return true;
  // Full-width = + - @, which some spreadsheets read alike.
  for (const char* wide : {"\uff1d", "\uff0b", "\uff0d", "\uff20"}) {
    if (text.starts_with(wide)) return true;
  }
  return false;
}

std::string text_cell(const std::string& text) {
  return csv_cell((begins_formula(text) ? "'" : "") + text);
}

// As import reads it back: as people write dates where that says all, else as the field has it.
std::string written(const Json& date) {
  const auto& day = date.at("date").get_ref<const std::string&>();
  for (const std::string& text : {day, "(estimate) " + day}) {
    if (parse_written_date(text) == date) return text;
  }
  return dump_json(date);
}

std::string cell_of(const Json& value) {
  if (value.is_string()) return text_cell(value.get<std::string>());
  if (value.is_object()) return csv_cell(written(value));
  return csv_cell(dump_json(value));
}

std::string list_in(const std::string& kind, const std::string& path) {
  const std::size_t dot = path.rfind('.');
  if (dot == std::string::npos || !from_decimal(path.substr(dot + 1), 0x7fff'ffff)) return "";
  const std::string list = path.substr(0, dot);
  // What can be one text as well, or a list of groups, keeps its indexes.
  if (rule_of(kind, list) != nullptr || rule_of(kind, path) == nullptr) return "";
  const auto& rules = field_rules(kind);
  const std::string groups = list + ".#.";
  const bool has_groups = std::any_of(rules.begin(), rules.end(), [&](const FieldRule& rule) {
    return rule.pattern.starts_with(groups);
  });
  return has_groups ? "" : list;
}

}  // namespace

std::string csv_cell(std::string_view text) {
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + "\"";
}

const std::string& ExportTable::list_of(const std::string& path) const {
  const auto known = known_lists_.find(path);
  return known != known_lists_.end()
             ? known->second
             : known_lists_.emplace(path, list_in(kind_, path)).first->second;
}

void ExportTable::add_columns(const FieldMap& fields, const std::vector<ExportedCopy>& copies) {
  for (const auto& [path, value] : fields) {
    if (const std::string list = list_of(path); !list.empty()) {
      const bool fits = value.is_string() && value.get_ref<const std::string&>().find_first_of(
                                                 "\r\n") == std::string::npos;
      bool& so_far = lists_.emplace(list, true).first->second;
      so_far = so_far && fits;
    }
    const std::string whole = whole_text_of(path);
    columns_.emplace(whole.empty() ? path : whole, 0);
  }
  for (const ExportedCopy& copy : copies) columns_.emplace(copy.element + ".file", 0);
}

std::string ExportTable::header() {
  std::map<std::string, std::size_t, PathLess> columns;
  for (const auto& [path, place] : columns_) {
    const std::string list = list_of(path);
    columns.emplace(!list.empty() && lists_.at(list) ? list : path, 0);
  }
  std::string header = "\"record\",\"revision\"";
  std::size_t place = 2;
  for (auto& [path, column] : columns) {
    column = place++;
    header += "," + csv_cell(path);
  }
  columns_ = std::move(columns);
  return header + "\r\n";
}

std::string ExportTable::row(const ExportRecord& record, const FieldMap& fields,
                             const std::vector<ExportedCopy>& copies) const {
  std::vector<std::string> cells(columns_.size() + 2);
  cells[0] = csv_cell(record.id);
  cells[1] = csv_cell(record.revision);
  std::map<std::string, std::string, PathLess> texts;  // lists, and long texts whole
  for (const auto& [path, value] : fields) {
    const std::string list = list_of(path);
    const std::string whole = whole_text_of(path);
    if (!list.empty() && lists_.at(list)) {
      std::string& text = texts[list];
      text += (text.empty() ? "" : "\n") + value.get<std::string>();
    } else if (!whole.empty()) {
      const auto [at, is_new] = texts.emplace(whole, value.get<std::string>());
      if (!is_new) at->second += "\n\n" + value.get<std::string>();
    } else {
      cells[columns_.at(path)] = cell_of(value);
    }
  }
  for (const auto& [path, text] : texts) cells[columns_.at(path)] = text_cell(text);
  for (const ExportedCopy& copy : copies)
    cells[columns_.at(copy.element + ".file")] = csv_cell(copy.file);
  std::string row;
  for (std::size_t i = 0; i < cells.size(); ++i) row += (i > 0 ? "," : "") + cells[i];
  return row;
}

}  // namespace depone
