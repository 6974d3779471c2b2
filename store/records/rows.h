#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/revision.h"
#include "crypto/hash.h"
#include "store/records/records.h"
#include "store/search/index.h"
#include "store/vault.h"

namespace depone {

// Rows of records, for the files of this folder.

// Code::not_found.
std::int64_t record_number(Vault& vault, std::string_view record);

// The state of record `r`, as SQL. The triggers of store/migrations.cpp have a copy of it: what
// changes it needs a migration.
inline const std::string kStateOfRecord = R"(coalesce(
  (SELECT CASE WHEN max(o.state = 'sealed') THEN 'sealed'
               WHEN max(o.state = 'delivered') THEN 'delivered'
               WHEN max(o.state = 'refused') THEN 'refused' END
   FROM outgoing_revisions x JOIN outgoing o ON o.number = x.bundle WHERE x.revision = r.head),
  CASE WHEN EXISTS (SELECT 1 FROM incoming_revisions i WHERE i.revision = r.head) THEN 'received' ELSE 'local' END))";

// A revision with its parents and lines; what is there already stays.
void insert_revision(Vault& vault, std::int64_t record, const RevisionContent& content);
// The same for many of one record: `held` are the commitments of its lines (store/records/lines.h).
void insert_revision(Vault& vault, std::int64_t record, const RevisionContent& content,
                     std::set<Sha256>& held);

// Revisions that no other one of the vault follows, the one held longest first.
std::vector<std::string> heads_of(Vault& vault, std::int64_t record);

// The first revision of a new record, without its lines.
void insert_first_revision(Vault& vault, std::int64_t record, std::string_view id,
                           std::string_view json);

// What lists, filters and the search need of a record.
struct RecordRow {
  std::string id, kind, title, date, head, created, tag_column, author;
  std::vector<std::string> tags;  // folded
  bool complete = false;
  IndexedWords words;
  std::vector<std::string> linked;  // ids of records that it links to
};
// From its head; needs no vault.
RecordRow record_row(const RevisionContent& head, std::string_view revision,
                     const FieldMap& fields);
// Gives the record's number; tags, words and links are for complete_record_row(), before which the
// index has to be current (store/search/index.h, ensure_index).
std::int64_t insert_record_row(Vault& vault, const RecordRow& row);
void complete_record_row(Vault& vault, std::int64_t record, const RecordRow& row);
void insert_record_row(Vault& vault, const RevisionContent& head);
void update_record_row(Vault& vault, std::int64_t record, const RevisionContent& head,
                       std::size_t heads);
// The part of it that filters alone need: author and tags. For store/search/index.cpp, which makes
// them anew.
void write_filter_columns(Vault& vault, std::int64_t record, const Revision& head,
                          const FieldMap& fields);

}  // namespace depone
