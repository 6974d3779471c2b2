#include "cli/monitor/conflict_text.h"

#include <algorithm>

#include "cli/change_lines.h"
#include "cli/monitor/field_text.h"
#include "cli/monitor/revision_names.h"
#include "store/records/history.h"

namespace depone::cli {

namespace {

constexpr std::size_t kLongText = 120;
constexpr std::size_t kShortId = 8;

// The value of a unit of fields; a long text whole.
std::optional<Json> value_of(const FieldMap& lines, const std::string& unit) {
  const FieldMap whole = whole_texts(lines);
  const auto found = whole.find(unit);
  return found == whole.end() ? std::nullopt : std::optional(found->second);
}

std::string text_at(const FieldMap& lines, const std::string& unit) {
  const auto value = value_of(lines, unit);
  return value ? value_text(*value) : "";
}

bool is_long(const std::string& text) {
  return text.size() > kLongText || text.find('\n') != std::string::npos;
}

// A record that was flooded with revisions is still shown.
std::vector<std::string> compared(const std::vector<std::string>& heads) {
  constexpr std::size_t kMost = 20;
  return {heads.begin(),
          heads.begin() + static_cast<std::ptrdiff_t>(std::min(heads.size(), kMost))};
}

void print_difference(Context& context, const FieldDifference& difference,
                      const std::vector<std::string>& heads) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < heads.size(); ++i)
    texts.push_back(text_at(difference.in(i), difference.path));
  context.out << "    " << difference.path << '\n';
  if (std::none_of(texts.begin(), texts.end(), is_long)) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      context.out << "      " << short_id(heads[i]) << "  "
                  << (difference.in(i).empty() ? "(nothing)" : printable(texts[i])) << '\n';
    }
    return;
  }
  for (std::size_t i = 1; i < texts.size(); ++i) {
    if (texts[i] == texts[0]) continue;
    context.out << "      - " << short_id(heads[0]) << "   + " << short_id(heads[i]) << '\n';
    for (const std::string& line : changed_lines(texts[0], texts[i]))
      context.out << "      " << line << '\n';
  }
}

}  // namespace

Json differences_json(Vault& vault, const std::vector<std::string>& heads) {
  Json all = Json::array();
  if (heads.size() < 2) return all;
  const std::vector<std::string> these = compared(heads);
  for (const FieldDifference& difference : differences_between(vault, these)) {
    Json values = Json::array();
    for (std::size_t i = 0; i < these.size(); ++i) {
      const auto value = value_of(difference.in(i), difference.path);
      values.push_back({{"revision", these[i]}, {"value", value.value_or(Json(nullptr))}});
    }
    all.push_back({{"path", difference.path}, {"values", std::move(values)}});
  }
  return all;
}

void print_conflict(Context& context, Vault& vault, const std::string& record,
                    const std::vector<std::string>& heads) {
  context.out << "conflict  " << heads.size() << " newest revisions; `depone resolve "
              << record.substr(0, kShortId) << "` ends it. Shown below: the first\n";
  const std::vector<std::string> these = compared(heads);
  for (const HistoryEntry& entry : history_of(vault, record)) {
    if (std::find(these.begin(), these.end(), entry.revision) == these.end()) continue;
    context.out << "    ";
    print_revision_line(context, entry);
  }
  if (these.size() < heads.size())
    context.out << "    … and " << heads.size() - these.size() << " more, not compared here\n";
  context.out << "  they differ in\n";
  const auto found = differences_between(vault, these);
  if (found.empty()) context.out << "    nothing that this vault was given\n";
  for (const FieldDifference& difference : found) print_difference(context, difference, these);
}

}  // namespace depone::cli
