#include "sync/open.h"

#include <CLI/CLI.hpp>

#include "cli/monitor/commands.h"
#include "cli/monitor/exchange.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "crypto/minisign.h"

namespace depone::cli {

namespace {

Json as_json(const OpenResult& opened) {
  Json json = Json::object();
  json["sha256"] = opened.sha256;
  json["sender"] = opened.sender;
  json["records"] = opened.records;
  json["attachments"] = opened.attachments;
  json["already"] = opened.already;
  json["notes"] = opened.notes;
  return json;
}

void print(Context& context, const OpenResult& opened) {
  if (opened.already) {
    context.out << "This bundle of " << opened.sender << " is in the vault already.\n";
    return;
  }
  context.out << "Took in " << counted(opened.records, "record", "records") << " of "
              << opened.sender << " with "
              << counted(opened.attachments, "attachment", "attachments") << ".\n";
}

int run(Context& context, const fs::path& file) {
  const fs::path signature = file.string() + ".minisig";
  // Before a passphrase is asked for: both files have to be there.
  const FileSource there(file, true);
  const std::string minisig = read_text(signature, minisign::kMaxSignatureSize, true);
  Vault vault = open_vault(context);
  OpenResult opened;
  {
    ProgressLine line(context);
    opened =
        open_bundle(vault, file, minisig, std::nullopt, nullptr, context.now, show_progress(line));
  }
  if (context.json) {
    print_json(context, as_json(opened));
  } else {
    print(context, opened);
  }
  print_notes(context, opened.notes);
  return 0;
}

}  // namespace

Runner install_open(CLI::App& app, Context& context) {
  auto file = std::make_shared<std::string>();
  app.add_option("FILE", *file,
                 "The bundle, NAME.age; its signature NAME.age.minisig lies beside it")
      ->required();
  return [file, &context] { return run(context, *file); };
}

}  // namespace depone::cli
