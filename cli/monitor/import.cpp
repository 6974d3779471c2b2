#include <CLI/CLI.hpp>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "crypto/error.h"
#include "store/evidence.h"
#include "store/import_csv.h"
#include "store/records.h"

namespace depone::cli {

namespace {

constexpr std::size_t kMaxMap = 1u << 20;

struct Options {
  std::string file;
  std::string kind;
  std::string map;
};

struct Outcome {
  std::uint64_t imported = 0;
  std::uint64_t skipped = 0;
  std::uint64_t incomplete = 0;
  std::vector<CsvError> errors;
  std::vector<CsvError> warnings;
  double seconds = 0;
};

CsvMap map_for(const Options& options) {
  if (!options.map.empty()) {
    try {
      return parse_csv_map(read_text(options.map, kMaxMap, true));
    } catch (const Error& error) {
      throw error.in(options.map);
    }
  }
  if (options.kind == "incident") return built_in_map();
  throw Error(Code::usage,
              "a file of testimonies needs --map FILE, which says what its columns hold");
}

Outcome import_rows(Vault& vault, FileSource& file, const Options& options, const CsvMap& map,
                    Context& context) {
  Outcome outcome;
  const Stopwatch watch;
  ProgressLine progress(context);
  WatchedSource source(file, progress, "importing", file.size());
  const Time now = context.now();
  // One transaction: a file that turns out not to be UTF-8 at its end has changed nothing.
  Tx tx(vault.db());
  outcome.errors = read_csv(source, options.kind, map, [&](CsvRow row) {
    for (const std::string& path : row.left_empty) {
      outcome.warnings.push_back(
          {row.line, path + " could not be read as what this field holds and was left empty"});
    }
    const Sha256 digest = import_digest(options.kind, row.fields);
    if (imported_record(vault, digest)) {
      ++outcome.skipped;
      return;
    }
    const bool complete = missing_fields(options.kind, row.fields).empty();
    const std::string id = create_record(vault, options.kind, std::move(row.fields), "imported",
                                         {{"from", "csv"}, {"line", row.line}}, now);
    note_import(vault, digest, id);
    ++outcome.imported;
    if (!complete) ++outcome.incomplete;
  });
  tx.commit();
  outcome.seconds = watch.seconds();
  return outcome;
}

Json as_json(const std::vector<CsvError>& errors) {
  Json list = Json::array();
  for (const CsvError& error : errors)
    list.push_back({{"line", error.line}, {"message", error.message}});
  return list;
}

void report(Context& context, const Outcome& outcome) {
  if (context.json) {
    print_json(context, {{"imported", outcome.imported},
                         {"skipped", outcome.skipped},
                         {"incomplete", outcome.incomplete},
                         {"errors", as_json(outcome.errors)},
                         {"warnings", as_json(outcome.warnings)},
                         {"seconds", outcome.seconds}});
    return;
  }
  for (const CsvError& warning : outcome.warnings) {
    context.err << "line " << warning.line << ": " << printable(warning.message) << '\n';
  }
  for (const CsvError& error : outcome.errors) {
    context.err << "line " << error.line << ", not imported: " << printable(error.message) << '\n';
  }
  context.out << "imported    " << outcome.imported << "\nskipped     " << outcome.skipped
              << "\nincomplete  " << outcome.incomplete << "\nrefused     " << outcome.errors.size()
              << '\n';
}

int import_file(Context& context, const Options& options) {
  const CsvMap map = map_for(options);
  FileSource file(options.file == "-" ? "/dev/stdin" : options.file, true);
  Vault vault = open_vault(context);
  Outcome outcome;
  try {
    outcome = import_rows(vault, file, options, map, context);
  } catch (const Error& error) {
    if (error.code() != Code::invalid) throw;
    throw error.in(options.file);
  }
  report(context, outcome);
  return 0;
}

}  // namespace

Runner install_import(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("file", options->file, "CSV in UTF-8 (-: standard input)")
      ->required()
      ->type_name("FILE.csv");
  app.add_option("--kind", options->kind, "testimony or incident")
      ->required()
      ->check(CLI::IsMember({"testimony", "incident"}))
      ->type_name("testimony|incident");
  app.add_option(
         "--map", options->map,
         R"(What the columns hold: {"column": "path", "Labels": {"path": "tags", "split": ";"}, "Notes": null})")
      ->type_name("FILE.json");
  return [&context, options] { return import_file(context, *options); };
}

}  // namespace depone::cli
