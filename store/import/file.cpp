#include "store/import/file.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "crypto/error.h"
#include "store/file.h"
#include "store/import/csv.h"
#include "store/import/csv_rows.h"
#include "store/import/form.h"
#include "store/import/form_json.h"
#include "store/import/form_tables.h"
#include "store/import/jsonl.h"
#include "store/import/read_ahead.h"
#include "store/import/source.h"
#include "store/import/text_encoding.h"
#include "store/import/text_lines.h"
#include "store/import/zip.h"

namespace depone {

namespace {

constexpr std::size_t kMaxTables = 128u << 20;  // of a form's export, together
constexpr std::size_t kMaxDocument = kMaxJson;

bool is_table(std::string_view path) {
  return path.ends_with(".csv") && ("/" + std::string(path)).find("/media/") == std::string::npos;
}

std::vector<std::string> header_of(std::string_view line) {
  std::vector<std::string> header;
  MemorySource source(as_bytes(line));
  try {
    read_csv_rows(source, {[&](std::uint64_t, std::vector<std::string>& values) {
                             if (header.empty()) header = values;
                           },
                           [](std::uint64_t, std::string) {}});
  } catch (const Error&) {  // it is read again, and refused then
  }
  return header;
}

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 30;
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kShown; ++i)
    text += (i > 0 ? ", " : "") + names[i];
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

class Import {
 public:
  Import(Vault& vault, const ImportRequest& request, Time now, const ImportProgress& progress)
      : vault_(vault), request_(request), now_(now), progress_(progress) {
    if (!request.media.empty()) box_ = open_media(request.media);
  }

  ImportOutcome run() {
    if (request_.file != "-" && fs::is_directory(request_.file)) return directory();
    ImportSource source(request_.file, progress_);
    switch (source.form()) {
      case ImportSource::Form::zip:
        if (request_.file == "-" || !source.is_regular())
          throw Error(Code::invalid, "a ZIP can't be read from a pipe: give the file");
        return zip();
      case ImportSource::Form::document:
        return document(source);
      case ImportSource::Form::lines:
        return lines(source);
      case ImportSource::Form::table:
        break;
    }
    return table(source, header_of(source.first_line()));
  }

 private:
  // --- what records are made of directly

  ImportOutcome take_all(std::string_view from, ImportSource& source, const ReadItems& read) {
    ImportRun run(vault_, request_.kind, from, box_.get(), now_, request_.dry_run);
    std::optional<Tx> tx;
    if (!request_.dry_run) tx.emplace(vault_.db());
    std::vector<ImportIssue> errors = read_ahead(read, [&](ImportItem item) {
      try {
        source.report();
        run.take(std::move(item));
      } catch (...) {
        source.stop();  // the reading thread may be waiting at a pipe
        throw;
      }
    });
    run.finish();
    if (tx) tx->commit();
    run.done();
    ImportOutcome outcome = std::move(run.outcome());
    outcome.errors.insert(outcome.errors.end(), errors.begin(), errors.end());
    std::stable_sort(outcome.errors.begin(), outcome.errors.end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
    return outcome;
  }

  void look_beside() {
    if (box_ || request_.file == "-") return;
    const fs::path parent = fs::path(request_.file).parent_path();
    box_ = open_media_beside(parent.empty() ? fs::path(".") : parent);
  }

  ImportOutcome table(ImportSource& source, const std::vector<std::string>& header) {
    const bool repeats =
        request_.map != nullptr &&
        std::any_of(request_.map->columns.begin(), request_.map->columns.end(),
                    [](const ImportColumn& column) { return !column.target.each.empty(); });
    if (is_form_header(header) || repeats) {
      std::uint64_t left = kMaxTables;
      std::uint64_t memory = kMaxTableMemory;
      BoundedSource bounded(source, left);
      std::vector<FormTable> tables;
      tables.push_back(read_form_table(bounded, "the table", memory));
      return form(submissions_of_tables(std::move(tables)));
    }
    const bool own = request_.map == nullptr && is_own_header(header);
    const ImportMap built_in = built_in_map();
    const ImportMap* map = request_.map;
    if (map == nullptr && !own) {
      if (request_.kind != "incident") {
        throw Error(Code::usage,
                    "a file of testimonies needs --map FILE, which says what its columns hold");
      }
      map = &built_in;
    }
    look_beside();
    return take_all("csv", source, [&](const TakeItem& take) {
      return read_csv(source, request_.kind, map, take);
    });
  }

  ImportOutcome lines(ImportSource& source) {
    if (request_.map != nullptr) {
      FormExport found;
      found.from = "json";
      TextLines text(source);
      for (std::string_view line; text.next(line);) {
        if (line.find_first_not_of(" \t\r\n") == std::string_view::npos) continue;
        try {
          const Json object = parse_json(line, "line", kMaxTextLine);
          if (!object.is_object()) throw Error(Code::invalid, "this is not one JSON object");
          found.submissions.push_back(submission_of_json(object));
          found.submissions.back().line = text.number();
        } catch (const Error& error) {
          add_error(found.errors, {text.number(), "", error.what()});
        }
      }
      return form(std::move(found));
    }
    look_beside();
    return take_all("jsonl", source,
                    [&](const TakeItem& take) { return read_jsonl(source, request_.kind, take); });
  }

  ImportOutcome document(ImportSource& source) {
    Json json;
    try {
      const Bytes bytes = read_all(source, kMaxDocument);
      std::string_view text = as_text(bytes);
      if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
      if (!is_utf8(as_bytes(text))) throw_not_utf8(bytes, "");
      json = parse_json(text, "", kMaxDocument);
    } catch (const Error& error) {
      if (error.code() != Code::malformed) throw;
      throw Error(Code::invalid,
                  error.message() +
                      "; nothing was imported. One document may have 64 MiB: fetch "
                      "more than that in pages, or as JSON lines",
                  error.context());
    }
    if (is_form_json(json) || request_.map != nullptr) return form(submissions_of_json(json));
    if (!json.is_array()) json = Json::array({std::move(json)});
    look_beside();
    return take_all("json", source, [&](const TakeItem& take) {
      std::vector<ImportIssue> errors;
      std::uint64_t number = 0;
      for (const Json& object : json) {
        ++number;
        ImportItem item;
        try {
          item = item_of_json(object, request_.kind);
        } catch (const Error& error) {
          add_error(errors, {number, "", error.what()});
          continue;
        }
        item.line = number;
        take(std::move(item));
      }
      return errors;
    });
  }

  // --- a form's submissions, through a map

  ImportOutcome zip() {
    std::vector<FormTable> tables;
    std::uint64_t left = kMaxTables;
    std::uint64_t memory = kMaxTableMemory;
    ZipReader reader(request_.file);
    while (const auto entry = reader.next()) {
      if (!is_table(entry->path)) continue;
      BoundedSource bounded(reader.content(), left);
      tables.push_back(read_form_table(bounded, entry->path, memory));
      if (progress_) progress_("reading tables", kMaxTables - left, 0, true);
    }
    if (tables.empty()) {
      throw Error(Code::invalid,
                  "there is no table in this ZIP. Where it holds a form's files only, give it with "
                  "--media, and the table or JSON as FILE");
    }
    if (!box_) box_ = open_media(request_.file);
    FormExport found = submissions_of_tables(std::move(tables));
    if (reader.passed_over() > 0) {
      found.warnings.push_back({0, "",
                                std::to_string(reader.passed_over()) +
                                    " entries of the ZIP are links, or have names that lead "
                                    "elsewhere; they were left out"});
    }
    return form(std::move(found));
  }

  ImportOutcome directory() {
    std::vector<FormTable> tables;
    std::uint64_t left = kMaxTables;
    std::uint64_t memory = kMaxTableMemory;
    for (const std::string& name : names_in(request_.file)) {
      const fs::path path = fs::path(request_.file) / name;
      if (!is_utf8(as_bytes(name))) {
        throw Error(Code::invalid,
                    "the name of a file in this directory is not UTF-8; nothing was imported. "
                    "Rename it",
                    request_.file);
      }
      if (!is_table(name) || !fs::is_regular_file(fs::symlink_status(path))) continue;
      FileSource source(path);
      BoundedSource bounded(source, left);
      tables.push_back(read_form_table(bounded, name, memory));
    }
    if (tables.empty()) {
      throw Error(Code::invalid, "there is no table (.csv) in this directory; nothing was imported",
                  request_.file);
    }
    if (!box_) box_ = open_media(request_.file);
    return form(submissions_of_tables(std::move(tables)));
  }

  ImportOutcome form(FormExport found) {
    if (request_.map == nullptr) {
      const FormPlan none(request_.kind, {{}, {{"title", "-"}}});
      throw Error(
          Code::usage,
          "a form's export needs --map FILE, which says what its questions hold. They are: " +
              listed(none.unknown_names(found.submissions)));
    }
    const FormPlan plan(request_.kind, *request_.map);
    if (const auto unknown = plan.unknown_names(found.submissions); !unknown.empty()) {
      throw Error(Code::invalid,
                  "the export has questions that the map does not name; nothing was imported. Say "
                  "in it what they hold, or null to leave them out: " +
                      listed(unknown));
    }
    std::vector<ImportItem> items;
    for (const FormSubmission& submission : found.submissions) {
      try {
        items.push_back(plan.item(submission));
      } catch (const Error& error) {
        add_error(found.errors, {submission.line, submission.id, error.what()});
      }
    }
    found.submissions.clear();
    ImportRun run(vault_, request_.kind, found.from, box_.get(), now_, request_.dry_run);
    run.stage_files(items, [&](std::uint64_t done, std::uint64_t of) {
      if (progress_) progress_("taking in files", done, of, true);
    });
    std::optional<Tx> tx;
    if (!request_.dry_run) tx.emplace(vault_.db());
    std::uint64_t done = 0;
    for (ImportItem& item : items) {
      run.take(std::move(item));
      if (progress_) progress_("importing", ++done, items.size(), false);
    }
    run.finish();
    if (tx) tx->commit();
    run.done();
    ImportOutcome outcome = std::move(run.outcome());
    outcome.errors.insert(outcome.errors.begin(), found.errors.begin(), found.errors.end());
    outcome.warnings.insert(outcome.warnings.begin(), found.warnings.begin(), found.warnings.end());
    if (box_ && box_->not_asked_for() > 0) {
      outcome.warnings.push_back(
          {0, "",
           "files that belong to no record, and were left out (a map takes files by "
           "\"attachments\"): " +
               std::to_string(box_->not_asked_for())});
    }
    return outcome;
  }

  Vault& vault_;
  const ImportRequest& request_;
  Time now_;
  const ImportProgress& progress_;
  std::unique_ptr<ImportMediaBox> box_;
};

}  // namespace

ImportOutcome import_file(Vault& vault, const ImportRequest& request, Time now,
                          const ImportProgress& progress) {
  return Import(vault, request, now, progress).run();
}

}  // namespace depone
