#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/fields.h"
#include "crypto/formats/roster.h"
#include "crypto/formats/time.h"
#include "store/vault.h"

namespace depone {

// What of a record a class may have (store/records/reading.h), as an export writes it.

struct ExportAttachment {
  std::size_t number = 0;  // as `show` counts them, from 1
  std::string element;     // attachments.0
  std::string name;
  std::string sha256;
  std::uint64_t size = 0;
};

struct ExportRecord {
  std::string id;
  std::string kind;
  std::string revision;
  FieldMap fields;  // without what the class may not have
  std::vector<ExportAttachment> attachments;
  std::vector<std::string> left_out;  // parts that stay here, with the reason
};

// nullopt where the class may have nothing of it; `reason` says why. A record with several newest
// revisions is refused: one of them may withdraw what another allows.
// `roster`: the newest held.
std::optional<ExportRecord> record_for(Vault& vault, const std::optional<Roster>& roster,
                                       std::string_view id, std::string_view member_class, Time now,
                                       std::string& reason);

}  // namespace depone
