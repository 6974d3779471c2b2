#include "store/export/run.h"

#include <algorithm>
#include <map>
#include <memory>

#include "crypto/error.h"
#include "crypto/hash.h"
#include "store/enrolment.h"
#include "store/export/clean.h"
#include "store/export/content_kind.h"
#include "store/export/page.h"
#include "store/export/table.h"
#include "store/file.h"
#include "store/records/attachments.h"
#include "store/records/custody.h"
#include "store/records/records.h"

namespace depone {

namespace {

bool holds_leftovers(const fs::path& directory) {
  const auto names = names_in(directory);
  return std::any_of(names.begin(), names.end(),
                     [](const std::string& name) { return is_partial_name(name); });
}

// The directory, and within it the one that everything is made in. What is not published is gone.
class Staging {
 public:
  explicit Staging(const fs::path& to) : to_(fs::absolute(to).lexically_normal()) {
    if (!to_.has_filename()) to_ = to_.parent_path();
    const auto status = fs::symlink_status(to_);
    if (fs::is_directory(status) && holds_leftovers(to_)) {
      throw Error(Code::refused,
                  "an export that was cut off left files there whose names begin with .partial-, "
                  "and they are not encrypted; nothing was exported. Remove them first",
                  to.string());
    }
    if (fs::exists(status) && (!fs::is_directory(status) || !fs::is_empty(to_))) {
      throw Error(Code::refused,
                  "something is there already; it was left as it is, and nothing was exported. "
                  "Choose a new or empty directory",
                  to.string());
    }
    if (!fs::is_directory(to_.parent_path())) {
      throw Error(Code::not_found, "the directory to export in is not there",
                  to_.parent_path().string());
    }
    made_ = !fs::exists(status);
    if (made_) make_directory(to_);
    work_ = to_ / (std::string(kPartialPrefix) + random_name());
    make_directory(work_);
  }
  ~Staging() {
    std::error_code ignored;
    fs::remove_all(work_, ignored);
    if (made_ && !published_) fs::remove(to_, ignored);
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  const fs::path& work() const { return work_; }

  // Directories of copies first, so that no page leads nowhere.
  void publish() {
    published_ = true;
    std::vector<std::string> names = names_in(work_);
    std::stable_partition(names.begin(), names.end(),
                          [&](const std::string& name) { return fs::is_directory(work_ / name); });
    for (const std::string& name : names) rename_file(work_ / name, to_ / name, false);
    fs::remove(work_);
    sync_directory(to_);
  }

 private:
  fs::path to_;
  fs::path work_;
  bool made_ = false;
  bool published_ = false;
};

std::string file_for(std::string_view kind, ExportFormat format) {
  return std::string(kind == "testimony" ? "testimonies" : "incidents") +
         (format == ExportFormat::csv ? ".csv" : ".jsonl");
}

class Export {
 public:
  Export(Vault& vault, const ExportRequest& request, Time now, const ExportProgress& progress)
      : vault_(vault),
        request_(request),
        now_(now),
        progress_(progress),
        staging_(request.to),
        roster_(newest_roster(vault)) {}

  ExportOutcome run() {
    std::vector<std::string> ids = request_.records;
    if (ids.empty()) {
      for (const RecordSummary& record : list_records(vault_, {})) ids.push_back(record.id);
      std::reverse(ids.begin(), ids.end());  // the oldest first
    }
    std::uint64_t done = 0;
    for (const std::string& id : ids) {
      take(id);
      if (progress_) progress_(++done, ids.size());
    }
    if (request_.format == ExportFormat::csv) write_tables();
    for (auto& [name, file] : files_) file->finish();
    if (cleaner_) {
      outcome_.cleaner = cleaner_->tool();
      outcome_.sandboxed = cleaner_->is_sandboxed();
      cleaner_.reset();
    }
    Tx tx(vault_.db());
    for (const Event& event : events_) {
      add_custody(vault_, event.record, "exported", event.revision,
                  {{"class", request_.member_class},
                   {"format", name_of(request_.format)},
                   {"sha256", event.sha256}},
                  now_);
    }
    tx.commit();
    staging_.publish();
    return std::move(outcome_);
  }

 private:
  struct Event {
    std::string record;
    std::string revision;
    std::string sha256;
  };
  struct Row {  // of a table, whose columns are known at the end
    std::string id;
    std::vector<ExportedCopy> copies;
  };

  // A damaged one stays here, and keeps no other back.
  std::optional<ExportRecord> read(const std::string& id, std::string& reason) {
    try {
      return record_for(vault_, roster_, id, request_.member_class, now_, reason);
    } catch (const Error& error) {
      if (error.code() != Code::damaged) throw;
      outcome_.damaged = true;
      reason = "it can't be read: " + error.message() + ". Run depone check";
      return std::nullopt;
    }
  }

  void take(const std::string& id) {
    std::string reason;
    const auto record = read(id, reason);
    if (!record) {
      outcome_.refused.push_back({id, reason});
      return;
    }
    for (const std::string& part : record->left_out) outcome_.left_out.push_back({id, part});
    std::vector<ExportedCopy> copies;
    for (const ExportAttachment& attachment : record->attachments) {
      copies.push_back(copy_of(*record, attachment));
      outcome_.copies.push_back({id, copies.back()});
    }
    ++outcome_.records;
    switch (request_.format) {
      case ExportFormat::jsonl:
        write_line(*record, export_line(*record, copies, request_.member_class), "\n");
        return;
      case ExportFormat::html:
        write_page(
            *record, ".html",
            html_page(*record, fields_with_copies(*record, copies), copies, request_.member_class));
        return;
      case ExportFormat::markdown:
        write_page(*record, ".md",
                   markdown_page(*record, fields_with_copies(*record, copies), copies,
                                 request_.member_class));
        return;
      case ExportFormat::csv:
        ExportTable& table = tables_.try_emplace(record->kind, record->kind).first->second;
        table.add_columns(fields_with_copies(*record, copies), copies);
        rows_[record->kind].push_back({id, std::move(copies)});
        return;
    }
  }

  FileSink& file(const std::string& name) {
    std::unique_ptr<FileSink>& sink = files_[name];
    if (!sink) {
      sink = std::make_unique<FileSink>(staging_.work() / name);
      outcome_.files.push_back(name);
    }
    return *sink;
  }

  void note(const ExportRecord& record, std::string_view written) {
    events_.push_back({record.id, record.revision, hex(sha256(written))});
  }

  void write_line(const ExportRecord& record, const std::string& line, const char* end) {
    FileSink& sink = file(file_for(record.kind, request_.format));
    sink.write(as_bytes(line));
    sink.write(as_bytes(std::string_view(end)));
    note(record, line);
  }

  void write_page(const ExportRecord& record, const char* ending, const std::string& page) {
    write_file(staging_.work() / (record.id + ending), page, false);
    outcome_.files.push_back(record.id + ending);
    note(record, page);
  }

  void write_tables() {
    for (auto& [kind, table] : tables_) {
      file(file_for(kind, request_.format)).write(as_bytes(table.header()));
      for (const Row& row : rows_[kind]) {
        std::string reason;
        const auto record =
            record_for(vault_, roster_, row.id, request_.member_class, now_, reason);
        if (!record) throw Error(Code::refused, reason, row.id);
        write_line(*record, table.row(*record, fields_with_copies(*record, row.copies), row.copies),
                   "\r\n");
      }
    }
  }

  ExportedCopy copy_of(const ExportRecord& record, const ExportAttachment& attachment) {
    ExportedCopy copy;
    copy.number = attachment.number;
    copy.element = attachment.element;
    copy.name = attachment.name;
    copy.original = attachment.sha256;
    if (attachment.sha256.empty() || !has_content(vault_, attachment.sha256)) {
      copy.done = "left out: its content is not in this vault";
      return copy;
    }
    const fs::path directory = staging_.work() / record.id;
    make_directory(directory);
    const std::string number = std::to_string(attachment.number);
    write_content(attachment.sha256, directory / number);
    const ContentKind kind = kind_of_content(directory / number, attachment.name);
    const std::string name =
        number + "." + (kind.ending.empty() ? safe_ending(attachment.name) : kind.ending);
    if (kind.is_plain_text) {
      copy.done = "plain text: there is no metadata to remove";
    } else {
      if (!cleaner_)
        cleaner_ = std::make_unique<MetadataCleaner>(staging_.work(), request_.cleaner);
      const MetadataCleaner::Result result = cleaner_->clean(directory / number, kind.ending);
      copy.cleaned = result.clean;
      copy.done = result.how;
      if (!result.clean && !request_.uncleaned) {
        remove_file(directory / number);
        std::error_code ignored;
        fs::remove(directory, ignored);  // where it is empty
        copy.done = "left out: " + result.how + ". --uncleaned exports it as it is";
        return copy;
      }
      if (!result.clean) copy.done = "exported as it is, with all its metadata: " + result.how;
    }
    rename_file(directory / number, directory / name, false);
    copy.file = record.id + "/" + name;
    FileSource file(directory / name);
    copy.size = file.size();
    copy.sha256 = sha256_of(file);
    return copy;
  }

  void write_content(const std::string& sha256, const fs::path& to) {
    const std::unique_ptr<Source> content = open_content(vault_, sha256);
    FileSink sink(to);
    copy(*content, sink);
    sink.finish();
  }

  static std::string sha256_of(Source& source) {
    Sha256Hasher hasher;
    Bytes buffer(256u << 10);
    while (const std::size_t got = source.read(buffer)) hasher.update(ByteView(buffer).first(got));
    return hex(hasher.finish());
  }

  Vault& vault_;
  const ExportRequest& request_;
  Time now_;
  const ExportProgress& progress_;
  Staging staging_;
  const std::optional<Roster> roster_;
  std::unique_ptr<MetadataCleaner> cleaner_;
  std::map<std::string, std::unique_ptr<FileSink>> files_;
  std::map<std::string, ExportTable> tables_;  // by kind
  std::map<std::string, std::vector<Row>> rows_;
  std::vector<Event> events_;
  ExportOutcome outcome_;
};

}  // namespace

std::string_view name_of(ExportFormat format) {
  switch (format) {
    case ExportFormat::jsonl:
      return "jsonl";
    case ExportFormat::csv:
      return "csv";
    case ExportFormat::html:
      return "html";
    case ExportFormat::markdown:
      return "markdown";
  }
  return "";
}

ExportOutcome run_export(Vault& vault, const ExportRequest& request, Time now,
                         const ExportProgress& progress) {
  return Export(vault, request, now, progress).run();
}

}  // namespace depone
