#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "crypto/formats/custody.h"
#include "crypto/formats/revision.h"
#include "store/records/rows.h"
#include "store/vault.h"

namespace depone {

// A record as it will be written: everything about it that takes time and no database.
struct NewRecord {
  RevisionContent content;
  std::string revision;  // content's id
  RecordRow row;
  CustodyEvent event;
  std::int64_t number = 0;  // in the vault, once it was begun
};

// Makes them. make() may be called on any thread, also after the vault is closed.
class RecordMaker {
 public:
  RecordMaker(Vault& vault, std::string_view kind, std::string_view action, Time now);
  // As create_record() is documented.
  NewRecord make(FieldMap fields, const Json& detail, std::string id = {}) const;

 private:
  std::string kind_;
  std::string action_;
  Time now_;
  minisign::PublicKey author_;
  std::string member_;
};

// Writing them, inside a Tx, the index being current (store/search/index.h, ensure_index): what
// gives a record its number, then all the rest of those begun. A table at a time, because its pages
// are in the processor's caches then.
void begin_record(Vault& vault, NewRecord& record);
void complete_records(Vault& vault, std::span<const NewRecord* const> records);

}  // namespace depone
