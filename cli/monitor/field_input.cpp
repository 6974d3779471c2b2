#include "cli/monitor/field_input.h"

#include "crypto/error.h"
#include "store/evidence/evidence.h"
#include "store/file.h"
#include "store/records/field_edit.h"

namespace depone::cli {

namespace {

constexpr std::size_t kMaxInput = 32u << 20;
constexpr std::uint64_t kMaxIndex = 9999;

Json parse_input(std::string_view text, std::string_view what) {
  try {
    return parse_json(text, what, kMaxInput);
  } catch (const Error& error) {
    throw Error(Code::invalid, error.message() + "; nothing was saved", error.context());
  }
}

[[noreturn]] void too_large(const std::string& from) {
  throw Error(Code::invalid, "this is larger than 32 MiB; nothing was saved", from);
}

std::string read_input(Context& context, const std::string& from) {
  if (from != "-") {
    try {
      return read_text(from, kMaxInput, true);
    } catch (const Error& error) {
      if (error.code() != Code::malformed) throw;
      too_large(from);
    }
  }
  std::string text;
  char buffer[65536];
  while (context.in.read(buffer, sizeof buffer) || context.in.gcount() > 0) {
    text.append(buffer, static_cast<std::size_t>(context.in.gcount()));
    if (text.size() > kMaxInput) too_large("standard input");
  }
  return text;
}

Json value_of(std::string_view text) {
  try {
    return parse_json(text, "value", kMaxInput);
  } catch (const Error&) {  // then it is the text itself
    if (!is_utf8(as_bytes(text)))
      throw Error(Code::invalid, "the value is not UTF-8; nothing was saved", "--set");
    return Json(text);
  }
}

void set_at(Json& root, std::string_view path, Json value) {
  Json* at = &root;
  for (const std::string_view segment : split(path, '.')) {
    if (const auto index = from_decimal(segment, kMaxIndex)) {
      if (at->is_null()) *at = Json::array();
      if (!at->is_array())
        throw Error(Code::invalid, "this is no list; nothing was saved", std::string(path));
      at = &(*at)[static_cast<std::size_t>(*index)];
    } else {
      if (at->is_null()) *at = Json::object();
      if (!at->is_object())
        throw Error(Code::invalid, "this is no group of fields; nothing was saved",
                    std::string(path));
      at = &(*at)[std::string(segment)];
    }
  }
  *at = std::move(value);
}

std::pair<std::string, Json> parse_setting(const std::string& setting) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string::npos) {
    throw Error(Code::usage, "--set takes path=value, for example title=\"Night raid\"",
                printable(setting));
  }
  std::string path = setting.substr(0, equals);
  if (!is_field_path(path))
    throw Error(Code::invalid, "this is no path of a field; nothing was saved", path);
  return {std::move(path), value_of(std::string_view(setting).substr(equals + 1))};
}

Json read_object(Context& context, const std::string& from) {
  const std::string name = from == "-" ? "standard input" : from;
  Json root = parse_input(read_input(context, from), name);
  if (!root.is_object())
    throw Error(Code::invalid, "this is not one JSON object of fields; nothing was saved", name);
  return root;
}

}  // namespace

FieldMap read_fields(Context& context, std::string_view kind, const std::string& from,
                     const std::vector<std::string>& settings) {
  Json root = Json::object();
  if (!from.empty()) root = read_object(context, from);
  for (const std::string& setting : settings) {
    auto [path, value] = parse_setting(setting);
    set_at(root, path, std::move(value));
  }
  if (root.contains("created")) {
    throw Error(Code::invalid, "created is set by the program; nothing was saved", "created");
  }
  if (root.contains("attachments")) {
    throw Error(Code::invalid, "attachments are added by `depone attach`; nothing was saved",
                "attachments");
  }
  FieldMap fields = flatten(root);
  read_written_dates(kind, fields);
  return fields;
}

EditInput read_edit(Context& context, const std::string& from,
                    const std::vector<std::string>& settings,
                    const std::vector<std::string>& unset) {
  EditInput input;
  if (!from.empty()) input.patch = read_object(context, from);
  flatten(input.patch);  // refuses what no record can hold
  for (const std::string& setting : settings) {
    auto [path, value] = parse_setting(setting);
    try {
      flatten({{"value", value}});
    } catch (const Error& error) {
      throw Error(error.code(), error.message(), path);
    }
    input.settings.emplace_back(std::move(path), std::move(value));
  }
  input.unset = unset;
  return input;
}

FieldMap edited(std::string_view kind, const FieldMap& fields, const RevisionContent& base,
                const EditInput& input) {
  FieldEdit edit(fields, base);
  edit.merge(input.patch);
  for (const auto& [path, value] : input.settings) edit.set(path, value);
  for (const std::string& path : input.unset) {
    if (!edit.remove(path))
      throw Error(Code::invalid, "this record has no such field; nothing was changed", path);
  }
  FieldMap result = edit.fields();
  read_written_dates(kind, result);
  return result;
}

}  // namespace depone::cli
