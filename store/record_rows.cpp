#include "store/record_rows.h"

#include <algorithm>

#include "crypto/error.h"
#include "store/evidence.h"
#include "store/search.h"

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

bool is_complete(std::string_view kind, const FieldMap& fields) {
  return is_kind(kind) && missing_fields(kind, fields).empty();
}

}  // namespace

const std::string kStateOfRecord = R"(coalesce(
  (SELECT CASE WHEN max(o.state = 'sealed') THEN 'sealed'
               WHEN max(o.state = 'delivered') THEN 'delivered'
               WHEN max(o.state = 'refused') THEN 'refused' END
   FROM outgoing_revisions x JOIN outgoing o ON o.number = x.bundle WHERE x.revision = r.head),
  CASE WHEN EXISTS (SELECT 1 FROM incoming_revisions i WHERE i.revision = r.head) THEN 'received' ELSE 'local' END))";

std::int64_t record_number(Vault& vault, std::string_view record) {
  Statement& row = vault.db().cached("SELECT number FROM records WHERE id = ?").with(record);
  if (!row.step())
    throw Error(Code::not_found, "there is no such record in this vault", std::string(record));
  const std::int64_t number = row.integer(0);
  row.reset();
  return number;
}

void insert_revision(Vault& vault, std::int64_t record, const RevisionContent& content) {
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
  Statement& insert =
      db.cached("INSERT OR IGNORE INTO lines(record, commitment, text) VALUES (?, ?, ?)");
  for (const Line& line : content.lines)
    insert.with(record, ByteView(line.commitment()), line.text).run();
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

void insert_record_row(Vault& vault, const RevisionContent& head) {
  const FieldMap fields = head.fields();
  const std::string& kind = head.revision.kind;
  const std::string created = text_at(fields, "created");
  vault.db()
      .cached(
          "INSERT INTO records(id, kind, title, date, head, heads, created, updated, complete, "
          "tags) "
          "VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?)")
      .with(head.revision.record, kind, text_at(fields, "title"), record_date(kind, fields),
            head.id(), created, created, is_complete(kind, fields), tag_column(fields))
      .run();
  index_record(vault, head.revision.record, kind, fields);
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
  index_record(vault, head.revision.record, kind, fields);
}

}  // namespace depone
