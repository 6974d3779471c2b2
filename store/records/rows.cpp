#include "store/records/rows.h"

#include <algorithm>

#include "crypto/error.h"
#include "store/evidence/evidence.h"
#include "store/records/lines.h"
#include "store/records/tags.h"
#include "store/search/index.h"
#include "store/search/words.h"

namespace depone {

namespace {

std::string text_at(const FieldMap& fields, std::string_view path) {
  const auto found = fields.find(path);
  return found != fields.end() && found->second.is_string() ? found->second.get<std::string>() : "";
}

// Each tag between two LF, so that a filter finds whole ones: tags with an LF are never found,
// which nobody misses.
std::string tag_column(const FieldMap& fields) {
  std::string tags;
  for (auto at = fields.lower_bound("tags"); at != fields.end() && at->first.starts_with("tags");
       ++at) {
    if (at->second.is_string())
      tags += (tags.empty() ? "\n" : "") + at->second.get<std::string>() + "\n";
  }
  return tags;
}

std::int64_t author_number(Vault& vault, const std::string& key) {
  Database& db = vault.db();
  Statement& row = db.cached("SELECT number FROM authors WHERE key = ?").with(key);
  if (row.step()) {
    const std::int64_t number = row.integer(0);
    row.reset();
    return number;
  }
  row.reset();
  db.cached("INSERT INTO authors(key) VALUES (?)").with(key).run();
  return db.last_rowid();
}

std::vector<std::string> folded_tags(const FieldMap& fields) {
  std::vector<std::string> tags;
  for (auto at = fields.lower_bound("tags"); at != fields.end() && at->first.starts_with("tags");
       ++at) {
    if (at->second.is_string()) tags.push_back(folded(at->second.get_ref<const std::string&>()));
  }
  return tags;
}

void insert_tags(Vault& vault, std::int64_t record, const std::vector<std::string>& tags) {
  for (const std::string& tag : tags) {
    vault.db()
        .cached("INSERT OR IGNORE INTO record_tags(tag, record) VALUES (?, ?)")
        .with(tag, record)
        .run();
  }
}

bool is_complete(std::string_view kind, const FieldMap& fields) {
  return is_kind(kind) && missing_fields(kind, fields).empty();
}

}  // namespace

std::int64_t record_number(Vault& vault, std::string_view record) {
  Statement& row = vault.db().cached("SELECT number FROM records WHERE id = ?").with(record);
  if (!row.step())
    throw Error(Code::not_found, "there is no such record in this vault", std::string(record));
  const std::int64_t number = row.integer(0);
  row.reset();
  return number;
}

void insert_revision(Vault& vault, std::int64_t record, const RevisionContent& content) {
  std::set<Sha256> held;
  if (!content.lines.empty()) held = held_commitments(vault, record);
  insert_revision(vault, record, content, held);
}

void insert_revision(Vault& vault, std::int64_t record, const RevisionContent& content,
                     std::set<Sha256>& held) {
  Database& db = vault.db();
  Statement& known = db.cached("SELECT number FROM revisions WHERE id = ?").with(content.id());
  const bool is_new = !known.step();
  known.reset();
  if (is_new) {
    db.cached("INSERT INTO revisions(id, record, json) VALUES (?, ?, ?)")
        .with(content.id(), record, content.json)
        .run();
    const std::int64_t number = db.last_rowid();
    for (const std::string& parent : content.revision.parents) {
      db.cached("INSERT INTO revision_parents(revision, parent) VALUES (?, ?)")
          .with(number, parent)
          .run();
    }
  }
  insert_lines(vault, record, content.lines, held);
}

std::vector<std::string> heads_of(Vault& vault, std::int64_t record) {
  Statement& rows =
      vault.db()
          .cached(
              "SELECT v.id FROM revisions v WHERE v.record = ? AND NOT EXISTS (SELECT 1 "
              "FROM revision_parents p JOIN revisions c ON c.number = p.revision "
              "WHERE p.parent = v.id AND c.record = v.record) ORDER BY v.number")
          .with(record);
  std::vector<std::string> heads;
  while (rows.step()) heads.push_back(rows.text(0));
  rows.reset();
  return heads;
}

void insert_first_revision(Vault& vault, std::int64_t record, std::string_view id,
                           std::string_view json) {
  vault.db()
      .cached("INSERT INTO revisions(id, record, json) VALUES (?, ?, ?)")
      .with(id, record, json)
      .run();
}

RecordRow record_row(const RevisionContent& head, std::string_view revision,
                     const FieldMap& fields) {
  const std::string& kind = head.revision.kind;
  return {head.revision.record,        kind,
          text_at(fields, "title"),    record_date(kind, fields),
          std::string(revision),       text_at(fields, "created"),
          tag_column(fields),          head.revision.author,
          folded_tags(fields),         is_complete(kind, fields),
          indexed_words(kind, fields), linked_records(fields)};
}

std::int64_t insert_record_row(Vault& vault, const RecordRow& row) {
  Database& db = vault.db();
  const std::int64_t author = author_number(vault, row.author);
  db.cached(
        "INSERT INTO records(id, kind, title, date, head, heads, created, updated, complete, "
        "tags, author) "
        "VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)")
      .with(row.id, row.kind, row.title, row.date, row.head, row.created, row.created, row.complete,
            row.tag_column, author)
      .run();
  const std::int64_t number = db.last_rowid();
  db.cached(
        "INSERT INTO record_filters(number, kind, state, date, author) VALUES (?, ?, 'local', ?, "
        "?)")
      .with(number, row.kind, row.date, author)
      .run();
  return number;
}

void complete_record_row(Vault& vault, std::int64_t record, const RecordRow& row) {
  insert_tags(vault, record, row.tags);
  index_words_of(vault, record, row.words, true);
  note_links(vault, record, row.linked, true);
}

void insert_record_row(Vault& vault, const RevisionContent& head) {
  ensure_index(vault);
  const RecordRow row = record_row(head, head.id(), head.fields());
  const std::int64_t number = insert_record_row(vault, row);
  complete_record_row(vault, number, row);
  vault.db()
      .cached("UPDATE record_filters SET state = (SELECT " + kStateOfRecord +
              " FROM records r WHERE r.number = ?1) WHERE number = ?1")
      .with(number)
      .run();
}

void update_record_row(Vault& vault, std::int64_t record, const RevisionContent& head,
                       std::size_t heads) {
  const FieldMap fields = head.fields();
  const std::string& kind = head.revision.kind;
  vault.db()
      .cached(
          "UPDATE records SET title = ?, date = ?, head = ?, heads = ?, created = ?, complete = ?, "
          "tags = ? "
          "WHERE number = ?")
      .with(text_at(fields, "title"), record_date(kind, fields), head.id(),
            static_cast<std::uint64_t>(heads), text_at(fields, "created"),
            is_complete(kind, fields), tag_column(fields), record)
      .run();
  write_filter_columns(vault, record, head.revision, fields);
  note_links(vault, record, linked_records(fields), false);
  ensure_index(vault);
  index_words_of(vault, record, indexed_words(kind, fields), false);
}

void write_filter_columns(Vault& vault, std::int64_t record, const Revision& head,
                          const FieldMap& fields) {
  Database& db = vault.db();
  db.cached("UPDATE records SET author = ? WHERE number = ?")
      .with(author_number(vault, head.author), record)
      .run();
  db.cached("DELETE FROM record_tags WHERE record = ?").with(record).run();
  insert_tags(vault, record, folded_tags(fields));
}

}  // namespace depone
