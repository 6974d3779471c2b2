#include "store/search/search.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/record_list.h"
#include "cli/monitor/vault_access.h"
#include "store/search/query.h"

namespace depone::cli {

namespace {

struct Options {
  std::vector<std::string> words;
  bool identity = false;
  ListOptions list;
};

void print_hit(Context& context, const SearchHit& hit, bool newest_only) {
  if (context.json) {
    print_record_json(context, hit.record, hit.score, hit.matched, newest_only);
    return;
  }
  print_record_line(context, hit.record);
  for (const std::string& match : hit.matched) context.out << "    " << printable(match) << '\n';
}

int search(Context& context, const Options& options) {
  std::string typed;
  for (const std::string& word : options.words) typed += (typed.empty() ? "" : " ") + word;
  const SearchQuery query = parse_query(typed);  // before the passphrase is asked for
  const SearchOptions wanted{filter_of(context, options.list), options.identity};

  Vault vault = open_vault(context);
  const SearchResult result = search_records(vault, query, wanted);
  const std::size_t page = page_of(context, options.list);
  for (std::size_t i = 0; i < result.matches.size() && (page == 0 || i < page); ++i) {
    print_hit(context, hit_of(vault, result.matches[i], query, wanted), result.newest_only);
  }
  if (result.newest_only) {
    context.err << "Many records match: these are the best of the newest " << result.ranked
                << " of them. More words, or a filter, find the others.\n";
  } else if (page > 0 && result.matches.size() > page) {
    say_that_there_is_more(context);
  }
  if (result.matches.empty()) context.err << "Nothing was found.\n";
  return 0;
}

}  // namespace

Runner install_search(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option(
         "words", options->words,
         "Words that must all be there; begin* for a beginning; \"several words\", in "
         "double quotes that reach this program, for a phrase; AND, OR, NOT and brackets in "
         "capitals join them")
      ->required()
      ->type_name("WORDS");
  app.add_flag("--identity", options->identity, "Search who the source is, too");
  add_list_options(app, options->list);
  return [&context, options] { return search(context, *options); };
}

}  // namespace depone::cli
