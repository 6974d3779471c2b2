#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "crypto/bytes.h"
#include "crypto/error.h"
#include "store/records/records.h"
#include "store/records/tags.h"

namespace depone::cli {

namespace {

struct Options {
  std::string id;
  std::vector<std::string> words;
  bool remove = false;
};

int tag(Context& context, const Options& options) {
  for (const std::string& word : options.words) {
    if (word.empty() || !is_utf8(as_bytes(word)))
      throw Error(Code::invalid, "a tag is a word or several, in UTF-8; nothing was changed");
  }
  Vault vault = open_vault(context);
  const std::string record = resolve_record(vault, options.id);
  Tx tx(vault.db());
  const auto revision = options.remove ? remove_tags(vault, record, options.words, context.now())
                                       : add_tags(vault, record, options.words, context.now());
  tx.commit();
  if (context.json) {
    Json tags = Json::array();
    for (const auto& [path, value] : get_record(vault, record).content.fields()) {
      if (path.starts_with("tags.")) tags.push_back(value);
    }
    print_json(context, {{"id", record},
                         {"revision", revision ? Json(*revision) : Json(nullptr)},
                         {"tags", std::move(tags)}});
  } else if (!revision) {
    context.err << "The record has these tags already; nothing was changed.\n";
  }
  return 0;
}

}  // namespace

Runner install_tag(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("id", options->id, "The record")->required()->type_name("ID");
  app.add_option("words", options->words, "The tags")->required()->type_name("WORD");
  app.add_flag("--remove", options->remove, "Take them off");
  return [&context, options] { return tag(context, *options); };
}

}  // namespace depone::cli
