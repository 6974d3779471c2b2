#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/time.h"
#include "store/records/records.h"
#include "store/vault.h"

namespace depone {

// Tags of a record, and links from it to other records: fields like others, so each change is a
// revision (custody `revised`). All functions that change something run inside a Tx; nullopt:
// nothing was to change, and no revision was made.

std::optional<std::string> add_tags(Vault& vault, std::string_view record,
                                    const std::vector<std::string>& words, Time now);
// Code::not_found where the record lacks one of them.
std::optional<std::string> remove_tags(Vault& vault, std::string_view record,
                                       const std::vector<std::string>& words, Time now);

// `links.N` is an address; `links.N.record` another record's id with `links.N.as`, how it stands to
// this one.
struct RecordLink {
  std::string path;     // "links.3"
  std::string record;   // "" where it is an address
  std::string as;       // "" where not said
  std::string address;  // "" where it is a record
};
std::vector<RecordLink> links_of(const FieldMap& fields);

// A second link to the same record with the same word changes nothing. Code::invalid for a link to
// itself.
std::optional<std::string> add_link(Vault& vault, std::string_view record, std::string_view other,
                                    std::string_view as, Time now);
// Removes the links to `other` (an id or its beginning: the other record need not be here any
// more), of any word or, where given, of this one. Code::not_found.
std::optional<std::string> remove_link(Vault& vault, std::string_view record,
                                       std::string_view other, std::string_view as, Time now);

// Records of this vault whose first newest revision links to this one, by id.
std::vector<RecordSummary> linked_from(Vault& vault, std::string_view record);

// The ids of other records among links_of(), each once.
std::vector<std::string> linked_records(const FieldMap& fields);
// Keeps the table behind linked_from(): record_rows.cpp calls it for every record that is written.
void note_links(Vault& vault, std::int64_t record, const std::vector<std::string>& linked,
                bool is_new);

}  // namespace depone
