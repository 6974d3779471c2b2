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
  std::string other;
  std::string as;
  bool remove = false;
};

Json links_json(Vault& vault, const std::string& record) {
  Json links = Json::array();
  for (const RecordLink& link : links_of(get_record(vault, record).content.fields())) {
    if (link.record.empty()) continue;
    links.push_back(
        {{"record", link.record}, {"as", link.as.empty() ? Json(nullptr) : Json(link.as)}});
  }
  return links;
}

int link(Context& context, const Options& options) {
  if (!is_utf8(as_bytes(options.as)))
    throw Error(Code::invalid, "--as takes UTF-8; nothing was changed");
  Vault vault = open_vault(context);
  const std::string record = resolve_record(vault, options.id);
  Tx tx(vault.db());
  const auto revision = options.remove
                            ? remove_link(vault, record, options.other, options.as, context.now())
                            : add_link(vault, record, resolve_record(vault, options.other),
                                       options.as, context.now());
  tx.commit();
  if (context.json) {
    print_json(context, {{"id", record},
                         {"revision", revision ? Json(*revision) : Json(nullptr)},
                         {"links", links_json(vault, record)}});
  } else if (!revision) {
    context.err << "The record has this link already; nothing was changed.\n";
  }
  return 0;
}

}  // namespace

Runner install_link(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("id", options->id, "The record that is to hold the link")
      ->required()
      ->type_name("ID");
  app.add_option("other", options->other, "The record that it leads to")
      ->required()
      ->type_name("OTHER");
  app.add_option("--as", options->as,
                 "How the other one stands to this one: \"same night\", \"witness of\"")
      ->type_name("WORD");
  app.add_flag("--remove", options->remove,
               "Remove the link; without --as, of whatever word it is");
  return [&context, options] { return link(context, *options); };
}

}  // namespace depone::cli
