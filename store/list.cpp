#include "store/list.h"

#include "store/record_rows.h"

namespace depone {

std::string record_conditions() {
  // A date of less precision than a bound is compared as far as it goes.
  return "(?1 IS NULL OR r.kind = ?1)"
         " AND (?2 IS NULL OR " +
         kStateOfRecord +
         " = ?2)"
         " AND (?3 IS NULL OR instr(r.tags, char(10) || ?3 || char(10)) > 0)"
         " AND (?4 IS NULL OR (r.date <> '' AND r.date >= substr(?4, 1, length(r.date))))"
         " AND (?5 IS NULL OR (r.date <> '' AND substr(r.date, 1, length(?5)) <= ?5))";
}

Statement& bind_conditions(Statement& statement, const RecordFilter& filter) {
  return statement.with(
      filter.kind, filter.state, filter.tag, filter.from, filter.to,
      filter.limit == 0 ? std::int64_t{-1} : static_cast<std::int64_t>(filter.limit));
}

std::string summary_columns() {
  return "r.id, r.kind, r.title, r.date, " + kStateOfRecord + ", r.complete";
}

RecordSummary summary_at(const Statement& row) {
  return {row.text(0), row.text(1), row.text(2), row.text(3), row.text(4), row.integer(5) != 0, {}};
}

std::vector<RecordSummary> list_records(Vault& vault, const RecordFilter& filter) {
  Statement& rows = vault.db().cached("SELECT " + summary_columns() + " FROM records r WHERE " +
                                      record_conditions() + " ORDER BY r.number DESC LIMIT ?6");
  bind_conditions(rows, filter);
  std::vector<RecordSummary> records;
  while (rows.step()) records.push_back(summary_at(rows));
  rows.reset();
  return records;
}

StateCounts count_states(Vault& vault) {
  Statement& rows = vault.db().cached("SELECT " + kStateOfRecord +
                                      " AS state, count(*) FROM records r GROUP BY state");
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
