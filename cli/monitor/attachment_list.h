#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/formats/fields.h"

namespace depone::cli {

// The attachments of a record in the order of their indexes; people count them from 1.
struct ListedAttachment {
  std::string index;  // of the path: "0"
  std::string name;
  std::string type;
  std::string sha256;
  std::uint64_t size = 0;
  Json fields = Json::object();  // all that the record says of it, nested
};
std::vector<ListedAttachment> attachments_of(const FieldMap& fields);

// The name without what could lead elsewhere or steer a terminal; never empty.
std::string safe_file_name(const std::string& name, std::size_t number);

}  // namespace depone::cli
