#include "store/import/map.h"

#include "crypto/error.h"
#include "store/evidence/evidence.h"

namespace depone {

namespace {

constexpr std::size_t kMaxMap = 1u << 20;

[[noreturn]] void refuse(const std::string& column) {
  throw Error(
      Code::invalid,
      R"(a map is {"column": "path"}, {"column": null}, or {"column": {"path": "tags", "split": ";"}} )"
      R"(with "split", "values", "identifies" or "each" as docs/format.md has them; nothing was imported)",
      column.empty() ? "" : "column " + column);
}

std::string text_of(const Json& value, const std::string& column) {
  if (!value.is_string()) refuse(column);
  return value.get<std::string>();
}

std::vector<ImportColumn> columns_of(const Json& object, const std::string& within, int depth);

ImportTarget target_of(const Json& value, const std::string& column, int depth) {
  ImportTarget target;
  if (value.is_null()) return target;
  if (value.is_string()) {
    target.path = value.get<std::string>();
    if (target.path.empty()) refuse(column);
    return target;
  }
  if (!value.is_object() || !value.contains("path")) refuse(column);
  for (const auto& [key, member] : value.items()) {
    if (key == "path") {
      target.path = text_of(member, column);
    } else if (key == "split") {
      target.split = text_of(member, column);
    } else if (key == "values" && member.is_object()) {
      for (const auto& [from, to] : member.items())
        target.values.emplace(from, text_of(to, column));
    } else if (key == "identifies" && member.is_boolean()) {
      target.identifies = member.get<bool>();
    } else if (key == "each" && member.is_object() && !member.empty()) {
      target.each = columns_of(member, column, depth + 1);
    } else {
      refuse(column);
    }
  }
  if (target.path.empty() || (!target.each.empty() && !target.split.empty())) refuse(column);
  return target;
}

std::vector<ImportColumn> columns_of(const Json& object, const std::string& within, int depth) {
  constexpr int kMaxDepth = 4;
  if (depth > kMaxDepth) refuse(within);
  std::vector<ImportColumn> columns;
  for (const auto& [name, value] : object.items()) {
    if (name.empty()) continue;
    const std::string column = within.empty() ? name : within + "/" + name;
    columns.push_back({name, target_of(value, column, depth)});
  }
  return columns;
}

FieldMap always_of(const Json& value) {
  if (!value.is_object() || value.contains("created") || value.contains("attachments"))
    refuse("\"\"");
  try {
    return flatten(value);
  } catch (const Error& error) {
    throw Error(Code::invalid, error.message() + "; nothing was imported", error.context());
  }
}

}  // namespace

ImportMap built_in_map() {
  return {{{"id", {"reference"}},
           {"city", {"place.name"}},
           {"state", {"place.name"}},
           {"date", {"dates.initial"}},
           {"title", {"title"}},
           {"description", {"description"}},
           {"tags", {"tags", ";"}},
           {"latitude", {"place.latitude"}},
           {"longitude", {"place.longitude"}},
           {"links", {"links", " "}}}};
}

ImportMap parse_import_map(std::string_view json) {
  Json value;
  try {
    value = parse_json(json, "map", kMaxMap);
  } catch (const Error& error) {
    throw Error(Code::invalid, error.message() + "; nothing was imported", error.context());
  }
  if (!value.is_object()) refuse("");
  ImportMap map{columns_of(value, "", 0)};
  if (value.contains("")) map.always = always_of(value.at(""));
  return map;
}

bool is_own_header(const std::vector<std::string>& columns) {
  return columns.size() >= 2 && columns[0] == "record" && columns[1] == "revision";
}

ImportMap own_map(std::string_view kind, const std::vector<std::string>& columns) {
  ImportMap map;
  for (const std::string& column : columns) {
    const bool left_out = column == "record" || column == "revision" || column == "created";
    const bool is_list =
        rule_of(kind, column) == nullptr && rule_of(kind, column + ".0") != nullptr;
    ImportTarget target{left_out ? "" : column, is_list ? "\n" : ""};
    target.exact = true;
    map.columns.push_back({column, std::move(target)});
  }
  return map;
}

}  // namespace depone
