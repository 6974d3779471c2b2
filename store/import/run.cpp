#include "store/import/run.h"

#include <algorithm>

#include "crypto/error.h"
#include "store/evidence/evidence.h"
#include "store/records/media_types.h"
#include "store/records/records.h"

namespace depone {

namespace {

constexpr std::string_view kPrefix = "attachments.";

Sha256 digest_of_submission(std::string_view from, std::string_view submission) {
  return sha256("submission\n" + std::string(from) + "\n" + std::string(submission));
}

// The answers may have a path; a record keeps the name.
std::string name_of_file(const std::string& file) { return file.substr(file.rfind('/') + 1); }

}  // namespace

struct ImportRun::Resolved {
  ImportItem item;
  struct File {
    std::string element;  // attachments.0
    std::string path;     // in the box
    std::uint64_t size;
    std::string sha256;  // to be held to; may be ""
  };
  std::vector<File> files;
  Sha256 digest;
};

ImportRun::ImportRun(Vault& vault, std::string_view kind, std::string_view from,
                     ImportMediaBox* media, Time now, bool dry_run)
    : vault_(vault), kind_(kind), from_(from), media_(media), now_(now), dry_run_(dry_run) {}

ImportRun::~ImportRun() = default;

// Finds the files; attachments without one go, with a warning.
ImportRun::Resolved ImportRun::resolve(ImportItem item) {
  Resolved resolved{std::move(item), {}, {}};
  ImportItem& of = resolved.item;
  std::set<std::string> elements;
  for (const ImportedMedia& media : of.media) {
    const ImportMediaBox::Found found =
        media_ == nullptr ? ImportMediaBox::Found{} : media_->find(of.submission, media.file);
    if (found.path.empty()) {
      of.warnings.push_back(
          found.several
              ? "there are several files of the name that this attachment has: it was left out"
              : "the file of an attachment is not with the import (" + name_of_file(media.file) +
                    "): it was left out. Where you have it, depone attach adds it to the record; "
                    "the next time, name its directory or ZIP with --media");
      continue;
    }
    // A form's export can name a file twice: in an answer, and in its list of all files.
    const bool twice =
        std::any_of(resolved.files.begin(), resolved.files.end(),
                    [&](const Resolved::File& known) { return known.path == found.path; });
    if (twice && !of.submission.empty()) continue;
    elements.insert(media.element);
    std::string sha256 = media.sha256;
    if (const auto said = of.fields.find(media.element + ".sha256");
        said != of.fields.end() && said->second.is_string()) {
      sha256 = said->second.get<std::string>();
    }
    of.fields.emplace(media.element + ".name", name_of_file(media.file));
    of.fields.emplace(media.element + ".type", media_type_of(found.path));
    of.fields.emplace(media.element + ".status", "evidentiary original");
    resolved.files.push_back({media.element, found.path, found.size, std::move(sha256)});
  }
  for (auto field = of.fields.lower_bound(kPrefix); field != of.fields.end();) {
    const std::string& path = field->first;
    if (!path.starts_with(kPrefix)) break;
    const std::string element = path.substr(0, path.find('.', kPrefix.size()));
    const bool set_here = path == element + ".size" || path == element + ".sha256";
    field = set_here || !elements.contains(element) ? of.fields.erase(field) : std::next(field);
  }
  if (of.submission.empty()) {
    resolved.digest = import_digest(kind_, of.fields);
  } else {
    FieldMap all = of.fields;
    all.emplace("submission", of.submission);
    resolved.digest = import_digest(kind_, all);
  }
  return resolved;
}

ImportRun::Known ImportRun::is_known(const Resolved& resolved, std::string* record) {
  if (imported_record(vault_, resolved.digest) || seen_.contains(resolved.digest))
    return Known::same;
  if (resolved.item.submission.empty()) return Known::no;
  const auto before =
      imported_record(vault_, digest_of_submission(from_, resolved.item.submission));
  if (!before) return Known::no;
  if (record != nullptr) *record = *before;
  return Known::changed;
}

void ImportRun::stage(const std::string& path, Source& content) {
  try {
    staged_.insert_or_assign(path, stage_content(vault_, content));
  } catch (const Error& error) {
    if (error.code() != Code::damaged) throw;
    failed_.insert_or_assign(path, error.message());
  }
}

void ImportRun::stage_files(const std::vector<ImportItem>& items, const Progress& progress) {
  if (media_ == nullptr || dry_run_) return;
  std::set<std::string> wanted;
  std::uint64_t of = 0;
  for (const ImportItem& item : items) {
    if (item.media.empty()) continue;
    const Resolved resolved = resolve(item);
    if (is_known(resolved, nullptr) != Known::no) continue;
    for (const Resolved::File& file : resolved.files)
      if (wanted.insert(file.path).second) of += file.size;
  }
  std::uint64_t done = 0;
  media_->read(wanted, [&](const std::string& path, Source& content) {
    stage(path, content);
    if (const auto staged = staged_.find(path); staged != staged_.end())
      done += staged->second.content().size;
    if (progress) progress(done, of);
  });
}

// False, with an error told, where a file can't be taken in.
bool ImportRun::attach(Resolved& resolved) {
  ImportItem& item = resolved.item;
  for (const Resolved::File& file : resolved.files) {
    if (!staged_.contains(file.path) && !failed_.contains(file.path)) {
      media_->read({file.path},
                   [&](const std::string& path, Source& content) { stage(path, content); });
    }
    const auto staged = staged_.find(file.path);
    if (staged == staged_.end()) {
      const auto why = failed_.find(file.path);
      add_error(
          outcome_.errors,
          {item.line, item.submission,
           why == failed_.end() ? "the file of an attachment could not be read" : why->second});
      return false;
    }
    const StoredContent& content = staged->second.content();
    if (!file.sha256.empty() && file.sha256 != content.sha256) {
      add_error(outcome_.errors, {item.line, item.submission,
                                  "the file of an attachment is not the one that the record names: "
                                  "its SHA-256 is another"});
      return false;
    }
    item.fields.emplace(file.element + ".size", content.size);
    item.fields.emplace(file.element + ".sha256", content.sha256);
  }
  for (const Resolved::File& file : resolved.files) {
    StagedContent& staged = staged_.at(file.path);
    staged.keep(vault_);
    ++outcome_.attachments;
    outcome_.attachment_bytes += staged.content().size;
  }
  return true;
}

// Nothing but fields, of which there may be very many: the work is shared with a second thread.
bool ImportRun::is_plain(const ImportItem& item) const {
  const auto attachment = item.fields.lower_bound(kPrefix);
  return !dry_run_ && item.submission.empty() && item.media.empty() &&
         (attachment == item.fields.end() || !attachment->first.starts_with(kPrefix));
}

void ImportRun::take_plain(ImportItem item) {
  if (!batch_) batch_ = std::make_unique<RecordBatch>(vault_, kind_, "imported", now_);
  const bool complete = missing_fields(kind_, item.fields).empty();
  Json detail = {{"from", from_}};
  if (item.line != 0) detail["line"] = item.line;
  batch_->add(
      std::move(item.fields), std::move(detail),
      [this](const Sha256& digest) {
        const bool known = was_imported(vault_, digest);
        if (known) ++outcome_.skipped;
        return !known;
      },
      [this, complete, line = item.line, warnings = std::move(item.warnings)](const Sha256& digest,
                                                                              std::int64_t number) {
        note_import(vault_, digest, number);
        for (const std::string& warning : warnings)
          outcome_.warnings.push_back({line, "", warning});
        ++outcome_.imported;
        if (!complete) ++outcome_.incomplete;
      });
}

void ImportRun::finish() {
  if (batch_) batch_->finish();
}

void ImportRun::take(ImportItem item) {
  if (is_plain(item)) return take_plain(std::move(item));
  finish();  // in the order of the file
  Resolved resolved = resolve(std::move(item));
  ImportItem& of = resolved.item;
  std::string record;
  switch (is_known(resolved, &record)) {
    case Known::same:
      ++outcome_.skipped;
      return;
    case Known::changed:
      add_error(outcome_.errors,
                {of.line, of.submission,
                 "this submission was imported before, with other answers or files, as record " +
                     record + ": edit that record"});
      return;
    case Known::no:
      break;
  }
  const bool complete = missing_fields(kind_, of.fields).empty();
  if (dry_run_) {
    seen_.insert(resolved.digest);
    outcome_.attachments += resolved.files.size();
    for (const Resolved::File& file : resolved.files) outcome_.attachment_bytes += file.size;
  } else {
    if (!attach(resolved)) return;
    Json detail = {{"from", from_}};
    if (of.line != 0) detail["line"] = of.line;
    if (!of.submission.empty()) detail["submission"] = of.submission;
    const std::string id =
        create_record(vault_, kind_, std::move(of.fields), "imported", detail, now_);
    note_import(vault_, resolved.digest, id);
    if (!of.submission.empty()) note_import(vault_, digest_of_submission(from_, of.submission), id);
  }
  for (std::string& warning : of.warnings)
    outcome_.warnings.push_back({of.line, of.submission, std::move(warning)});
  ++outcome_.imported;
  if (!complete) ++outcome_.incomplete;
}

void ImportRun::done() {
  for (auto& [path, staged] : staged_) staged.done();
}

}  // namespace depone
