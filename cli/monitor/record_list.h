#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "store/records/records.h"

namespace depone::cli {

// What `list` and `search` have in common.
struct ListOptions {
  std::string kind, state, tag, date, from, to, place, author;
  std::optional<std::size_t> limit;
};
void add_list_options(CLI::App& app, ListOptions& options);
// The filter, its limit one more than is to be shown where this is one page of more. Code::usage.
RecordFilter filter_of(const Context& context, const ListOptions& options);
// How many to show: everything when piped or with --json, else a page. 0: all.
std::size_t page_of(const Context& context, const ListOptions& options);

// One object a line. `newest_only`: of a search, whether only the newest matches were ranked.
void print_record_json(Context& context, const RecordSummary& record, std::optional<double> score,
                       const std::vector<std::string>& matched,
                       std::optional<bool> newest_only = std::nullopt);
// One line: columns on a terminal, else the same values between tabs, whole.
void print_record_line(Context& context, const RecordSummary& record);
void say_that_there_is_more(Context& context);

}  // namespace depone::cli
