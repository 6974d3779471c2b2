#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sync/relay/directory.h"

namespace depone::relay {

struct ExportWish {
  fs::path stick;
  std::vector<std::string> members;  // --for: bundles addressed to these; empty: to a desk
  bool audit = false;                // rosters, log and the receipt of every bundle exported
};
struct ExportResult {
  std::uint64_t bundles = 0;  // on the stick now, of those that were asked for
  std::uint64_t copied = 0;
  std::uint64_t bytes = 0;  // of those copied
  std::uint64_t receipts = 0;
  std::uint64_t log_size = 0;  // with audit
};
using ExportProgress = std::function<void(std::uint64_t done, std::uint64_t of)>;

// Writes a courier directory (docs/format.md). Each file is complete or absent; what is there is not copied again; run
// again it goes on. Works while the relay serves. Code::refused names a symbolic link on the stick: it could make this
// write elsewhere. Code::not_found for a member that there is not.
ExportResult export_to_courier(Directory& relay, const ExportWish& wish, const ExportProgress& progress);

}  // namespace depone::relay
