#pragma once

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

// Inside a Tx, the index being current (store/search/index.h, ensure_index).
void write_record(Vault& vault, const NewRecord& record);

}  // namespace depone
