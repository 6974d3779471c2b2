#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "crypto/formats/time.h"
#include "store/export/copy.h"
#include "store/vault.h"

namespace depone {

enum class ExportFormat { jsonl, csv, html, markdown };
std::string_view name_of(ExportFormat format);

struct ExportRequest {
  std::filesystem::path to;
  std::string member_class = "public";
  ExportFormat format = ExportFormat::jsonl;
  std::vector<std::string> records;  // ids; empty: all
  bool uncleaned = false;  // what no metadata could be removed from leaves as it is, and says so
  std::string cleaner = "/usr/bin/mat2";
};

struct ExportRefusal {
  std::string record;
  std::string reason;
};

struct ExportOutcome {
  std::uint64_t records = 0;
  std::vector<std::string> files;  // of records, from the directory: "incidents.jsonl"
  struct Copy {
    std::string record;
    ExportedCopy copy;
  };
  std::vector<Copy> copies;             // of attachments, those that did not leave too
  std::vector<ExportRefusal> refused;   // whole records
  std::vector<ExportRefusal> left_out;  // parts of records that left
  std::string cleaner;                  // "mat2 0.13.3"; "" where there is none
  bool sandboxed = false;
  bool damaged = false;  // some of `refused` can't be read
};

using ExportProgress = std::function<void(std::uint64_t done, std::uint64_t of)>;

// Writes what the class may have into a new or empty directory (Code::refused otherwise): one file
// of records a kind, or a page a record; copies of attachments in a directory named by the record's
// id, without the metadata that endangers. Originals stay as they are. Names say nothing but ids
// and numbers. Everything is made in a directory within `to`, synced, then each record's `exported`
// event is committed, and only then do the files get their names: what was not written down as
// exported is not there. Where it fails, nothing is left.
ExportOutcome run_export(Vault& vault, const ExportRequest& request, Time now,
                         const ExportProgress& progress);

}  // namespace depone
