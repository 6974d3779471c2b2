#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/field_input.h"
#include "cli/monitor/record_made.h"
#include "cli/monitor/vault_access.h"
#include "crypto/error.h"
#include "store/evidence/evidence.h"
#include "store/records/drafts.h"
#include "store/records/records.h"

namespace depone::cli {

namespace {

struct Options {
  std::string kind;
  std::string from;
  std::vector<std::string> settings;
  std::string resume;
  const CLI::Option* resume_option = nullptr;

  bool resumes() const { return resume_option->count() > 0; }
  bool from_a_script() const { return !from.empty() || !settings.empty(); }
};

int make_from_input(Context& context, const Options& options) {
  const FieldMap fields = read_fields(context, options.kind, options.from, options.settings);
  check_fields(options.kind, fields);  // before the passphrase is asked for
  Vault vault = open_vault(context);
  Tx tx(vault.db());
  const std::string id =
      create_record(vault, options.kind, fields, "collected", Json::object(), context.now());
  tx.commit();
  report_made(context, id, missing_fields(options.kind, fields));
  return 0;
}

int resume(Context& context, const Options& options) {
  Vault vault = open_vault(context);
  Draft draft = get_draft(vault, draft_to_resume(vault, options.resume));
  if (!options.kind.empty() && options.kind != draft.kind) {
    throw Error(Code::usage, "the unfinished interview is one of another kind: leave the kind out",
                draft.kind);
  }
  return interview(context, vault, std::move(draft));
}

int make_new(Context& context, const Options& options) {
  if (options.resumes()) {
    if (options.from_a_script())
      throw Error(Code::usage, "--resume does not go with --from and --set");
    return resume(context, options);
  }
  if (options.kind.empty()) {
    throw Error(Code::usage,
                "say what it is, testimony or incident; or --resume, to go on with what was begun");
  }
  if (options.from_a_script()) return make_from_input(context, options);
  if (!context.in_is_terminal && context.in.peek() == std::istream::traits_type::eof()) {
    throw Error(Code::usage,
                "there is no terminal to ask on and no answer in the input: say with --from "
                "FILE.json or --set path=value what the record holds");
  }
  Vault vault = open_vault(context);
  return interview(context, vault, begin_draft(options.kind, context.now()));
}

}  // namespace

Runner install_new(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("kind", options->kind, "testimony or incident")
      ->check(CLI::IsMember({"testimony", "incident"}))
      ->type_name("testimony|incident");
  app.add_option("--from", options->from,
                 "Fields as one JSON object, as `show --json` has them (-: standard input)")
      ->type_name("FILE.json");
  app.add_option("--set", options->settings,
                 "One field: JSON where the value is JSON, else text. For scripts: other programs "
                 "on this machine can "
                 "see arguments while this runs")
      ->type_name("path=value")
      ->expected(1)
      ->take_all();
  options->resume_option =
      app.add_option(
             "--resume", options->resume,
             "Go on with an interview that was not finished: the only one, or the one named")
          ->type_name("[ID]")
          ->expected(0, 1);
  return [&context, options] { return make_new(context, *options); };
}

}  // namespace depone::cli
