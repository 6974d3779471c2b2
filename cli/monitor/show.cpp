#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/monitor/attachment_list.h"
#include "cli/monitor/commands.h"
#include "cli/monitor/conflict_text.h"
#include "cli/monitor/field_text.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "store/evidence/evidence.h"
#include "store/records/custody.h"
#include "store/records/drafts.h"
#include "store/records/history.h"
#include "store/records/records.h"
#include "store/records/tags.h"

namespace depone::cli {

namespace {

constexpr std::size_t kShortId = 8;

struct Options {
  std::string id;
  std::string revision;
};

struct Shown {
  RecordView view;
  std::string revision;  // the one that `view` holds the content of
  bool newest = true;
  std::vector<RecordSummary> linked_from;
  bool edit_begun = false;
};

std::vector<std::string> conflicts_of(const Shown& shown) {
  return {shown.view.heads.begin() + 1, shown.view.heads.end()};
}

void print_whole_json(Context& context, Vault& vault, const Shown& shown) {
  const RecordView& view = shown.view;
  const FieldMap fields = view.content.fields();
  Json attachments = Json::array();
  for (const ListedAttachment& attachment : attachments_of(fields))
    attachments.push_back(attachment.fields);
  Json linked = Json::array();
  for (const RecordSummary& record : shown.linked_from) linked.push_back(record.id);
  print_json(context, {{"id", view.summary.id},
                       {"kind", view.summary.kind},
                       {"revision", shown.revision},
                       {"state", view.summary.state},
                       {"created", view.created},
                       {"updated", view.updated},
                       {"fields", nest(fields)},
                       {"attachments", attachments},
                       {"parents", view.content.revision.parents},
                       {"conflicts", conflicts_of(shown)},
                       {"complete", view.summary.missing.empty()},
                       {"missing", view.summary.missing},
                       {"all_lines", view.content.complete()},
                       {"newest", shown.newest},
                       {"differences", differences_json(vault, view.heads)},
                       {"linked_from", linked},
                       {"edit_begun", shown.edit_begun}});
}

void print_attachments(Context& context, const FieldMap& fields) {
  const auto attachments = attachments_of(fields);
  if (!attachments.empty()) context.out << "attachments\n";
  for (std::size_t i = 0; i < attachments.size(); ++i) {
    context.out << "  " << i + 1 << "  " << printable(attachments[i].name) << "  "
                << printable(attachments[i].type) << "  " << human_bytes(attachments[i].size)
                << "  " << printable(attachments[i].sha256) << '\n';
  }
}

// One step only, whichever way links lead on from there.
void print_linked_from(Context& context, const std::vector<RecordSummary>& records) {
  if (!records.empty()) context.out << "linked from\n";
  for (const RecordSummary& record : records)
    context.out << "  " << record.id.substr(0, kShortId) << "  " << printable(record.title) << '\n';
}

void print_for_people(Context& context, Vault& vault, const Shown& shown) {
  std::ostream& out = context.out;
  const RecordView& view = shown.view;
  const FieldMap fields = view.content.fields();
  out << "record    " << view.summary.id << "\nkind      " << printable(view.summary.kind)
      << "\nstate     " << view.summary.state << "\nrevision  " << shown.revision
      << (shown.newest ? "" : " (an older one)") << "\ncreated   " << printable(view.created)
      << "\nupdated   " << printable(view.updated) << '\n';
  if (!view.summary.missing.empty()) {
    out << "lacks    ";
    for (const std::string& path : view.summary.missing) out << ' ' << path;
    out << "\n";
  }
  if (shown.edit_begun) {
    out << "edit      begun and not finished: `depone edit " << view.summary.id.substr(0, kShortId)
        << "` goes on\n";
  }
  if (!view.content.complete()) {
    out << "hidden    " << view.content.revision.commitments.size() - view.content.lines.size()
        << " fields that this vault was not given\n";
  }
  if (view.heads.size() > 1) print_conflict(context, vault, view.summary.id, view.heads);
  print_attachments(context, fields);
  print_linked_from(context, shown.linked_from);
  out << "fields\n";
  print_fields(context, fields);
}

// A record that is not finished, as far as it is one.
RecordView view_of(const Draft& draft) {
  RecordView view;
  view.summary.id = draft.id;
  view.summary.kind = draft.kind;
  view.summary.state = "draft";
  view.summary.missing = missing_fields(draft.kind, draft.fields);
  view.summary.complete = view.summary.missing.empty();
  view.heads = {""};
  view.created = draft.begun.text();
  view.updated = draft.updated.text();
  for (const auto& [path, value] : draft.fields) view.content.lines.push_back({"", path, value});
  view.content.revision.commitments.resize(draft.fields.size());
  return view;
}

Shown read(Vault& vault, const Options& options) {
  const Named named = find_record_or_draft(vault, options.id);
  if (!named.record) return {view_of(get_draft(vault, named.id)), "", true, {}, false};
  const std::string& record = named.id;
  Shown shown;
  shown.edit_begun = named.draft;
  shown.view = get_record(vault, record);
  shown.revision = shown.view.heads.front();
  shown.linked_from = linked_from(vault, record);
  if (options.revision.empty()) return shown;
  shown.revision = resolve_revision(vault, record, options.revision);
  const auto& heads = shown.view.heads;
  shown.newest = std::find(heads.begin(), heads.end(), shown.revision) != heads.end();
  shown.view.content = get_revision(vault, shown.revision);
  shown.view.summary.missing = missing_fields(shown.view.summary.kind, shown.view.content.fields());
  return shown;
}

int show(Context& context, const Options& options) {
  Vault vault = open_vault(context);
  const Shown shown = read(vault, options);
  if (!shown.revision.empty())
    note_viewed(vault, shown.view.summary.id, shown.revision, Json::object(), context.now());
  if (context.json) {
    print_whole_json(context, vault, shown);
  } else {
    print_for_people(context, vault, shown);
  }
  return 0;
}

}  // namespace

Runner install_show(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("id", options->id, "The record, by its id or the first characters of it")
      ->required()
      ->type_name("ID");
  app.add_option("--revision", options->revision,
                 "As it was in this revision; `depone history` lists them")
      ->type_name("REVISION");
  return [&context, options] { return show(context, *options); };
}

}  // namespace depone::cli
