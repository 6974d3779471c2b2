#include <array>

#include "store/evidence/evidence.h"

namespace depone {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// What stands before an estimated date; "" where nothing does. Any remark in parentheses counts:
// the people who write it mean that the date is not certain.
std::string_view remark_before(std::string_view text) {
  if (text.starts_with('(')) {
    const std::size_t end = text.find(')');
    return end == std::string_view::npos ? "" : text.substr(0, end + 1);
  }
  constexpr std::array<std::string_view, 8> kWords{"approximately ", "about ", "around ", "circa ",
                                                   "ca. ",           "c. ",    "est. ",   "~"};
  for (const std::string_view word : kWords) {
    if (text.starts_with(word)) return word;
  }
  return "";
}

}  // namespace

std::optional<Json> parse_written_date(std::string_view text) {
  text = trimmed(text);
  const std::string_view remark = remark_before(text);
  text = trimmed(text.substr(remark.size()));
  const char* type = !remark.empty()     ? "estimate"
                     : text.size() == 10 ? "exact"
                     : text.size() == 7  ? "unknown day"
                                         : "unknown month and day";
  Json date{{"date", text}, {"type", type}};
  if (!is_date(date)) return std::nullopt;
  return date;
}

void read_written_dates(std::string_view kind, FieldMap& fields) {
  for (auto& [path, value] : fields) {
    const bool year = value.is_number_unsigned() && value >= 1000 && value <= 9999;
    if (!value.is_string() && !year) continue;
    const FieldRule* rule = rule_of(kind, path);
    if (rule == nullptr || rule->type != FieldType::date) continue;
    if (year) value = value.dump();
    if (const auto date = parse_written_date(value.get_ref<const std::string&>())) value = *date;
  }
}

}  // namespace depone
