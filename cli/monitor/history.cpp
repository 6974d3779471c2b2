#include "store/records/history.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/field_text.h"
#include "cli/monitor/revision_names.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "crypto/error.h"
#include "store/records/records.h"

namespace depone::cli {

namespace {

struct Options {
  std::string id;
  std::vector<std::string> revisions;
  bool diff = false;
};

std::string kind_of(const FieldChange& change) {
  return !change.before ? "added" : !change.after ? "removed" : "changed";
}

Json change_json(const FieldChange& change, bool values) {
  Json json = {{"path", change.path}, {"change", kind_of(change)}};
  if (values) {
    json["before"] = change.before.value_or(Json(nullptr));
    json["after"] = change.after.value_or(Json(nullptr));
  }
  return json;
}

Json changes_json(const RevisionChanges& changes, bool values) {
  Json fields = Json::array();
  for (const FieldChange& change : changes.fields) fields.push_back(change_json(change, values));
  return {{"from", changes.from ? Json(*changes.from) : Json(nullptr)},
          {"to", changes.to},
          {"fields", std::move(fields)},
          {"hidden_removed", changes.hidden_gone},
          {"hidden_added", changes.hidden_come}};
}

Json entry_json(Vault& vault, const HistoryEntry& entry, bool values) {
  Json changes = Json::array();
  for (const RevisionChanges& one : changes_of(vault, entry))
    changes.push_back(changes_json(one, values));
  return {{"revision", entry.revision},
          {"parents", entry.parents},
          {"author", author_json(entry.author)},
          {"time", entry.time ? Json(entry.time->text()) : Json(nullptr)},
          {"action", entry.action.empty() ? Json(nullptr) : Json(entry.action)},
          {"newest", entry.newest},
          {"early", entry.early},
          {"hidden", entry.hidden},
          {"changes", std::move(changes)}};
}

void print_hidden(Context& context, const RevisionChanges& changes) {
  if (changes.hidden_come + changes.hidden_gone == 0) return;
  context.out << "    of the fields that this vault was not given: " << changes.hidden_come
              << " new, " << changes.hidden_gone << " gone\n";
}

void print_paths(Context& context, const RevisionChanges& changes) {
  for (const char* kind : {"added", "changed", "removed"}) {
    std::string paths;
    for (const FieldChange& change : changes.fields) {
      if (kind_of(change) == kind) paths += (paths.empty() ? "" : ", ") + change.path;
    }
    if (!paths.empty()) context.out << "    " << kind << ": " << paths << '\n';
  }
}

void print_changes(Context& context, const RevisionChanges& changes, bool values) {
  if (values) {
    for (const FieldChange& change : changes.fields) print_change(context, change, "    ");
  } else {
    print_paths(context, changes);
  }
  print_hidden(context, changes);
}

void print_entry(Context& context, Vault& vault, const HistoryEntry& entry, bool values) {
  print_revision_line(context, entry);
  if (entry.early) context.out << "    dated before the one that it follows: a clock was wrong\n";
  for (const std::string& parent : entry.parents) {
    if (!has_revision(vault, parent))
      context.out << "    follows " << short_id(parent) << ", which is not in this vault\n";
  }
  for (const RevisionChanges& changes : changes_of(vault, entry)) {
    if (!changes.from) {
      context.out << "    " << changes.fields.size() << " fields\n";
      continue;
    }
    if (entry.parents.size() > 1) context.out << "    against " << short_id(*changes.from) << '\n';
    if (changes.fields.empty() && changes.hidden_come + changes.hidden_gone == 0)
      context.out << "    nothing changed\n";
    print_changes(context, changes, values);
  }
}

int compare_two(Context& context, Vault& vault, const std::string& from, const std::string& to) {
  const RevisionChanges changes = compare_revisions(vault, from, to);
  if (context.json) {
    print_json(context, changes_json(changes, true));
    return 0;
  }
  context.out << "from " << short_id(from) << " to " << short_id(to) << '\n';
  if (changes.fields.empty()) context.out << "    no field differs\n";
  print_changes(context, changes, true);
  return 0;
}

int history(Context& context, const Options& options) {
  Vault vault = open_vault(context);
  const std::string record = resolve_record(vault, options.id);
  std::vector<std::string> wanted;
  for (const std::string& prefix : options.revisions)
    wanted.push_back(resolve_revision(vault, record, prefix));
  if (wanted.size() == 2) return compare_two(context, vault, wanted[0], wanted[1]);
  const auto entries = history_of(vault, record);
  for (const HistoryEntry& entry : entries) {
    if (!wanted.empty() && entry.revision != wanted.front()) continue;
    if (context.json)
      print_json(context, entry_json(vault, entry, options.diff));
    else
      print_entry(context, vault, entry, options.diff);
  }
  const auto newest = std::count_if(entries.begin(), entries.end(),
                                    [](const HistoryEntry& entry) { return entry.newest; });
  if (newest > 1 && !context.json) {
    context.err << "There are " << newest << " newest revisions: a conflict. `depone show "
                << record.substr(0, 8) << "` says what they differ in, `depone resolve` ends it.\n";
  }
  return 0;
}

}  // namespace

Runner install_history(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("id", options->id, "The record")->required()->type_name("ID");
  app.add_option("revisions", options->revisions,
                 "One revision: only that one. Two: what differs between them")
      ->expected(0, 2)
      ->type_name("REVISION");
  app.add_flag("--diff", options->diff, "Show what changed, not only where");
  return [&context, options] { return history(context, *options); };
}

}  // namespace depone::cli
