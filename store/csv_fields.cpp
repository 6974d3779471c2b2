#include "store/csv_fields.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "crypto/error.h"
#include "store/evidence.h"

namespace depone {

namespace {

constexpr std::string_view kSpaces = " \t\r\n";

std::size_t place_in(const CsvMap& map, const std::string& column) {
  const auto found = std::find_if(map.begin(), map.end(),
                                  [&](const auto& entry) { return entry.first == column; });
  if (found != map.end()) return static_cast<std::size_t>(found - map.begin());
  throw Error(Code::invalid,
              "the header has a column that is not known; nothing was imported. Say with --map "
              "what it holds, or null to "
              "leave it out",
              "column " + column);
}

bool is_list(std::string_view kind, std::string_view path) {
  return rule_of(kind, path) == nullptr && rule_of(kind, std::string(path) + ".0") != nullptr;
}

const FieldRule* rule_for(std::string_view kind, std::string_view path) {
  return rule_of(kind, is_list(kind, path) ? std::string(path) + ".0" : std::string(path));
}

void check_target(std::string_view kind, const std::string& column, const ColumnTarget& target) {
  const auto refuse = [&](const std::string& why) {
    throw Error(Code::invalid, why + "; nothing was imported", "column " + column);
  };
  if (target.path == "created" || target.path.starts_with("attachments")) {
    refuse("the field " + target.path + " is set by the program");
  }
  if (!is_field_path(target.path) || rule_for(kind, target.path) == nullptr) {
    refuse("there is no field " + target.path + " in " +
           (kind == "incident" ? "an incident" : "a testimony"));
  }
  if (!target.split.empty() && !is_list(kind, target.path)) {
    refuse("the field " + target.path + " is no list: it takes no \"split\"");
  }
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpaces);
  if (first == std::string_view::npos) return "";
  return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

std::vector<std::string_view> parts_of(std::string_view value, const std::string& separator) {
  std::vector<std::string_view> parts;
  const auto keep = [&](std::string_view part) {
    if (part = trimmed(part); !part.empty()) parts.push_back(part);
  };
  if (separator.empty()) {
    keep(value);
    return parts;
  }
  const bool spaces = separator == " ";
  while (true) {
    const std::size_t end = spaces ? value.find_first_of(kSpaces) : value.find(separator);
    keep(value.substr(0, end));
    if (end == std::string_view::npos) return parts;
    value.remove_prefix(end + separator.size());
  }
}

std::optional<Json> number_in(std::string_view text, bool whole) {
  const char* const end = text.data() + text.size();
  if (whole) {
    std::uint64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return Json(value);
  }
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return Json(value);
}

// The text as a value of the field's type; nullopt where it can't be one.
std::optional<Json> value_in(const FieldRule& rule, std::string_view text) {
  switch (rule.type) {
    case FieldType::date:
      return parse_written_date(text);
    case FieldType::integer:
      return number_in(text, true);
    case FieldType::number:
      return number_in(text, false);
    case FieldType::boolean:
      if (text == "true" || text == "yes" || text == "1") return Json(true);
      if (text == "false" || text == "no" || text == "0") return Json(false);
      return std::nullopt;
    case FieldType::choice:
    case FieldType::class_name:
      if (!rule.words->has(text)) return std::nullopt;
      return Json(text);
    default:
      return Json(text);
  }
}

}  // namespace

ColumnPlan::ColumnPlan(std::string_view kind, const CsvMap& map,
                       const std::vector<std::string>& columns)
    : kind_(kind) {
  std::vector<std::pair<std::size_t, std::size_t>> order;  // place in the map, column
  for (std::size_t i = 0; i < columns.size(); ++i) order.emplace_back(place_in(map, columns[i]), i);
  std::sort(order.begin(), order.end());
  bool has_title = false;
  for (const auto& [place, column] : order) {
    const auto& [name, target] = map[place];
    if (!steps_.empty() && columns[steps_.back().column] == name) {
      throw Error(Code::invalid, "the header names a column twice; nothing was imported",
                  "column " + name);
    }
    if (!target.path.empty()) check_target(kind, name, target);
    has_title = has_title || target.path == "title";
    steps_.push_back({column, target});
  }
  if (!has_title) throw Error(Code::invalid, "no column gives the title; nothing was imported");
}

void ColumnPlan::fill(CsvRow& row, const std::vector<std::string>& values) const {
  FieldMap fields;  // with whole texts, which are split into passages below
  for (const auto& [column, target] : steps_) {
    if (target.path.empty()) continue;
    const bool list = is_list(kind_, target.path);
    const FieldRule& rule = *rule_for(kind_, target.path);
    std::size_t index = 0;
    while (list && fields.contains(target.path + "." + std::to_string(index))) ++index;
    for (const std::string_view part : parts_of(values[column], list ? target.split : "")) {
      const std::optional<Json> value = value_in(rule, part);
      if (!value) {
        row.left_empty.push_back(target.path);
        continue;
      }
      const std::string path = list ? target.path + "." + std::to_string(index++) : target.path;
      const auto [at, is_new] = fields.emplace(path, *value);
      if (!is_new && value->is_string() && at->second.is_string()) {
        at->second = at->second.get<std::string>() + ", " + value->get<std::string>();
      }
    }
  }
  for (const auto& [path, value] : fields) {
    if (!is_long_text(path)) {
      row.fields.emplace(path, value);
      continue;
    }
    const std::vector<std::string> passages = split_passages(value.get<std::string>());
    for (std::size_t i = 0; i < passages.size(); ++i)
      row.fields.emplace(path + "." + std::to_string(i), passages[i]);
  }
  if (!row.fields.contains("title")) throw Error(Code::invalid, "there is no title");
  check_fields(kind_, row.fields);
}

}  // namespace depone
