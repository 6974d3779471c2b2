#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/field_input.h"
#include "cli/monitor/record_made.h"
#include "cli/monitor/vault_access.h"
#include "crypto/error.h"
#include "store/evidence/evidence.h"
#include "store/records/drafts.h"
#include "store/records/field_edit.h"
#include "store/records/records.h"

namespace depone::cli {

namespace {

struct Options {
  std::string id;
  std::string from;
  std::vector<std::string> settings;
  std::vector<std::string> unset;

  bool from_a_script() const { return !from.empty() || !settings.empty() || !unset.empty(); }
};

bool is_set_by_attach(std::string_view path) {
  return path.ends_with(".sha256") || path.ends_with(".size");
}

// What the program sets, and which attachments there are, is not edited.
void check_own_fields(const FieldMap& before, const FieldMap& after) {
  const auto same = [&](const std::string& path) {
    const auto was = before.find(path);
    const auto is = after.find(path);
    return (was == before.end()) == (is == after.end()) &&
           (was == before.end() || was->second == is->second);
  };
  if (!same("created"))
    throw Error(Code::invalid, "created is set by the program; nothing was changed", "created");
  for (const FieldMap* fields : {&before, &after}) {
    for (const auto& [path, value] : *fields) {
      if (!path.starts_with("attachments.")) continue;
      const std::string hash = path.substr(0, path.find('.', 12)) + ".sha256";
      if ((is_set_by_attach(path) && !same(path)) || !before.contains(hash)) {
        throw Error(Code::invalid, "attachments are added by `depone attach`; nothing was changed",
                    path);
      }
    }
  }
}

std::string record_to_edit(Vault& vault, const std::string& id) {
  const Named named = find_record_or_draft(vault, id);
  if (named.record) return named.id;
  throw Error(Code::usage,
              "this is no record yet but an interview that is not finished: `depone new --resume " +
                  named.id.substr(0, 8) + "` goes on with it",
              id);
}

int edit_from_input(Context& context, const Options& options) {
  const EditInput input = read_edit(context, options.from, options.settings, options.unset);
  Vault vault = open_vault(context);
  const std::string id = record_to_edit(vault, options.id);
  if (find_draft(vault, id)) {
    throw Error(Code::refused,
                "an edit of this record is not finished: `depone edit` without options goes on "
                "with it, `depone discard` removes it; nothing was changed",
                id);
  }
  const Draft draft = begin_edit(vault, id, context.now());
  FieldMap fields = edited(draft.kind, draft.fields, draft.base, input);
  check_own_fields(draft.fields, fields);
  std::vector<std::string> changed = changed_paths(draft.fields, fields);
  std::string revision = draft.base.id();
  if (!changed.empty()) {
    Tx tx(vault.db());
    revision = revise_record(vault, id, fields, "revised", Json::object(), context.now());
    tx.commit();
  }
  report_edited(context, id, revision, changed, missing_fields(draft.kind, fields));
  return 0;
}

int edit(Context& context, const Options& options) {
  if (options.from_a_script()) return edit_from_input(context, options);
  if (!context.in_is_terminal && context.in.peek() == std::istream::traits_type::eof()) {
    throw Error(Code::usage,
                "there is no terminal to ask on and no answer in the input: say with --from "
                "FILE.json, --set path=value or --unset PATH what is to change");
  }
  Vault vault = open_vault(context);
  Draft draft = begin_edit(vault, record_to_edit(vault, options.id), context.now());
  return interview(context, vault, std::move(draft));
}

}  // namespace

Runner install_edit(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("id", options->id, "The record, by its id or the first characters of it")
      ->required()
      ->type_name("ID");
  app.add_option("--from", options->from,
                 "What is to change, as one JSON object (-: standard input): what it does not name "
                 "stays, null takes away, a list replaces the list")
      ->type_name("FILE.json");
  app.add_option("--set", options->settings,
                 "One field: JSON where the value is JSON, else text. For scripts: other programs "
                 "on this machine can see arguments while this runs")
      ->type_name("path=value")
      ->expected(1)
      ->take_all();
  app.add_option("--unset", options->unset, "Take a field away, or everything below a path")
      ->type_name("PATH")
      ->expected(1)
      ->take_all();
  return [&context, options] { return edit(context, *options); };
}

}  // namespace depone::cli
