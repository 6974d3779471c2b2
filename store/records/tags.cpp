#include "store/records/tags.h"

#include <algorithm>
#include <set>

#include "crypto/error.h"
#include "crypto/formats/uuid.h"
#include "store/records/list.h"
#include "store/records/rows.h"

namespace depone {

namespace {

constexpr std::string_view kTags = "tags.";
constexpr std::string_view kLinks = "links.";

std::string revise(Vault& vault, std::string_view record, const FieldMap& fields, Time now) {
  return revise_record(vault, record, fields, "revised", Json::object(), now);
}

template <typename Visit>
void each_below(const FieldMap& fields, std::string_view prefix, const Visit& visit) {
  const std::string_view name = prefix.substr(0, prefix.size() - 1);
  for (auto at = fields.lower_bound(name); at != fields.end(); ++at) {
    if (at->first.starts_with(prefix)) {
      visit(at->first, at->second);
    } else if (at->first != name) {
      break;
    }
  }
}

std::set<std::string> tags_of(const FieldMap& fields) {
  std::set<std::string> tags;
  each_below(fields, kTags, [&](const std::string&, const Json& value) {
    if (value.is_string()) tags.insert(value.get<std::string>());
  });
  return tags;
}

std::string_view text_of(const Json& value) {
  return value.is_string() ? std::string_view(value.get_ref<const std::string&>()) : "";
}

}  // namespace

std::optional<std::string> add_tags(Vault& vault, std::string_view record,
                                    const std::vector<std::string>& words, Time now) {
  const RevisionContent content = get_record(vault, record).content;
  FieldMap fields = content.fields();
  std::set<std::string> tags = tags_of(fields);
  bool changed = false;
  for (const std::string& word : words) {
    if (!tags.insert(word).second) continue;
    fields.emplace(std::string(kTags) + std::to_string(next_index(content, fields, "tags")), word);
    changed = true;
  }
  if (!changed) return std::nullopt;
  return revise(vault, record, fields, now);
}

std::optional<std::string> remove_tags(Vault& vault, std::string_view record,
                                       const std::vector<std::string>& words, Time now) {
  FieldMap fields = get_record(vault, record).content.fields();
  const std::set<std::string> tags = tags_of(fields);
  const std::set<std::string> unwanted(words.begin(), words.end());
  for (const std::string& word : unwanted) {
    if (!tags.contains(word))
      throw Error(Code::not_found, "the record has no such tag; nothing was changed", word);
  }
  const std::size_t gone = std::erase_if(fields, [&](const auto& field) {
    return field.first.starts_with(kTags) && unwanted.contains(std::string(text_of(field.second)));
  });
  if (gone == 0) return std::nullopt;
  return revise(vault, record, fields, now);
}

std::vector<RecordLink> links_of(const FieldMap& fields) {
  std::vector<RecordLink> links;
  each_below(fields, kLinks, [&](const std::string& path, const Json& value) {
    const std::size_t dot = path.find('.', kLinks.size());
    const std::string element = path.substr(0, dot);
    if (links.empty() || links.back().path != element) links.push_back({element, "", "", ""});
    const std::string_view name =
        dot == std::string::npos ? "" : std::string_view(path).substr(dot);
    if (name.empty()) links.back().address = text_of(value);
    if (name == ".record") links.back().record = text_of(value);
    if (name == ".as") links.back().as = text_of(value);
  });
  return links;
}

std::optional<std::string> add_link(Vault& vault, std::string_view record, std::string_view other,
                                    std::string_view as, Time now) {
  if (record == other) {
    throw Error(Code::invalid, "a record can't be linked to itself; nothing was changed",
                std::string(record));
  }
  const RevisionContent content = get_record(vault, record).content;
  FieldMap fields = content.fields();
  for (const RecordLink& link : links_of(fields)) {
    if (link.record == other && link.as == as) return std::nullopt;
  }
  const std::string path =
      std::string(kLinks) + std::to_string(next_index(content, fields, "links"));
  fields.emplace(path + ".record", other);
  if (!as.empty()) fields.emplace(path + ".as", as);
  return revise(vault, record, fields, now);
}

std::optional<std::string> remove_link(Vault& vault, std::string_view record,
                                       std::string_view other, std::string_view as, Time now) {
  constexpr std::size_t kShortestPrefix = 4;
  if (other.size() < kShortestPrefix) {
    throw Error(Code::invalid, "a record is named by the first 4 or more characters of its id",
                std::string(other));
  }
  FieldMap fields = get_record(vault, record).content.fields();
  std::set<std::string> records;
  std::vector<std::string> paths;
  for (const RecordLink& link : links_of(fields)) {
    if (!link.record.starts_with(other) || (!as.empty() && link.as != as)) continue;
    records.insert(link.record);
    paths.push_back(link.path);
  }
  if (paths.empty())
    throw Error(Code::not_found, "the record has no such link; nothing was changed",
                std::string(other));
  if (records.size() > 1) {
    throw Error(Code::invalid, "links to more than one record begin with this: give more of the id",
                std::string(other));
  }
  for (const std::string& path : paths) {
    fields.erase(path + ".record");
    fields.erase(path + ".as");
  }
  return revise(vault, record, fields, now);
}

std::vector<RecordSummary> linked_from(Vault& vault, std::string_view record) {
  Statement& rows =
      vault.db()
          .cached("SELECT " + summary_columns() +
                  " FROM record_links l JOIN records r ON r.number = l.record WHERE l.other = ? "
                  "ORDER BY r.id")
          .with(record);
  std::vector<RecordSummary> found;
  while (rows.step()) found.push_back(summary_at(rows));
  rows.reset();
  return found;
}

std::vector<std::string> linked_records(const FieldMap& fields) {
  std::set<std::string> records;
  for (const RecordLink& link : links_of(fields)) {
    if (is_uuid(link.record)) records.insert(link.record);
  }
  return {records.begin(), records.end()};
}

void note_links(Vault& vault, std::int64_t record, const std::vector<std::string>& linked,
                bool is_new) {
  if (!is_new) vault.db().cached("DELETE FROM record_links WHERE record = ?").with(record).run();
  for (const std::string& other : linked) {
    vault.db()
        .cached("INSERT INTO record_links(record, other) VALUES (?, ?)")
        .with(record, other)
        .run();
  }
}

}  // namespace depone
