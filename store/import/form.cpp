#include "store/import/form.h"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

#include "crypto/error.h"
#include "store/import/fields.h"

namespace depone {

namespace {

// What the servers and the collecting apps add (docs.getodk.org, "Central OData", "CSV export";
// support.kobotoolbox.org, "Understanding exported data").
constexpr auto kOwnNames = std::to_array<std::string_view>({"SubmissionDate",
                                                            "KEY",
                                                            "PARENT_KEY",
                                                            "SubmitterID",
                                                            "SubmitterName",
                                                            "AttachmentsPresent",
                                                            "AttachmentsExpected",
                                                            "Status",
                                                            "ReviewState",
                                                            "DeviceID",
                                                            "Edits",
                                                            "FormVersion",
                                                            "__id",
                                                            "__system",
                                                            "meta",
                                                            "instanceID",
                                                            "_id",
                                                            "_uuid",
                                                            "_submission_time",
                                                            "_validation_status",
                                                            "_notes",
                                                            "_status",
                                                            "_submitted_by",
                                                            "_tags",
                                                            "_index",
                                                            "_parent_index",
                                                            "_parent_table_name",
                                                            "_submission__id",
                                                            "_submission__uuid",
                                                            "_submission__submission_time",
                                                            "_geolocation",
                                                            "_attachments",
                                                            "_xform_id_string",
                                                            "__version__",
                                                            "_version_",
                                                            "formhub/uuid",
                                                            "start",
                                                            "end",
                                                            "deviceid",
                                                            "subscriberid",
                                                            "simserial",
                                                            "phonenumber",
                                                            "username"});

bool is_own_name(std::string_view name) {
  const std::string_view first = name.substr(0, name.find('/'));
  return std::find(kOwnNames.begin(), kOwnNames.end(), name) != kOwnNames.end() ||
         std::find(kOwnNames.begin(), kOwnNames.end(), first) != kOwnNames.end() ||
         name.starts_with("SET/OF/") || name.starts_with("__Submissions") ||
         name.ends_with("@odata.navigationLink");
}

const std::string* value_at(const FormAnswers& answers, const std::string& name) {
  for (const auto& [known, value] : answers.values) {
    if (known == name) return &value;
  }
  return nullptr;
}

}  // namespace

std::string form_name(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '-', '/');
  return out;
}

struct FormPlan::Level {
  std::vector<std::pair<std::string, ImportSlot>> slots;  // in the order of the map
  std::unordered_map<std::string, std::size_t> by_name;
  std::unordered_map<std::string, std::unique_ptr<Level>> below;  // of slots that are groups

  Level(std::string_view kind, const std::vector<ImportColumn>& columns, const std::string& within,
        const std::string& array) {
    for (const ImportColumn& column : columns) {
      const std::string shown = within.empty() ? column.name : within + "/" + column.name;
      const std::string name = form_name(column.name);
      if (!by_name.emplace(name, slots.size()).second) {
        throw Error(Code::invalid, "the map names this twice (\"-\" and \"/\" are alike)",
                    "column " + shown);
      }
      // A repeat within a repeat, and what fills a list of the record from inside one.
      slots.emplace_back(name, make_slot(kind, shown, column.target, array));
      const ImportSlot& slot = slots.back().second;
      if (column.target.each.empty()) continue;
      below.emplace(name, std::make_unique<Level>(kind, column.target.each, shown, slot.path()));
    }
  }

  static ImportSlot make_slot(std::string_view kind, const std::string& column,
                              const ImportTarget& target, const std::string& array) {
    return ImportSlot(kind, column, target, target.each.empty() ? array : "");
  }

  // Itself, or a group that it is in.
  bool names(const std::string& name) const {
    for (std::size_t end = name.size(); end != std::string::npos;) {
      if (by_name.contains(name.substr(0, end))) return true;
      if (end == 0) return false;
      end = name.rfind('/', end - 1);
    }
    return false;
  }
};

struct FormPlan::State {
  std::string kind;
  FieldMap always;
  Level level;

  void find_unknown(const Level& at, const FormAnswers& answers, const std::string& prefix,
                    std::vector<std::string>& unknown, std::set<std::string>& seen) const {
    for (const auto& [name, value] : answers.values) {
      const std::string full = prefix + name;
      if (value.empty() || at.names(full) || is_own_name(name)) continue;
      if (seen.insert(full).second) unknown.push_back(full);
    }
    for (const auto& [name, rows] : answers.repeats) {
      const std::string full = prefix + name;
      const auto below = at.below.find(full);
      if (below == at.below.end() && at.names(full)) continue;
      for (const FormAnswers& row : rows) {
        if (below != at.below.end())
          find_unknown(*below->second, row, "", unknown, seen);
        else
          find_unknown(at, row, full + "/", unknown, seen);
      }
    }
  }

  void fill_point(FieldBuilder& builder, const ImportSlot& slot, const FormAnswers& answers,
                  const std::string& name) const {
    std::string text;
    for (const char* part : {"/Latitude", "/Longitude", "/Altitude", "/Accuracy"}) {
      const std::string* const value = value_at(answers, name + part);
      const bool coordinate = text.find(' ') == std::string::npos;
      if ((value == nullptr || value->empty()) && coordinate) break;
      text += (text.empty() ? "" : " ") + (value == nullptr || value->empty() ? "0" : *value);
    }
    builder.add_point(slot, text);
  }

  // The slots in the map's order, so that texts that are joined come in it.
  void fill(FieldBuilder& builder, const Level& at, const FormAnswers& answers,
            const std::string& prefix, const std::string& element) const {
    for (const auto& [name, slot] : at.slots) {
      if (!name.starts_with(prefix)) continue;
      const std::string own = name.substr(prefix.size());
      if (slot.what() == ImportSlot::Kind::point) fill_point(builder, slot, answers, own);
      if (const std::string* const value = value_at(answers, own))
        builder.add(slot, *value, element);
    }
    for (const auto& [name, rows] : answers.repeats) {
      const std::string full = prefix + name;
      const auto slot = at.by_name.find(full);
      const auto below = at.below.find(full);
      for (const FormAnswers& row : rows) {
        if (below != at.below.end()) {
          const std::string array = at.slots[slot->second].second.path();
          fill(builder, *below->second, row, "", builder.new_element(array));
        } else {
          fill(builder, at, row, full + "/", element);
        }
      }
    }
  }
};

namespace {

bool gives_title(const std::vector<ImportColumn>& columns) {
  return std::any_of(columns.begin(), columns.end(),
                     [](const ImportColumn& column) { return column.target.path == "title"; });
}

}  // namespace

FormPlan::FormPlan(std::string_view kind, const ImportMap& map)
    : state_(std::make_unique<State>(
          State{std::string(kind), map.always, Level(kind, map.columns, "", "")})) {
  if (!map.always.contains("title") && !gives_title(map.columns)) {
    throw Error(
        Code::invalid,
        R"(nothing gives the title; nothing was imported. A map may say {"": {"title": …}})");
  }
}

FormPlan::~FormPlan() = default;

std::vector<std::string> FormPlan::unknown_names(
    const std::vector<FormSubmission>& submissions) const {
  std::vector<std::string> unknown;
  std::set<std::string> seen;
  for (const FormSubmission& submission : submissions)
    state_->find_unknown(state_->level, submission.answers, "", unknown, seen);
  return unknown;
}

ImportItem FormPlan::item(const FormSubmission& submission) const {
  FieldBuilder builder(state_->always);
  state_->fill(builder, state_->level, submission.answers, "", "");
  for (const std::string& file : submission.files) builder.add_file(file);
  ImportItem item = std::move(builder).finish(state_->kind);
  item.line = submission.line;
  item.submission = submission.id;
  return item;
}

}  // namespace depone
