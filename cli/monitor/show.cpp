#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/attachment_list.h"
#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "store/drafts.h"
#include "store/evidence.h"
#include "store/records.h"

namespace depone::cli {

namespace {

std::vector<std::string> conflicts_of(const RecordView& view) {
  return {view.heads.begin() + 1, view.heads.end()};
}

void print_whole_json(Context& context, const RecordView& view) {
  const FieldMap fields = view.content.fields();
  Json attachments = Json::array();
  for (const ListedAttachment& attachment : attachments_of(fields))
    attachments.push_back(attachment.fields);
  print_json(context, {{"id", view.summary.id},
                       {"kind", view.summary.kind},
                       {"revision", view.heads.front()},
                       {"state", view.summary.state},
                       {"created", view.created},
                       {"updated", view.updated},
                       {"fields", nest(fields)},
                       {"attachments", attachments},
                       {"parents", view.content.revision.parents},
                       {"conflicts", conflicts_of(view)},
                       {"complete", view.summary.complete},
                       {"missing", view.summary.missing},
                       {"all_lines", view.content.complete()}});
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_object()) return dump_json(value);
  std::string text = value.value("date", "");
  if (const std::string type = value.value("type", ""); type != "exact") text += " (" + type + ")";
  return text;
}

// Texts of several lines, and passages, stand below their path.
void print_field(Context& context, const std::string& path, const std::string& text) {
  context.out << "  " << path << ':';
  if (text.find('\n') == std::string::npos && text.size() < 200) {
    context.out << ' ' << printable(text) << '\n';
    return;
  }
  context.out << '\n';
  for (const std::string_view line : split(text, '\n'))
    context.out << "    " << printable(line) << '\n';
}

void print_fields(Context& context, const FieldMap& fields) {
  std::string path;
  std::string passages;
  const auto finish_passages = [&] {
    if (!path.empty()) print_field(context, path, passages);
    path.clear();
    passages.clear();
  };
  for (const auto& [field, value] : fields) {
    if (field.starts_with("attachments.")) continue;
    const std::string whole = field.substr(0, field.rfind('.'));
    if (!is_long_text(whole)) {
      finish_passages();
      print_field(context, field, text_of(value));
      continue;
    }
    if (whole != path) finish_passages();
    passages += (path.empty() ? "" : "\n\n") + text_of(value);
    path = whole;
  }
  finish_passages();
}

void print_for_people(Context& context, const RecordView& view) {
  std::ostream& out = context.out;
  const FieldMap fields = view.content.fields();
  out << "record    " << view.summary.id << "\nkind      " << printable(view.summary.kind)
      << "\nstate     " << view.summary.state << "\nrevision  " << view.heads.front()
      << "\ncreated   " << printable(view.created) << "\nupdated   " << printable(view.updated)
      << '\n';
  if (!view.summary.missing.empty()) {
    out << "lacks    ";
    for (const std::string& path : view.summary.missing) out << ' ' << path;
    out << "\n";
  }
  if (!view.content.complete()) {
    out << "hidden    " << view.content.revision.commitments.size() - view.content.lines.size()
        << " fields that this vault was not given\n";
  }
  for (const std::string& conflict : conflicts_of(view))
    out << "conflict  another newest revision: " << conflict << '\n';
  const auto attachments = attachments_of(fields);
  if (!attachments.empty()) out << "attachments\n";
  for (std::size_t i = 0; i < attachments.size(); ++i) {
    out << "  " << i + 1 << "  " << printable(attachments[i].name) << "  "
        << printable(attachments[i].type) << "  " << human_bytes(attachments[i].size) << "  "
        << printable(attachments[i].sha256) << '\n';
  }
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

RecordView find_view(Vault& vault, const std::string& id) {
  const auto draft = find_draft(vault, id);
  if (draft) {
    const Draft found = get_draft(vault, *draft);
    if (!found.is_edit()) return view_of(found);
  }
  return get_record(vault, resolve_record(vault, id));
}

int show(Context& context, const std::string& id) {
  Vault vault = open_vault(context);
  const RecordView view = find_view(vault, id);
  if (context.json) {
    print_whole_json(context, view);
  } else {
    print_for_people(context, view);
  }
  return 0;
}

}  // namespace

Runner install_show(CLI::App& app, Context& context) {
  auto id = std::make_shared<std::string>();
  app.add_option("id", *id, "The record, by its id or the first characters of it")
      ->required()
      ->type_name("ID");
  return [&context, id] { return show(context, *id); };
}

}  // namespace depone::cli
