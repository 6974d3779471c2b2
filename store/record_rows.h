#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/formats/revision.h"
#include "store/records.h"
#include "store/vault.h"

namespace depone {

// Rows of a record, shared by records.cpp, receive.cpp and list.cpp.

// Code::not_found.
std::int64_t record_number(Vault& vault, std::string_view record);

// The state of record `r`, as SQL.
extern const std::string kStateOfRecord;

// A revision with its parents and lines; what is there already stays.
void insert_revision(Vault& vault, std::int64_t record, const RevisionContent& content);

// Revisions that no other one of the vault follows, the one held longest first.
std::vector<std::string> heads_of(Vault& vault, std::int64_t record);

// What lists, filters and the search need of a record: from this head.
void insert_record_row(Vault& vault, const RevisionContent& head);
void update_record_row(Vault& vault, std::int64_t record, const RevisionContent& head,
                       std::size_t heads);

}  // namespace depone
