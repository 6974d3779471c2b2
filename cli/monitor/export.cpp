#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>

#include "cli/monitor/commands.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/run.h"
#include "crypto/error.h"
#include "store/enrolment.h"
#include "store/export/run.h"
#include "store/records/records.h"
#include "sync/link.h"

namespace depone::cli {

namespace {

struct Options {
  std::string to;
  std::string member_class = "public";
  ExportFormat format = ExportFormat::jsonl;
  std::vector<std::string> ids;
  bool uncleaned = false;
};

Json as_json(const ExportOutcome& outcome) {
  Json copies = Json::array();
  for (const auto& [record, copy] : outcome.copies) {
    copies.push_back({{"record", record},
                      {"number", copy.number},
                      {"file", copy.file.empty() ? Json(nullptr) : Json(copy.file)},
                      {"cleaned", copy.cleaned},
                      {"transformation", copy.done}});
  }
  const auto refusals = [](const std::vector<ExportRefusal>& list) {
    Json out = Json::array();
    for (const ExportRefusal& one : list)
      out.push_back({{"record", one.record}, {"reason", one.reason}});
    return out;
  };
  return {{"records", outcome.records},
          {"files", outcome.files},
          {"attachments", copies},
          {"refused", refusals(outcome.refused)},
          {"left_out", refusals(outcome.left_out)},
          {"cleaner", outcome.cleaner.empty() ? Json(nullptr) : Json(outcome.cleaner)},
          {"sandboxed", outcome.sandboxed}};
}

void report(Context& context, const Options& options, const ExportOutcome& outcome) {
  context.out << "exported    " << outcome.records << " for " << options.member_class
              << "\nto          " << printable(options.to) << '\n';
  for (const auto& [record, copy] : outcome.copies) {
    context.out << "attachment  "
                << (copy.file.empty() ? record + "/" + std::to_string(copy.number) : copy.file)
                << ": " << printable(copy.done) << '\n';
  }
  for (const ExportRefusal& part : outcome.left_out) {
    context.err << "depone: of record " << part.record << " stays here: " << printable(part.reason)
                << '\n';
  }
  for (const ExportRefusal& refusal : outcome.refused) {
    context.err << "depone: record " << refusal.record
                << " stays here: " << printable(refusal.reason) << '\n';
  }
  if (!outcome.refused.empty()) {
    context.err << "depone: records that stay here: " << outcome.refused.size() << '\n';
  }
  if (outcome.records > 0) {
    context.err << "What was written is not encrypted: anyone who has " << printable(options.to)
                << " can read it.\n";
  }
}

int export_records(Context& context, const Options& options) {
  Vault vault = open_vault(context);
  ExportRequest request{options.to, options.member_class, options.format, {}, options.uncleaned};
  for (const std::string& id : options.ids) {
    const std::string record = resolve_record(vault, id);
    const bool known =
        std::find(request.records.begin(), request.records.end(), record) != request.records.end();
    if (!known) request.records.push_back(record);
  }
  const Stopwatch watch;
  ExportOutcome outcome;
  {
    ProgressLine progress(context);
    outcome = run_export(vault, request, context.now(), [&](std::uint64_t done, std::uint64_t of) {
      progress.update("exporting", done, of, Unit::items);
    });
  }
  if (context.json) {
    Json json = as_json(outcome);
    json["seconds"] = watch.seconds();
    print_json(context, json);
  } else {
    report(context, options, outcome);
  }
  if (outcome.damaged) return exit_status(Code::damaged);
  return !options.ids.empty() && !outcome.refused.empty() ? exit_status(Code::refused) : 0;
}

}  // namespace

Runner install_export(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  app.add_option("ids", options->ids, "The records; without it, every record of the vault")
      ->type_name("ID");
  app.add_option("--to", options->to, "A new or empty directory")->required()->type_name("DIR");
  app.add_option("--for", options->member_class,
                 "Who is to read it: what the source's consent does not allow this class stays "
                 "here, and is listed")
      ->check(CLI::IsMember({"desk", "legal", "medical", "partner", "court", "public"}))
      ->type_name("CLASS")
      ->capture_default_str();
  static const std::map<std::string, ExportFormat> kFormats{{"jsonl", ExportFormat::jsonl},
                                                            {"csv", ExportFormat::csv},
                                                            {"html", ExportFormat::html},
                                                            {"markdown", ExportFormat::markdown}};
  app.add_option("--as,--format", options->format,
                 "jsonl or csv: one file a kind, which `import` reads back; html or markdown: a "
                 "page a record")
      ->transform(CLI::CheckedTransformer(kFormats))
      ->type_name("jsonl|csv|html|markdown");
  app.add_flag("--uncleaned", options->uncleaned,
               "Export attachments, too, that no metadata can be removed from: as they are. "
               "Photographs and documents can hold positions, serial numbers and names");
  return [&context, options] { return export_records(context, *options); };
}

}  // namespace depone::cli
