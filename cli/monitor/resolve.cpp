#include "store/records/resolve.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/field_input.h"
#include "cli/monitor/revision_names.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "crypto/error.h"
#include "store/records/history.h"
#include "store/records/records.h"

namespace depone::cli {

namespace {

struct Options {
  std::string id;
  std::string take;
  std::vector<std::string> take_fields;
  std::vector<std::string> keep_all;
  std::vector<std::string> settings;
};

std::pair<std::string, std::string> path_and_revision(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || !is_field_path(text.substr(0, equals))) {
    throw Error(Code::usage, "--take-field takes PATH=REVISION, for example title=9c1d",
                printable(text));
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

int resolve(Context& context, const Options& options) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (const std::string& text : options.take_fields) fields.push_back(path_and_revision(text));
  Vault vault = open_vault(context);
  const std::string record = resolve_record(vault, options.id);
  const RecordView view = get_record(vault, record);
  Resolution resolution;
  if (!options.take.empty()) resolution.take = resolve_revision(vault, record, options.take);
  for (auto& [path, revision] : fields)
    resolution.take_fields.emplace_back(path, resolve_revision(vault, record, revision));
  resolution.keep_all = options.keep_all;
  if (!options.settings.empty())
    resolution.set = read_fields(context, view.summary.kind, "", options.settings);
  Tx tx(vault.db());
  const std::string revision = resolve_conflict(vault, record, resolution, context.now());
  tx.commit();
  if (context.json) {
    print_json(context, {{"id", record},
                         {"revision", revision},
                         {"parents", get_revision(vault, revision).revision.parents}});
  } else {
    context.out << revision << '\n';
  }
  return 0;
}

}  // namespace

Runner install_resolve(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("id", options->id, "The record")->required()->type_name("ID");
  app.add_option("--take", options->take,
                 "The newest revision that holds in all that is not said otherwise")
      ->type_name("REVISION");
  app.add_option("--take-field", options->take_fields,
                 "One field, or all below it, from this newest revision")
      ->type_name("PATH=REVISION")
      ->expected(1)
      ->take_all();
  app.add_option("--keep-all", options->keep_all,
                 "A list (attachments, tags, acts …): what stands in it in any of the newest "
                 "revisions")
      ->type_name("PATH")
      ->expected(1)
      ->take_all();
  app.add_option("--set", options->settings,
                 "One field by hand: JSON where the value is JSON, else text. Other programs on "
                 "this machine can see arguments while this runs")
      ->type_name("path=value")
      ->expected(1)
      ->take_all();
  return [&context, options] { return resolve(context, *options); };
}

}  // namespace depone::cli
