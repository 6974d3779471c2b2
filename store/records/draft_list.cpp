#include <algorithm>
#include <set>

#include "crypto/error.h"
#include "store/enrolment.h"
#include "store/evidence/evidence.h"
#include "store/records/drafts.h"
#include "store/search/search.h"
#include "store/search/words.h"

namespace depone {

namespace {

constexpr std::size_t kShortestPrefix = 4;
constexpr std::size_t kIdLength = 36;

std::vector<std::string> ids_of(Statement& rows) {
  std::vector<std::string> ids;
  while (rows.step()) ids.push_back(rows.text(0));
  rows.reset();
  return ids;
}

std::string lower(std::string_view id) {
  std::string out(id);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

std::string text_at(const FieldMap& fields, std::string_view path) {
  const auto found = fields.find(path);
  return found != fields.end() && found->second.is_string() ? found->second.get<std::string>() : "";
}

// As the filter of records compares them.
bool has_tag(const FieldMap& fields, const std::string& tag) {
  const std::string wanted = folded(tag);
  return std::any_of(fields.begin(), fields.end(), [&](const auto& field) {
    return field.first.starts_with("tags.") && field.second.is_string() &&
           folded(field.second.template get_ref<const std::string&>()) == wanted;
  });
}

// Whether all these words are in the name of a place; never one of who the source is.
bool is_at(const FieldMap& fields, const std::string& place) {
  std::set<std::string> names;
  for (const auto& [path, value] : fields) {
    if (!value.is_string() || is_protected(path)) continue;
    if (path != "place.name" && !path.ends_with(".place")) continue;
    for (std::string& word : words_of(value.get_ref<const std::string&>()))
      names.insert(std::move(word));
  }
  const std::vector<std::string> wanted = words_of(place);
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const std::string& word) { return names.contains(word); });
}

// Drafts are this vault's own.
bool is_me(Vault& vault, const std::string& author) {
  constexpr std::size_t kShortestKey = 8;
  if (author == "me") return true;
  const auto member = enrolment(vault);
  if (member && member->member_id == author) return true;
  return author.size() >= kShortestKey && vault.identity().bundle_key().text().starts_with(author);
}

bool passes(Vault& vault, const RecordFilter& filter, const Draft& draft, const std::string& date) {
  if (filter.kind && *filter.kind != draft.kind) return false;
  if (filter.state && *filter.state != "draft") return false;
  if (filter.tag && !has_tag(draft.fields, *filter.tag)) return false;
  if (filter.place && !is_at(draft.fields, *filter.place)) return false;
  if (filter.author && !is_me(vault, *filter.author)) return false;
  // As record_conditions() has it: a date of less precision is compared as far as it goes.
  if (filter.from && (date.empty() || date < filter.from->substr(0, date.size()))) return false;
  return !filter.to || (!date.empty() && date.substr(0, filter.to->size()) <= *filter.to);
}

RecordSummary summary_of(const Draft& draft) {
  RecordSummary summary;
  summary.id = draft.id;
  summary.kind = draft.kind;
  summary.title = text_at(draft.fields, "title");
  summary.date = record_date(draft.kind, draft.fields);
  summary.state = "draft";
  summary.missing = missing_fields(draft.kind, draft.fields);
  summary.complete = summary.missing.empty();
  return summary;
}

}  // namespace

std::optional<std::string> find_draft(Vault& vault, std::string_view id_or_prefix) {
  const std::string prefix = lower(id_or_prefix);
  if (prefix.size() < kShortestPrefix || prefix.size() > kIdLength ||
      prefix.find_first_not_of("0123456789abcdef-") != std::string::npos) {
    return std::nullopt;
  }
  const auto found = ids_of(
      vault.db()
          .cached("SELECT id FROM drafts WHERE id >= ?1 AND id < ?1 || 'g' ORDER BY id LIMIT 2")
          .with(prefix));
  if (found.size() > 1) {
    throw Error(Code::invalid,
                "more than one unfinished interview begins with this: give more of "
                "the id",
                prefix);
  }
  if (found.empty()) return std::nullopt;
  return found.front();
}

Named find_record_or_draft(Vault& vault, std::string_view id_or_prefix) {
  Named named;
  const auto draft = find_draft(vault, id_or_prefix);
  if (!draft) {
    named.id = resolve_record(vault, id_or_prefix);
    named.record = true;
    return named;
  }
  named.id = *draft;
  named.draft = true;
  Statement& row =
      vault.db().cached("SELECT kind, base IS NOT NULL FROM drafts WHERE id = ?").with(*draft);
  if (row.step()) {
    named.draft_kind = row.text(0);
    named.draft_is_edit = row.integer(1) != 0;
  }
  row.reset();
  const std::string prefix = lower(id_or_prefix);
  for (const std::string& record :
       ids_of(vault.db()
                  .cached("SELECT id FROM records WHERE id >= ?1 AND id < ?1 || 'g' LIMIT 2")
                  .with(prefix))) {
    if (record != *draft) {
      throw Error(Code::invalid,
                  "a record and an unfinished interview begin with this: give more of the id",
                  prefix);
    }
    named.record = true;
  }
  return named;
}

std::string draft_to_resume(Vault& vault, std::string_view id_or_prefix) {
  if (!id_or_prefix.empty()) {
    if (auto found = find_draft(vault, id_or_prefix)) return *found;
    throw Error(Code::not_found,
                "there is no unfinished interview of this id; `depone list --state draft` shows "
                "them",
                std::string(id_or_prefix));
  }
  const auto ids = ids_of(vault.db().cached("SELECT id FROM drafts ORDER BY updated DESC LIMIT 2"));
  if (ids.empty()) throw Error(Code::not_found, "there is no unfinished interview");
  if (ids.size() > 1) {
    throw Error(Code::usage,
                "there is more than one unfinished interview: say which, by its id. `depone list "
                "--state draft` shows them");
  }
  return ids.front();
}

DraftList list_drafts(Vault& vault, const RecordFilter& filter, bool edits) {
  const auto ids =
      ids_of(vault.db()
                 .cached("SELECT id FROM drafts WHERE base IS NULL OR ? ORDER BY begun DESC, id")
                 .with(edits));
  DraftList list;
  for (const std::string& id : ids) {
    try {
      const Draft draft = get_draft(vault, id);
      RecordSummary summary = summary_of(draft);
      if (passes(vault, filter, draft, summary.date)) list.drafts.push_back(std::move(summary));
    } catch (const Error& error) {
      if (error.code() == Code::io) throw;
      list.damaged.push_back(id);
    }
  }
  return list;
}

DraftCounts count_drafts(Vault& vault) {
  Statement& row = vault.db().cached("SELECT count(*), count(base) FROM drafts");
  row.step();
  DraftCounts counts;
  counts.edited = static_cast<std::uint64_t>(row.integer(1));
  counts.made = static_cast<std::uint64_t>(row.integer(0)) - counts.edited;
  row.reset();
  return counts;
}

}  // namespace depone
