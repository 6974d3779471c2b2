#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/field_input.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "crypto/error.h"
#include "store/evidence.h"
#include "store/records.h"

namespace depone::cli {

namespace {

struct Options {
  std::string kind;
  std::string from;
  std::vector<std::string> settings;
};

int make_new(Context& context, const Options& options) {
  if (options.from.empty() && options.settings.empty()) {
    throw Error(Code::usage, "say with --from FILE.json or --set path=value what the record holds");
  }
  const FieldMap fields = read_fields(context, options.kind, options.from, options.settings);
  check_fields(options.kind, fields);  // before the passphrase is asked for

  Vault vault = open_vault(context);
  Tx tx(vault.db());
  const std::string id =
      create_record(vault, options.kind, fields, "collected", Json::object(), context.now());
  tx.commit();

  const std::vector<std::string> missing = missing_fields(options.kind, fields);
  if (context.json) {
    print_json(context, {{"id", id}, {"complete", missing.empty()}, {"missing", missing}});
    return 0;
  }
  context.out << id << '\n';
  if (!missing.empty()) {
    context.err << "The record is saved and incomplete; it lacks:";
    for (const std::string& path : missing) context.err << ' ' << path;
    context.err << '\n';
  }
  return 0;
}

}  // namespace

Runner install_new(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("kind", options->kind, "testimony or incident")
      ->required()
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
  return [&context, options] { return make_new(context, *options); };
}

}  // namespace depone::cli
