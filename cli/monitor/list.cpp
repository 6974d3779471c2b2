#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/record_list.h"
#include "cli/monitor/vault_access.h"
#include "cli/run.h"
#include "store/records/drafts.h"

namespace depone::cli {

namespace {

int list(Context& context, const ListOptions& options) {
  const RecordFilter filter = filter_of(context, options);
  Vault vault = open_vault(context);
  // What is not finished comes first: it waits for somebody.
  const bool only_drafts = filter.state == "draft";
  DraftList drafts = list_drafts(vault, filter, only_drafts);
  std::vector<RecordSummary> records = std::move(drafts.drafts);
  if (!only_drafts) {
    for (RecordSummary& record : list_records(vault, filter)) records.push_back(std::move(record));
  }
  const std::size_t page = page_of(context, options);
  for (std::size_t i = 0; i < records.size() && (page == 0 || i < page); ++i) {
    if (context.json) {
      print_record_json(context, records[i], std::nullopt, {});
    } else {
      print_record_line(context, records[i]);
    }
  }
  if (page > 0 && records.size() > page) say_that_there_is_more(context);
  for (const std::string& id : drafts.damaged) {
    context.err << "depone: an unfinished interview can't be read: " << id
                << ". It stays as it is; `depone discard` removes it\n";
  }
  return drafts.damaged.empty() ? 0 : exit_status(Code::damaged);
}

}  // namespace

Runner install_list(CLI::App& app, Context& context) {
  auto options = std::make_shared<ListOptions>();
  add_list_options(app, *options);
  return [&context, options] { return list(context, *options); };
}

}  // namespace depone::cli
