#include "store/records/new_record.h"

#include "crypto/error.h"
#include "crypto/formats/uuid.h"
#include "store/evidence/evidence.h"
#include "store/records/custody.h"
#include "store/records/lines.h"
#include "store/search/index.h"

namespace depone {

RecordMaker::RecordMaker(Vault& vault, std::string_view kind, std::string_view action, Time now)
    : kind_(kind),
      action_(action),
      now_(now),
      author_(vault.identity().bundle_key()),
      member_(custody_member(vault)) {}

NewRecord RecordMaker::make(FieldMap fields, const Json& detail, std::string id) const {
  if (fields.contains("created")) {
    throw Error(Code::invalid, "created is set by the program; nothing was saved", "created");
  }
  fields.emplace("created", now_.text());
  check_fields(kind_, fields);
  NewRecord record;
  record.content = make_revision(id.empty() ? random_uuid() : id, kind_, fields, author_, {});
  record.revision = record.content.id();
  record.row = record_row(record.content, record.revision, fields);
  record.event =
      CustodyEvent::make(hex(random_array<16>()), now_, member_, action_, record.revision, detail);
  return record;
}

void begin_record(Vault& vault, NewRecord& record) {
  record.number = insert_record_row(vault, record.row);
}

void complete_records(Vault& vault, std::span<const NewRecord* const> records) {
  for (const NewRecord* record : records) complete_record_row(vault, record->number, record->row);
  for (const NewRecord* record : records)
    insert_first_revision(vault, record->number, record->revision, record->content.json);
  for (const NewRecord* record : records)
    insert_first_lines(vault, record->number, record->content.lines);
  for (const NewRecord* record : records) start_custody(vault, record->number, record->event);
}

}  // namespace depone
