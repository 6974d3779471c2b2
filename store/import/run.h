#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "crypto/formats/time.h"
#include "store/import/item.h"
#include "store/import/media.h"
#include "store/records/attachments.h"
#include "store/records/record_batch.h"
#include "store/vault.h"

namespace depone {

struct ImportOutcome {
  std::uint64_t imported = 0;
  std::uint64_t skipped = 0;  // came in by an import before
  std::uint64_t incomplete = 0;
  std::uint64_t attachments = 0;
  std::uint64_t attachment_bytes = 0;
  std::vector<ImportIssue> errors;
  std::vector<ImportIssue> warnings;
};

// Takes items into the vault, one record each with custody `imported` (detail: from, line,
// submission). A record whose fields, files' names and submission are those of one imported before
// is skipped; a submission that came in before with other answers is an error that names its
// record. To be used inside one Tx, which the caller commits; with `dry_run` nothing is written and
// no Tx needed.
class ImportRun {
 public:
  // `from`: csv, jsonl, odk, kobo, json. `media`: null where there is none.
  ImportRun(Vault& vault, std::string_view kind, std::string_view from, ImportMediaBox* media,
            Time now, bool dry_run);
  ~ImportRun();

  // For a box that can be read in one go only: the files of these items, those that take() will
  // leave out apart, are staged now. Before the Tx, or inside it.
  using Progress = std::function<void(std::uint64_t done, std::uint64_t of)>;
  void stage_files(const std::vector<ImportItem>& items, const Progress& progress);
  void take(ImportItem item);
  // Before the commit: writes what take() was given and has not written yet.
  void finish();
  // After the commit: what was staged twice over is removed.
  void done();

  ImportOutcome& outcome() { return outcome_; }

 private:
  struct Resolved;  // an item with its files found
  Resolved resolve(ImportItem item);
  enum class Known { no, same, changed };
  Known is_known(const Resolved& resolved, std::string* record);
  void stage(const std::string& path, Source& content);
  bool attach(Resolved& resolved);
  bool is_plain(const ImportItem& item) const;
  void take_plain(ImportItem item);

  Vault& vault_;
  std::string kind_;
  std::string from_;
  ImportMediaBox* media_;
  Time now_;
  bool dry_run_;
  std::map<std::string, StagedContent> staged_;  // by path in the box
  std::map<std::string, std::string> failed_;    // path → why
  std::set<Sha256> seen_;                        // in a dry run
  ImportOutcome outcome_;
  std::unique_ptr<RecordBatch> batch_;
};

}  // namespace depone
