#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/json.h"
#include "store/export/view.h"

namespace depone {

// One attachment as it leaves: a copy beside the record, or the reason why there is none.
struct ExportedCopy {
  std::size_t number = 0;  // as `show` counts them
  std::string element;     // attachments.0
  std::string file;        // from the directory of the export: "<record>/1.jpg"; "" where none left
  std::string name;        // as collected
  std::string original;    // SHA-256 of the content in the vault
  std::string sha256;      // … and of the copy
  std::uint64_t size = 0;
  bool cleaned = false;
  std::string done;  // what was done to it; where it did not leave, why
};

// The record's fields with what the copies are: size, SHA-256, status and transformation of those
// that were changed.
FieldMap fields_with_copies(const ExportRecord& record, const std::vector<ExportedCopy>& copies);

// One line of JSON lines, without LF (docs/format.md, "Export").
std::string export_line(const ExportRecord& record, const std::vector<ExportedCopy>& copies,
                        std::string_view member_class);

}  // namespace depone
