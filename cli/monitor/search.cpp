#include "store/search.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/record_list.h"
#include "cli/monitor/vault_access.h"
#include "store/search_query.h"

namespace depone::cli {

namespace {

struct Options {
  std::vector<std::string> words;
  ListOptions list;
};

int search(Context& context, const Options& options) {
  std::string query;
  for (const std::string& word : options.words) query += (query.empty() ? "" : " ") + word;
  parse_query(query);  // before the passphrase is asked for
  const RecordFilter filter = filter_of(context, options.list);

  Vault vault = open_vault(context);
  const std::vector<SearchHit> hits = search_records(vault, query, filter);
  const std::size_t page = page_of(context, options.list);
  for (std::size_t i = 0; i < hits.size() && (page == 0 || i < page); ++i) {
    if (context.json) {
      print_record_json(context, hits[i].record, hits[i].score, hits[i].matched);
      continue;
    }
    print_record_line(context, hits[i].record);
    for (const std::string& match : hits[i].matched)
      context.out << "    " << printable(match) << '\n';
  }
  if (page > 0 && hits.size() > page) say_that_there_is_more(context);
  return 0;
}

}  // namespace

Runner install_search(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("words", options->words,
                 "Words that must all be there; begin* for a beginning; \"several words\", in "
                 "double quotes that reach "
                 "this program, for a phrase")
      ->required()
      ->type_name("WORDS");
  add_list_options(app, options->list);
  return [&context, options] { return search(context, *options); };
}

}  // namespace depone::cli
