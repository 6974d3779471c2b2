#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/record_list.h"
#include "cli/monitor/vault_access.h"

namespace depone::cli {

namespace {

int list(Context& context, const ListOptions& options) {
  const RecordFilter filter = filter_of(context, options);
  Vault vault = open_vault(context);
  const std::vector<RecordSummary> records = list_records(vault, filter);
  const std::size_t page = page_of(context, options);
  for (std::size_t i = 0; i < records.size() && (page == 0 || i < page); ++i) {
    if (context.json) {
      print_record_json(context, records[i], std::nullopt, {});
    } else {
      print_record_line(context, records[i]);
    }
  }
  if (page > 0 && records.size() > page) say_that_there_is_more(context);
  return 0;
}

}  // namespace

Runner install_list(CLI::App& app, Context& context) {
  auto options = std::make_shared<ListOptions>();
  add_list_options(app, *options);
  return [&context, options] { return list(context, *options); };
}

}  // namespace depone::cli
