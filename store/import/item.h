#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/formats/fields.h"

namespace depone {

// What an import reads, one record at a time, whatever the file was.

// A file that belongs to an attachment of the record, by the name that the import gives it.
struct ImportedMedia {
  std::string element;      // "attachments.0"
  std::string file;         // as the answer, or the exported line, has it
  std::string sha256 = {};  // what its content must have; "" where that is not said
};

struct ImportItem {
  std::uint64_t line = 0;       // where it stands in the file, from 1; 0 where it has no line
  std::string submission = {};  // the form's own id for it, where it has one
  FieldMap fields = {};         // without `created`; attachments lack size and sha256
  std::vector<ImportedMedia> media = {};
  std::vector<std::string> warnings = {};  // never content
};

// Something to tell about one item: an error (it was not taken in) or a warning.
struct ImportIssue {
  std::uint64_t line = 0;
  std::string submission = {};
  std::string message;  // never the content
};

// Adds one. Code::invalid where there are 10,000 already: the file is then not what it was taken
// for, and what is wrong with it is not to fill the memory.
void add_error(std::vector<ImportIssue>& errors, ImportIssue error);

}  // namespace depone
