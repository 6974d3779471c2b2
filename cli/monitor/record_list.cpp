#include "cli/monitor/record_list.h"

#include <CLI/CLI.hpp>

#include "cli/output.h"
#include "cli/usage.h"
#include "crypto/error.h"
#include "store/evidence/evidence.h"
#include "store/search/query.h"

namespace depone::cli {

namespace {

constexpr std::size_t kPage = 20;
constexpr std::size_t kShortId = 8;

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

void check_date_option(const char* option, const std::string& text) {
  const auto date = parse_written_date(text);
  if (!text.empty() && (!date || date->at("date") != text)) {
    throw Error(Code::usage, "a date is written 2026, 2026-11 or 2026-11-24", option);
  }
}

}  // namespace

void add_list_options(CLI::App& app, ListOptions& options) {
  app.add_option("--kind", options.kind, "Only testimonies or only incidents")
      ->check(CLI::IsMember({"testimony", "incident"}))
      ->type_name("testimony|incident");
  app.add_option("--state", options.state, "draft, local, sealed, delivered, refused or received")
      ->check(CLI::IsMember({"draft", "local", "sealed", "delivered", "refused", "received"}))
      ->type_name("STATE");
  app.add_option("--tag", options.tag, "With this tag")->type_name("TAG");
  app.add_option("--place", options.place, "With these words in the name of a place")
      ->type_name("WORDS");
  app.add_option("--author", options.author,
                 "Whose newest revision is by this member (id, name or key; me)")
      ->type_name("MEMBER");
  app.add_option("--date", options.date, "Of this day, month or year")->type_name("DATE");
  app.add_option("--from", options.from, "Of this date or later")->type_name("DATE");
  app.add_option("--to", options.to, "Of this date or earlier")->type_name("DATE");
  app.add_option("--limit", options.limit, "At most so many")
      ->check(whole_number_above_zero())
      ->type_name("N");
}

RecordFilter filter_of(const Context& context, const ListOptions& options) {
  check_date_option("--date", options.date);
  check_date_option("--from", options.from);
  check_date_option("--to", options.to);
  if (!options.date.empty() && !(options.from.empty() && options.to.empty())) {
    throw Error(Code::usage, "--date does not go with --from and --to");
  }
  RecordFilter filter;
  filter.kind = unless_empty(options.kind);
  filter.state = unless_empty(options.state);
  filter.tag = unless_empty(options.tag);
  filter.place = unless_empty(options.place);
  filter.author = unless_empty(options.author);
  if (filter.place) words_query(*filter.place);  // before the passphrase is asked for
  filter.from = unless_empty(options.date.empty() ? options.from : options.date);
  filter.to = unless_empty(options.date.empty() ? options.to : options.date);
  const std::size_t page = page_of(context, options);
  filter.limit = page == 0 ? 0 : options.limit ? page : page + 1;
  return filter;
}

std::size_t page_of(const Context& context, const ListOptions& options) {
  if (options.limit) return *options.limit;
  return context.out_is_terminal && !context.json ? kPage : 0;
}

void print_record_json(Context& context, const RecordSummary& record, std::optional<double> score,
                       const std::vector<std::string>& matched, std::optional<bool> newest_only) {
  Json json{{"id", record.id},
            {"kind", record.kind},
            {"title", record.title},
            {"date", record.date},
            {"state", record.state},
            {"score", score ? Json(*score) : Json()},
            {"matched", matched},
            {"complete", record.complete},
            {"conflict", record.conflict}};
  if (newest_only) json["newest_only"] = *newest_only;
  print_json(context, json);
}

void print_record_line(Context& context, const RecordSummary& record) {
  const char* complete = record.complete ? "complete" : "incomplete";
  const std::string title = printable(record.title);
  if (!context.out_is_terminal) {
    context.out << record.id << '\t' << printable(record.kind) << '\t' << printable(record.date)
                << '\t' << record.state << '\t' << complete << '\t' << title
                << (record.conflict ? "\tconflict" : "") << '\n';
    return;
  }
  const std::string before =
      record.id.substr(0, kShortId) + "  " + padded_to(printable(record.kind), 9) + "  " +
      padded_to(printable(record.date), 10) + "  " + padded_to(record.state, 9) + "  ";
  const std::string behind = std::string(record.complete ? "" : "  (incomplete)") +
                             (record.conflict ? "  (conflict)" : "");
  const std::size_t width = terminal_columns();
  const std::size_t used = columns_of(before) + behind.size();
  context.out << before << cut_to(title, width > used + 10 ? width - used : 10) << behind << '\n';
}

void say_that_there_is_more(Context& context) {
  context.err << "There are more; --limit N shows N.\n";
}

}  // namespace depone::cli
