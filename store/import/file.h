#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "store/import/map.h"
#include "store/import/run.h"

namespace depone {

// A whole import, whatever the file is: a table (store/import/csv.h), JSON lines or one JSON
// document (import_jsonl.h), a form's export as ZIP, directory, table or JSON (import_form.h). What
// it is shows in its first bytes.
struct ImportRequest {
  std::string file;                // "-": standard input
  std::string kind;                // testimony | incident
  const ImportMap* map = nullptr;  // null: none was given
  std::string media = {};          // a ZIP or directory with the files; "": beside or inside `file`
  bool dry_run = false;
};

// `of`: 0 where it is not known. In bytes where `bytes`, else in records.
using ImportProgress =
    std::function<void(std::string_view step, std::uint64_t done, std::uint64_t of, bool bytes)>;

// One transaction: a file that turns out to be none of these at its end has changed nothing. Single
// records that can't be taken in are in the outcome. Code::invalid for the file as a whole,
// Code::usage where it needs a map.
ImportOutcome import_file(Vault& vault, const ImportRequest& request, Time now,
                          const ImportProgress& progress);

}  // namespace depone
