#include "sync/seal.h"

#include <CLI/CLI.hpp>
#include <chrono>

#include "cli/monitor/commands.h"
#include "cli/monitor/exchange.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/run.h"
#include "store/records/records.h"

namespace depone::cli {

namespace {

struct Options {
  std::vector<std::string> records;
  std::string to;
  bool no_archive = false;
};

Json as_json(const SealResult& sealed, double seconds) {
  Json json = Json::object();
  json["bundles"] = sealed.bundles;
  json["records"] = sealed.records;
  json["refused"] = Json::array();
  for (const SealRefusal& refusal : sealed.refused) {
    Json item = Json::object();
    item["record"] = refusal.record;
    item["reason"] = refusal.reason;
    json["refused"].push_back(std::move(item));
  }
  json["notes"] = sealed.notes;
  json["seconds"] = rounded(seconds);
  return json;
}

int run(Context& context, const Options& options) {
  Vault vault = open_vault(context);
  SealRequest request;
  request.to = options.to;
  request.archive = !options.no_archive;
  for (const std::string& id : options.records)
    request.records.push_back(resolve_record(vault, id));
  const auto began = std::chrono::steady_clock::now();
  SealResult sealed;
  {
    ProgressLine line(context);
    sealed = seal(vault, request, context.now, show_progress(line));
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  if (context.json) {
    print_json(context, as_json(sealed, seconds));
  } else if (sealed.bundles.empty()) {
    context.out << "Nothing was sealed.\n";
  } else {
    context.out << "Sealed " << counted(sealed.records, "record", "records") << " in "
                << counted(sealed.bundles.size(), "bundle", "bundles")
                << ". depone sync delivers.\n";
  }
  print_refusals(context, sealed.refused);
  print_notes(context, sealed.notes);
  return sealed.refused.empty() || options.records.empty() ? 0 : exit_status(Code::refused);
}

}  // namespace

Runner install_seal(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("ID", options->records,
                 "Records, or enough of their ids; otherwise all that was not sealed yet");
  app.add_option("--to", options->to,
                 "For this member, or every member of this class; otherwise every desk")
      ->type_name("MEMBER|CLASS");
  app.add_flag(
      "--no-archive", options->no_archive,
      "Leave your own archive key out: what is sealed so does not come back with `recover`");
  return [options, &context] { return run(context, *options); };
}

}  // namespace depone::cli
