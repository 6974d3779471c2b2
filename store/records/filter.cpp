#include "store/records/filter.h"

#include <algorithm>
#include <set>

#include "crypto/error.h"
#include "crypto/formats/roster.h"
#include "store/search/words.h"

namespace depone {

namespace {

// Fewer rows than this are read and sorted at once.
constexpr std::int64_t kRare = 2'000;
constexpr std::size_t kShortestKey = 8;

void bind_values(Statement& statement, int& position,
                 const std::vector<std::variant<std::int64_t, std::string>>& values) {
  for (const auto& value : values) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      statement.bind(position++, *number);
    } else {
      statement.bind(position++, std::string_view(std::get<std::string>(value)));
    }
  }
}

// The bundle keys that members of this id or name have on any roster held here.
std::set<std::string> keys_on_rosters(Vault& vault, std::string_view who) {
  std::set<std::string> keys;
  const std::string name = folded(who);
  Statement& rows = vault.db().cached("SELECT lines FROM rosters ORDER BY version DESC");
  while (rows.step()) {
    const std::string lines = rows.text(0);
    for (const std::string_view line : lines_of(lines).value_or(std::vector<std::string_view>{})) {
      const MemberLine member = MemberLine::parse(ProvenLine::parse(line).line);
      const bool is_meant = member.id == who || (!name.empty() && folded(member.name) == name);
      if (is_meant && member.bundle_key) keys.insert(member.bundle_key->text());
    }
  }
  rows.reset();
  return keys;
}

// Numbers of the table authors, as a list for IN (…).
std::string authors(Vault& vault, const std::string& who) {
  std::set<std::string> keys = keys_on_rosters(vault, who);
  if (who == "me") keys.insert(vault.identity().bundle_key().text());
  std::string list;
  bool known = !keys.empty();
  Statement& rows = vault.db().cached("SELECT number, key FROM authors");
  while (rows.step()) {
    const std::string key = rows.text(1);
    const bool by_key = who.size() >= kShortestKey && key.starts_with(who);
    if (!by_key && !keys.contains(key)) continue;
    known = true;
    list += (list.empty() ? "" : ", ") + std::to_string(rows.integer(0));
  }
  rows.reset();
  if (!known) {
    throw Error(Code::not_found,
                "no member of this id, name or key is known here: give the id that the roster has, "
                "the key that `show` prints, or \"me\"",
                who);
  }
  return list;
}

// Behind every date of which `date` is the beginning.
std::string behind(const std::string& date) { return date + "~"; }

}  // namespace

FilterSql::FilterSql(Vault& vault, const RecordFilter& filter) {
  const auto add_column = [&](const char* column, const std::optional<std::string>& value) {
    if (!value) return;
    const std::string index = std::string("record_filters_by_") + column;
    const std::string is = std::string("f.") + column + " = ?";
    conditions_.push_back({is,
                           {*value},
                           {"FROM record_filters f INDEXED BY " + index + " WHERE " + is, {*value}},
                           "SELECT 1 FROM record_filters f INDEXED BY " + index + " WHERE " + is});
  };
  add_column("kind", filter.kind);
  add_column("state", filter.state);
  if (filter.tag) {
    const std::string tag = folded(*filter.tag);
    conditions_.push_back(
        {"EXISTS (SELECT 1 FROM record_tags t WHERE t.tag = ? AND t.record = f.number)",
         {tag},
         {"FROM record_filters f WHERE f.number IN (SELECT record FROM record_tags WHERE tag = ?)",
          {tag}},
         "SELECT 1 FROM record_tags WHERE tag = ?"});
  }
  if (filter.from || filter.to) {
    // A date of less precision than a bound is compared as far as it goes. By index: the dates
    // between the bounds, and the year and the month that the first bound is of.
    const std::string from = filter.from.value_or("0");
    const std::string to = filter.to ? behind(*filter.to) : "~";
    const std::string range =
        "SELECT number FROM record_filters WHERE date >= ? AND date < ? UNION ALL "
        "SELECT number FROM record_filters WHERE date IN (?, ?)";
    const std::vector<Value> bounds{from, to, from.size() > 4 ? from.substr(0, 4) : "-",
                                    from.size() > 7 ? from.substr(0, 7) : "-"};
    Condition condition;
    condition.source = {"FROM record_filters f WHERE f.number IN (" + range + ")", bounds};
    condition.count = range;
    condition.text = "f.date <> ''";
    if (filter.from) {
      condition.text += " AND f.date >= substr(?, 1, length(f.date))";
      condition.values.emplace_back(*filter.from);
    }
    if (filter.to) {
      condition.text += " AND f.date < ?";
      condition.values.emplace_back(to);
    }
    conditions_.push_back(std::move(condition));
  }
  if (filter.author) {
    const std::string is = "f.author IN (" + authors(vault, *filter.author) + ")";
    const std::string rows = " FROM record_filters f INDEXED BY record_filters_by_author WHERE ";
    conditions_.push_back({is, {}, {rows.substr(1) + is, {}}, "SELECT 1" + rows + is});
  }
}

std::string FilterSql::text() const {
  std::string out;
  for (const Condition& condition : conditions_) out += " AND (" + condition.text + ")";
  return out;
}

int FilterSql::bind_to(Statement& statement, int position) const {
  for (const Condition& condition : conditions_) bind_values(statement, position, condition.values);
  return position;
}

FilterSql::Source FilterSql::source(Vault& vault) const {
  std::int64_t fewest = kRare;
  const Condition* rarest = nullptr;
  for (const Condition& condition : conditions_) {
    Statement& count = vault.db().cached("SELECT count(*) FROM (" + condition.count + " LIMIT " +
                                         std::to_string(kRare) + ")");
    int position = 1;
    bind_values(count, position, condition.source.values);
    count.step();
    const std::int64_t found = count.integer(0);
    count.reset();
    if (found >= fewest) continue;
    fewest = found;
    rarest = &condition;
  }
  if (rarest == nullptr) return {"FROM record_filters f NOT INDEXED WHERE 1", {}};
  Source source = rarest->source;
  source.rare = true;
  return source;
}

}  // namespace depone
