#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/run.h"
#include "crypto/error.h"
#include "store/import/file.h"

namespace depone::cli {

namespace {

constexpr std::size_t kMaxMap = 1u << 20;

struct Options {
  std::string file;
  std::string kind;
  std::string map;
  std::string media;
  bool dry_run = false;
};

std::optional<ImportMap> map_for(const Options& options) {
  if (options.map.empty()) return std::nullopt;
  try {
    return parse_import_map(read_text(options.map, kMaxMap, true));
  } catch (const Error& error) {
    throw error.in(options.map);
  }
}

Json as_json(const std::vector<ImportIssue>& issues) {
  Json list = Json::array();
  for (const ImportIssue& issue : issues) {
    Json one = Json::object();
    if (issue.line != 0) one["line"] = issue.line;
    if (!issue.submission.empty()) one["submission"] = issue.submission;
    one["message"] = issue.message;
    list.push_back(std::move(one));
  }
  return list;
}

std::string place_of(const ImportIssue& issue) {
  std::string place;
  if (issue.line != 0) place = "line " + std::to_string(issue.line);
  if (!issue.submission.empty())
    place += (place.empty() ? "" : ", ") + ("submission " + issue.submission);
  return place;
}

void print_issues(Context& context, const std::vector<ImportIssue>& issues,
                  std::string_view remark) {
  for (const ImportIssue& issue : issues) {
    const std::string place = place_of(issue) + std::string(remark);
    context.err << printable(place.empty() ? "depone" : place) << ": " << printable(issue.message)
                << '\n';
  }
}

void report(Context& context, const ImportOutcome& outcome, bool dry_run, double seconds) {
  if (context.json) {
    print_json(context, {{"imported", outcome.imported},
                         {"skipped", outcome.skipped},
                         {"incomplete", outcome.incomplete},
                         {"attachments", outcome.attachments},
                         {"attachment_bytes", outcome.attachment_bytes},
                         {"errors", as_json(outcome.errors)},
                         {"warnings", as_json(outcome.warnings)},
                         {"dry_run", dry_run},
                         {"seconds", seconds}});
    return;
  }
  print_issues(context, outcome.warnings, "");
  print_issues(context, outcome.errors, dry_run ? ", would not be imported" : ", not imported");
  context.out << (dry_run ? "would import  " : "imported    ") << outcome.imported
              << (dry_run ? "\nwould skip    " : "\nskipped     ") << outcome.skipped
              << (dry_run ? "\nincomplete    " : "\nincomplete  ") << outcome.incomplete
              << (dry_run ? "\nrefused       " : "\nrefused     ") << outcome.errors.size() << '\n';
  if (outcome.attachments > 0) {
    context.out << (dry_run ? "attachments   " : "attachments ") << outcome.attachments << " ("
                << human_bytes(outcome.attachment_bytes) << ")\n";
  }
  if (dry_run) context.err << "Nothing was changed: this was a dry run.\n";
}

int import_records(Context& context, const Options& options) {
  const std::optional<ImportMap> map = map_for(options);
  // Before the passphrase is asked for.
  if (options.file != "-" && !fs::exists(options.file))
    throw Error(Code::not_found, "there is no such file; nothing was imported", options.file);
  Vault vault = open_vault(context);
  const Stopwatch watch;
  ImportOutcome outcome;
  try {
    ProgressLine progress(context);
    outcome = import_file(
        vault, {options.file, options.kind, map ? &*map : nullptr, options.media, options.dry_run},
        context.now(),
        [&](std::string_view step, std::uint64_t done, std::uint64_t of, bool bytes) {
          progress.update(step, done, of, bytes ? Unit::bytes : Unit::items);
        });
  } catch (const Error& error) {
    if (error.code() != Code::invalid) throw;
    throw error.in(options.file);
  }
  report(context, outcome, options.dry_run, watch.seconds());
  const bool nothing_came = outcome.imported == 0 && outcome.skipped == 0;
  return nothing_came && !outcome.errors.empty() ? exit_status(Code::invalid) : 0;
}

}  // namespace

Runner install_import(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("file", options->file,
                 "CSV or JSON lines in UTF-8, or a form's export by ODK Central or KoboToolbox: "
                 "ZIP, directory, CSV or JSON (-: standard input)")
      ->required()
      ->type_name("FILE");
  app.add_option("--kind", options->kind, "testimony or incident")
      ->required()
      ->check(CLI::IsMember({"testimony", "incident"}))
      ->type_name("testimony|incident");
  app.add_option("--map", options->map,
                 R"(What the columns and questions hold: {"column": "path", "Labels": {"path": )"
                 R"("tags", "split": ";"}, "Notes": null})")
      ->type_name("FILE.json");
  app.add_option("--media", options->media,
                 "A ZIP or directory with the files that the records name, where they are not in "
                 "FILE or beside it")
      ->type_name("PATH");
  app.add_flag("--dry-run", options->dry_run, "Say what would be imported, and change nothing");
  return [&context, options] { return import_records(context, *options); };
}

}  // namespace depone::cli
