#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "store/records/records.h"

namespace depone {

// What a RecordFilter asks for, as SQL over the table record_filters (short rows, an index for each
// column) as `f`. The place is not among it: that is asked of the index of words.
class FilterSql {
 public:
  // Resolves the author: a member's id or name on a roster that is held, a bundle key or at least 8
  // characters of its beginning, or "me". Code::not_found for one that nobody here is.
  FilterSql(Vault& vault, const RecordFilter& filter);

  bool empty() const { return conditions_.empty(); }
  // " AND …" for each; bind_to() binds their values from this position on and gives the next one.
  std::string text() const;
  int bind_to(Statement& statement, int position) const;

  // "FROM … WHERE …" of the cheapest way to the records, newest first by `f.number DESC`: by the
  // rarest of the filters, where one is rare.
  struct Source {
    std::string text;
    std::vector<std::variant<std::int64_t, std::string>> values;
    bool rare = false;  // gives few rows
  };
  Source source(Vault& vault) const;

 private:
  using Value = std::variant<std::int64_t, std::string>;
  struct Condition {
    std::string text;           // over `f`
    std::vector<Value> values;  // of text
    Source source;              // by this one alone, through an index
    std::string count;          // SQL that counts the rows of `source`, to a bound
  };
  std::vector<Condition> conditions_;
};

}  // namespace depone
