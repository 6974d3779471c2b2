#include "store/records/drafts.h"

#include "crypto/error.h"
#include "crypto/formats/uuid.h"
#include "store/records/rebase.h"
#include "store/records/rows.h"

namespace depone {

namespace {

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
  // Read to the end first: what is damaged is not to leave the database being read.
  std::vector<std::pair<std::string, std::optional<std::string>>> changes;
  Statement& rows =
      vault.db().cached("SELECT path, value FROM draft_fields WHERE draft = ?").with(draft.id);
  while (rows.step()) {
    changes.emplace_back(rows.text(0),
                         rows.is_null(1) ? std::nullopt : std::optional(rows.text(1)));
  }
  rows.reset();
  for (const auto& [path, text] : changes) {
    draft.fields.erase(path);
    if (!text) continue;
    Json value;
    try {
      value = parse_json(*text, "draft");
    } catch (const Error&) {
      damaged(draft.id);
    }
    if (!is_field(path, value)) damaged(draft.id);
    draft.fields.emplace(path, std::move(value));
  }
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
  if (edit) {
    if (!has_revision(vault, base)) damaged(id);
    draft.base = get_revision(vault, base);
  }
  draft.fields = draft.base.fields();
  read_changes(vault, draft);
  return draft;
}

bool is_current(Vault& vault, const Draft& draft) {
  if (!draft.is_edit()) return true;
  return heads_of(vault, record_number(vault, draft.id)) ==
         std::vector<std::string>{draft.base.id()};
}

Rebase rebase_draft(Vault& vault, Draft& draft, Time now) {
  Rebase rebase{get_revision(vault, only_head(vault, draft.id)), {}};
  Rebased rebased = rebase_fields(draft.base.fields(), draft.fields, rebase.newest);
  rebase.both = std::move(rebased.both);
  if (!rebase.both.empty()) return rebase;
  Draft next = draft;
  next.base = rebase.newest;
  next.updated = now;
  const FieldMap theirs = next.base.fields();
  Within tx(vault.db());
  write_row(vault, next);
  vault.db().cached("DELETE FROM draft_fields WHERE draft = ?").with(draft.id).run();
  each_difference(theirs, rebased.fields, [&](const std::string& path, const Json* value) {
    write_field(vault, next, theirs, path, value);
  });
  tx.commit();
  next.fields = std::move(rebased.fields);
  draft = std::move(next);
  return rebase;
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

std::string finish_beside(Vault& vault, const Draft& draft, Time now) {
  Within tx(vault.db());
  const std::string revision = revise_revision(vault, draft.base, draft.fields, now);
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
