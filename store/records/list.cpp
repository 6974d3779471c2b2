#include "store/records/list.h"

#include "crypto/error.h"
#include "store/records/filter.h"
#include "store/records/rows.h"
#include "store/search/index.h"
#include "store/search/query.h"

namespace depone {

namespace {

// Those that have the words in the name of a place, newest first.
std::vector<RecordSummary> list_of_place(Vault& vault, const FilterSql& conditions,
                                         const RecordFilter& filter) {
  const std::string expression = "{place} : " + fts5_expression(words_query(*filter.place));
  std::vector<RecordSummary> records;
  for (const std::string& table : word_tables(vault)) {
    Statement& rows = vault.db().cached(
        "SELECT " + summary_columns() + " FROM " + table +
        " CROSS JOIN record_filters f ON f.number = " + table +
        ".rowid CROSS JOIN records r ON r.number = f.number WHERE " + table + " MATCH ?" +
        conditions.text() + " ORDER BY " + table + ".rowid DESC LIMIT ?");
    rows.bind(1, expression);
    rows.bind(conditions.bind_to(rows, 2),
              filter.limit == 0 ? std::int64_t{-1}
                                : static_cast<std::int64_t>(filter.limit - records.size()));
    while (rows.step()) records.push_back(summary_at(rows));
    rows.reset();
    if (filter.limit != 0 && records.size() == filter.limit) break;
  }
  return records;
}

}  // namespace

std::string summary_columns() {
  return "r.id, r.kind, r.title, r.date, " + kStateOfRecord + ", r.complete, r.heads > 1";
}

RecordSummary summary_at(const Statement& row) {
  return {row.text(0), row.text(1),         row.text(2), row.text(3),
          row.text(4), row.integer(5) != 0, {},          row.integer(6) != 0};
}

std::pair<RecordSummary, std::string> summary_of_number(Vault& vault, std::int64_t number) {
  Statement& row =
      vault.db()
          .cached("SELECT " + summary_columns() + ", r.head FROM records r WHERE r.number = ?")
          .with(number);
  if (!row.step()) throw Error(Code::not_found, "there is no such record in this vault");
  std::pair<RecordSummary, std::string> found{summary_at(row), row.text(7)};
  row.reset();
  return found;
}

std::vector<RecordSummary> list_records(Vault& vault, const RecordFilter& filter) {
  ensure_index(vault);
  const FilterSql conditions(vault, filter);
  if (filter.place) return list_of_place(vault, conditions, filter);
  const FilterSql::Source source = conditions.source(vault);
  // The numbers first: the rows of records are long, and those of record_filters are short.
  Statement& rows =
      vault.db().cached("SELECT " + summary_columns() + " FROM (SELECT f.number AS number " +
                        source.text + conditions.text() +
                        " ORDER BY f.number DESC LIMIT ?) n CROSS JOIN records r ON r.number = "
                        "n.number ORDER BY n.number DESC");
  int position = 1;
  for (const auto& value : source.values) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      rows.bind(position++, *number);
    } else {
      rows.bind(position++, std::string_view(std::get<std::string>(value)));
    }
  }
  position = conditions.bind_to(rows, position);
  rows.bind(position,
            filter.limit == 0 ? std::int64_t{-1} : static_cast<std::int64_t>(filter.limit));
  std::vector<RecordSummary> records;
  while (rows.step()) records.push_back(summary_at(rows));
  rows.reset();
  return records;
}

StateCounts count_states(Vault& vault) {
  Statement& rows =
      vault.db().cached("SELECT f.state, count(*) FROM record_filters f GROUP BY f.state");
  StateCounts counts;
  while (rows.step()) {
    const std::string state = rows.text(0);
    const auto count = static_cast<std::uint64_t>(rows.integer(1));
    if (state == "local") counts.local = count;
    if (state == "sealed") counts.sealed = count;
    if (state == "delivered") counts.delivered = count;
    if (state == "refused") counts.refused = count;
    if (state == "received") counts.received = count;
  }
  rows.reset();
  return counts;
}

}  // namespace depone
