#pragma once

#include <string>

#include "cli/progress.h"
#include "store/records/attachments.h"

namespace depone::cli {

// A file that a person names to be attached, taken in whole: encrypted and durable, not yet in the
// database.
struct CollectedFile {
  std::string name;  // as collected: the last part of the path; of standard input "standard input"
  StagedContent content;
};

// `path`: a regular file, or "-" or /dev/fd/N for what comes through a pipe. Code::io where it is a
// directory, a named pipe, a device or a socket, where it can't be read, and where it changed while
// it was read (length, time, or another file under its name): nothing is left of it then.
CollectedFile collect_file(Vault& vault, const std::string& path, ProgressLine& progress);

}  // namespace depone::cli
