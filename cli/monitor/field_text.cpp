#include "cli/monitor/field_text.h"

#include "cli/change_lines.h"
#include "cli/text.h"

namespace depone::cli {

namespace {

// Texts of several lines, and long ones, stand below their path.
void print_field(Context& context, const std::string& path, const std::string& text) {
  constexpr std::size_t kLongLine = 200;
  context.out << "  " << path << ':';
  if (text.find('\n') == std::string::npos && text.size() < kLongLine) {
    context.out << ' ' << printable(text) << '\n';
    return;
  }
  context.out << '\n';
  for (const std::string_view line : split(text, '\n'))
    context.out << "    " << printable(line) << '\n';
}

}  // namespace

std::string value_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_object()) return dump_json(value);
  std::string text = value.value("date", "");
  if (const std::string type = value.value("type", ""); type != "exact") text += " (" + type + ")";
  return text;
}

void print_fields(Context& context, const FieldMap& fields) {
  for (const auto& [path, value] : whole_texts(fields)) {
    if (!path.starts_with("attachments.")) print_field(context, path, value_text(value));
  }
}

void print_change(Context& context, const FieldChange& change, std::string_view indent) {
  context.out << indent << change.path << '\n';
  const std::string before = change.before ? value_text(*change.before) : "";
  const std::string after = change.after ? value_text(*change.after) : "";
  for (const std::string& line : changed_lines(before, after))
    context.out << indent << "  " << line << '\n';
}

}  // namespace depone::cli
