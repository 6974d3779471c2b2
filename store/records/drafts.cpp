#include "store/records/drafts.h"

#include <algorithm>
#include <set>

#include "crypto/error.h"
#include "crypto/formats/uuid.h"
#include "store/enrolment.h"
#include "store/evidence/evidence.h"
#include "store/records/rows.h"
#include "store/search/search.h"

namespace depone {

namespace {

constexpr std::size_t kShortestPrefix = 4;
constexpr std::size_t kIdLength = 36;

// A part of a transaction that the caller may have begun.
class Within {
 public:
  explicit Within(Database& db) {
    if (!db.in_transaction()) tx_.emplace(db);
  }
  void commit() {
    if (tx_) tx_->commit();
  }

 private:
  std::optional<Tx> tx_;
};

[[noreturn]] void damaged(std::string_view id) {
  throw Error(Code::damaged, "what was kept of an unfinished interview can't be read",
              std::string(id));
}

Time time_at(const Statement& row, int column, std::string_view id) {
  const auto time = Time::parse(row.text(column));
  if (!time) damaged(id);
  return *time;
}

void read_changes(Vault& vault, Draft& draft) {
  Statement& rows =
      vault.db().cached("SELECT path, value FROM draft_fields WHERE draft = ?").with(draft.id);
  while (rows.step()) {
    const std::string path = rows.text(0);
    draft.fields.erase(path);
    if (rows.is_null(1)) continue;
    Json value;
    try {
      value = parse_json(rows.text(1), "draft");
    } catch (const Error&) {
      damaged(draft.id);
    }
    if (!is_field(path, value)) damaged(draft.id);
    draft.fields.emplace(path, std::move(value));
  }
  rows.reset();
}

void write_row(Vault& vault, const Draft& draft) {
  std::optional<std::string> base;
  if (draft.is_edit()) base = draft.base.id();
  vault.db()
      .cached(
          "INSERT INTO drafts(id, kind, base, begun, updated, place) VALUES (?, ?, ?, ?, ?, ?) "
          "ON CONFLICT(id) DO UPDATE SET base = excluded.base, updated = excluded.updated, "
          "place = excluded.place")
      .with(draft.id, draft.kind, base, draft.begun.text(), draft.updated.text(), draft.place)
      .run();
}

// One field of the draft: its value now, null where it is gone; nothing where it is as in the base.
void write_field(Vault& vault, const Draft& draft, const FieldMap& base, const std::string& path,
                 const Json* value) {
  const auto before = base.find(path);
  const bool as_base =
      value == nullptr ? before == base.end() : before != base.end() && before->second == *value;
  if (as_base) {
    vault.db()
        .cached("DELETE FROM draft_fields WHERE draft = ? AND path = ?")
        .with(draft.id, path)
        .run();
    return;
  }
  std::optional<std::string> text;
  if (value != nullptr) text = dump_json(*value);
  vault.db()
      .cached(
          "INSERT INTO draft_fields(draft, path, value) VALUES (?, ?, ?) "
          "ON CONFLICT(draft, path) DO UPDATE SET value = excluded.value")
      .with(draft.id, path, text)
      .run();
}

template <typename Take>
void each_difference(const FieldMap& before, const FieldMap& after, const Take& take) {
  for (const auto& [path, value] : before) {
    if (!after.contains(path)) take(path, nullptr);
  }
  for (const auto& [path, value] : after) {
    const auto was = before.find(path);
    if (was == before.end() || was->second != value) take(path, &value);
  }
}

void remove_rows(Vault& vault, std::string_view id) {
  vault.db().cached("DELETE FROM draft_fields WHERE draft = ?").with(id).run();
  vault.db().cached("DELETE FROM drafts WHERE id = ?").with(id).run();
}

std::vector<std::string> ids_of(Statement& rows) {
  std::vector<std::string> ids;
  while (rows.step()) ids.push_back(rows.text(0));
  rows.reset();
  return ids;
}

std::string text_at(const FieldMap& fields, std::string_view path) {
  const auto found = fields.find(path);
  return found != fields.end() && found->second.is_string() ? found->second.get<std::string>() : "";
}

bool has_tag(const FieldMap& fields, const std::string& tag) {
  return std::any_of(fields.begin(), fields.end(), [&](const auto& field) {
    return field.first.starts_with("tags.") && field.second == tag;
  });
}

// Whether all these words are in the name of a place.
bool is_at(const FieldMap& fields, const std::string& place) {
  std::set<std::string> names;
  for (const auto& [path, value] : fields) {
    if (!value.is_string() || (path != "place.name" && !path.ends_with(".place"))) continue;
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

std::string only_head(Vault& vault, std::string_view record) {
  const std::vector<std::string> heads = heads_of(vault, record_number(vault, record));
  if (heads.size() != 1) {
    throw Error(Code::refused,
                "this record has more than one newest revision, which must be resolved first; "
                "nothing was changed",
                std::string(record));
  }
  return heads.front();
}

}  // namespace

Draft begin_draft(std::string_view kind, Time now) {
  Draft draft;
  draft.id = random_uuid();
  draft.kind = kind;
  draft.begun = draft.updated = now;
  return draft;
}

Draft begin_edit(Vault& vault, std::string_view record, Time now) {
  if (const auto begun = find_draft(vault, record)) return get_draft(vault, *begun);
  Draft draft;
  draft.id = record;
  draft.base = get_revision(vault, only_head(vault, record));
  draft.kind = draft.base.revision.kind;
  draft.fields = draft.base.fields();
  draft.begun = draft.updated = now;
  return draft;
}

void save_draft(Vault& vault, Draft& draft, const FieldMap& fields, std::string_view place,
                Time now) {
  Draft next = draft;
  next.place = place;
  next.updated = now;
  Within tx(vault.db());
  write_row(vault, next);
  const FieldMap base = draft.base.fields();
  each_difference(draft.fields, fields, [&](const std::string& path, const Json* value) {
    write_field(vault, draft, base, path, value);
  });
  tx.commit();
  draft.place = next.place;
  draft.updated = now;
  draft.fields = fields;
}

Draft get_draft(Vault& vault, std::string_view id) {
  Statement& row = vault.db()
                       .cached("SELECT kind, base, begun, updated, place FROM drafts WHERE id = ?")
                       .with(id);
  if (!row.step()) {
    row.reset();
    throw Error(Code::not_found, "there is no unfinished interview of this id", std::string(id));
  }
  Draft draft;
  draft.id = id;
  draft.kind = row.text(0);
  const bool edit = !row.is_null(1);
  const std::string base = edit ? row.text(1) : "";
  draft.begun = time_at(row, 2, id);
  draft.updated = time_at(row, 3, id);
  draft.place = row.text(4);
  row.reset();
  if (edit) draft.base = get_revision(vault, base);
  draft.fields = draft.base.fields();
  read_changes(vault, draft);
  return draft;
}

std::optional<std::string> find_draft(Vault& vault, std::string_view id_or_prefix) {
  std::string prefix(id_or_prefix);
  std::transform(prefix.begin(), prefix.end(), prefix.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
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

std::vector<RecordSummary> list_drafts(Vault& vault, const RecordFilter& filter, bool edits) {
  const auto ids =
      ids_of(vault.db()
                 .cached("SELECT id FROM drafts WHERE base IS NULL OR ? ORDER BY begun DESC, id")
                 .with(edits));
  std::vector<RecordSummary> list;
  for (const std::string& id : ids) {
    const Draft draft = get_draft(vault, id);
    RecordSummary summary;
    summary.id = draft.id;
    summary.kind = draft.kind;
    summary.title = text_at(draft.fields, "title");
    summary.date = record_date(draft.kind, draft.fields);
    summary.state = "draft";
    summary.missing = missing_fields(draft.kind, draft.fields);
    summary.complete = summary.missing.empty();
    if (passes(vault, filter, draft, summary.date)) list.push_back(std::move(summary));
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

bool is_current(Vault& vault, const Draft& draft) {
  if (!draft.is_edit()) return true;
  return heads_of(vault, record_number(vault, draft.id)) ==
         std::vector<std::string>{draft.base.id()};
}

std::vector<std::string> rebase_draft(Vault& vault, Draft& draft, Time now) {
  const RevisionContent newest = get_revision(vault, only_head(vault, draft.id));
  const FieldMap before = draft.base.fields();
  const FieldMap theirs = newest.fields();
  FieldMap fields = theirs;
  std::vector<std::string> both;
  const auto value_in = [](const FieldMap& map, const std::string& path) {
    const auto found = map.find(path);
    return found == map.end() ? Json() : found->second;
  };
  each_difference(before, draft.fields, [&](const std::string& path, const Json* value) {
    const Json now_there = value_in(theirs, path);
    if (now_there != value_in(before, path) && now_there != (value ? *value : Json()))
      both.push_back(path);
    fields.erase(path);
    if (value != nullptr) fields.emplace(path, *value);
  });
  Draft next = draft;
  next.base = newest;
  next.updated = now;
  Within tx(vault.db());
  write_row(vault, next);
  vault.db().cached("DELETE FROM draft_fields WHERE draft = ?").with(draft.id).run();
  each_difference(theirs, fields, [&](const std::string& path, const Json* value) {
    write_field(vault, next, theirs, path, value);
  });
  tx.commit();
  next.fields = std::move(fields);
  draft = std::move(next);
  return both;
}

std::string finish_draft(Vault& vault, const Draft& draft, Time now) {
  Within tx(vault.db());
  std::string revision;
  if (draft.is_edit()) {
    if (!is_current(vault, draft)) {
      throw Error(Code::refused,
                  "this record was changed since the edit began; nothing was saved, and the edit "
                  "is kept",
                  draft.id);
    }
    revision = revise_record(vault, draft.id, draft.fields, "revised", Json::object(), now);
  } else {
    create_record(vault, draft.kind, draft.fields, "collected", {{"begun", draft.begun.text()}},
                  now, draft.id);
    revision = heads_of(vault, record_number(vault, draft.id)).front();
  }
  remove_rows(vault, draft.id);
  tx.commit();
  return revision;
}

void discard_draft(Vault& vault, std::string_view id) {
  Within tx(vault.db());
  remove_rows(vault, id);
  if (vault.db().changes() == 0) {
    throw Error(Code::not_found, "there is no unfinished interview of this id", std::string(id));
  }
  tx.commit();
}

}  // namespace depone
