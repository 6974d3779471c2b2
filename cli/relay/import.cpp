#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/clean_end.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/relay/commands.h"
#include "cli/run.h"
#include "sync/relay/courier_import.h"

namespace depone::cli {

namespace {

using Why = relay::LeftBundle::Why;

struct Options {
  std::string path;
  std::string stick;
};

// What fails to verify is the worst, then what the operator has to put right here.
int status_of(const relay::ImportResult& result) {
  const auto any = [&](Why why) {
    return std::any_of(result.left.begin(), result.left.end(),
                       [&](const relay::LeftBundle& left) { return left.why == why; });
  };
  if (any(Why::verification)) return exit_status(Code::mismatch);
  if (any(Why::here) || !result.unwritten.empty() || result.waiting > 0) return 1;
  return any(Why::policy) ? exit_status(Code::refused) : 0;
}

Json json_of(const relay::ImportResult& result) {
  Json left = Json::array();
  for (const relay::LeftBundle& one : result.left) {
    left.push_back({{"bundle", one.sha256},
                    {"problem", one.problem.empty() ? Json(nullptr) : Json(one.problem)},
                    {"text", one.text}});
  }
  return {{"taken", result.taken},         {"bytes", result.bytes},     {"already", result.already},
          {"receipts", result.receipts},   {"waiting", result.waiting}, {"left", std::move(left)},
          {"unwritten", result.unwritten}, {"notes", result.notes}};
}

void tell(Context& context, const relay::ImportResult& result) {
  if (result.taken == 0) {
    context.out << "Nothing new was taken in; ";
  } else {
    context.out << result.taken << " bundles were taken in (" << human_bytes(result.bytes) << "), ";
  }
  context.out << result.already << " were here already. " << result.receipts
              << " receipts were written to the stick.\n";
  for (const std::string& note : result.notes) context.out << "note: " << printable(note) << '\n';
  for (const relay::LeftBundle& left : result.left) {
    context.out << (left.why == Why::here ? "LEFT " : "REFUSED ") << left.sha256 << ": "
                << (left.problem.empty() ? "" : left.problem + ": ") << printable(left.text)
                << '\n';
  }
  if (result.waiting > 0) {
    context.out << result.waiting
                << " wait for a checkpoint, and are safe here. Look at the server's log, then run "
                   "this again for their receipts.\n";
  }
  for (const std::string& why : result.unwritten)
    context.out << "NOT WRITTEN to the stick: " << printable(why) << '\n';
}

int run_import(Context& context, const Options& options) {
  relay::Directory relay(options.path);
  relay::ImportResult result;
  {
    const CleanEnd clean_end;
    ProgressLine progress(context);
    result = import_from_courier(relay, {options.stick}, context.now,
                                 [&](std::uint64_t done, std::uint64_t of) {
                                   progress.update("import", done, of, Unit::bytes);
                                 });
  }
  if (context.json) {
    print_json(context, json_of(result));
  } else {
    tell(context, result);
  }
  const int status = status_of(result);
  if (!result.left.empty()) {
    context.err << "depone-relay: " << result.left.size()
                << " bundles were not taken in and stay on the stick; the others are in.\n";
  } else if (status != 0) {
    context.err << "depone-relay: what was taken in is safe here; the stick lacks receipts. Run "
                   "this again.\n";
  }
  return status;
}

}  // namespace

Runner relay_import(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  app.add_option("DIR", options->path, "The relay's directory")->required()->type_name("DIR");
  app.add_option("--courier", options->stick, "Where from: a stick, or any directory")
      ->required()
      ->type_name("STICK");
  return [options, &context] { return run_import(context, *options); };
}

}  // namespace depone::cli
