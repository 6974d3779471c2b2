#include "sync/sync.h"

#include <CLI/CLI.hpp>

#include "cli/monitor/commands.h"
#include "cli/monitor/exchange.h"
#include "cli/monitor/vault_access.h"
#include "cli/output.h"
#include "cli/run.h"
#include "store/outbox.h"
#include "store/records/records.h"

namespace depone::cli {

namespace {

std::vector<std::string> problems_of(const SyncResult& result) {
  std::vector<std::string> problems = result.pull.problems;
  for (const SealRefusal& refusal : result.seal.refused) {
    problems.push_back("record " + refusal.record + " stays here: " + refusal.reason);
  }
  problems.insert(problems.end(), result.push.problems.begin(), result.push.problems.end());
  return problems;
}

std::vector<std::string> notes_of(const SyncResult& result) {
  std::vector<std::string> notes = result.pull.notes;
  notes.insert(notes.end(), result.seal.notes.begin(), result.seal.notes.end());
  notes.insert(notes.end(), result.notes.begin(), result.notes.end());
  if (result.clock_skew) {
    notes.push_back(
        "this computer's clock is wrong: the relay's time was taken for its requests. Set the "
        "clock");
  }
  return notes;
}

Json as_json(const SyncResult& result) {
  Json json = Json::object();
  json["pulled"] = result.pull.pulled;
  json["opened"] = result.pull.opened;
  json["sealed"] = result.seal.bundles.size();
  json["pushed"] = result.push.pushed;
  json["receipts"] = result.push.receipts;
  json["refused"] = result.seal.refused.size() + result.push.refused + result.pull.refused;
  json["bytes_sent"] = result.bytes_sent;
  json["bytes_received"] = result.bytes_received;
  json["roster"] = result.roster;
  json["records"] = result.seal.records;
  json["waiting"] = result.push.waiting;
  json["seconds"] = {{"pull", rounded(result.pull.pull_seconds)},
                     {"open", rounded(result.pull.open_seconds)},
                     {"seal", rounded(result.seal_seconds)},
                     {"push", rounded(result.push_seconds)}};
  json["problems"] = problems_of(result);
  json["notes"] = notes_of(result);
  return json;
}

void print(Context& context, const SyncResult& result) {
  std::ostream& out = context.out;
  out << "Received  " << counted(result.pull.pulled, "bundle", "bundles") << ", "
      << result.pull.opened << " opened\n"
      << "Sealed    " << counted(result.seal.records, "record", "records") << " in "
      << counted(result.seal.bundles.size(), "bundle", "bundles") << '\n'
      << "Sent      " << counted(result.push.pushed, "bundle", "bundles") << '\n'
      << "Receipts  " << result.push.receipts;
  if (result.push.waiting > 0)
    out << ", " << counted(result.push.waiting, "bundle waits", "bundles wait");
  out << '\n';
}

// What a person has to know when nothing could be sent.
void say_what_is_only_here(Context& context, Vault& vault) {
  const StateCounts counts = count_states(vault);
  const std::uint64_t only_here = counts.local + counts.sealed + counts.refused;
  context.err << "depone: nothing was lost. " << counted(only_here, "record is", "records are")
              << " still only here, " << counts.sealed
              << " of them sealed and waiting to be sent\n";
}

int run(Context& context) {
  Vault vault = open_vault(context);
  SyncResult result;
  try {
    ProgressLine line(context);
    result = sync_with_relay(vault, context.now, show_progress(line));
  } catch (const Error& error) {
    if (error.code() == Code::unreachable) say_what_is_only_here(context, vault);
    throw;
  }
  if (context.json) {
    print_json(context, as_json(result));
  } else {
    print(context, result);
  }
  print_notes(context, problems_of(result));
  print_notes(context, notes_of(result));
  if (!result.push.stopped) return 0;
  if (*result.push.stopped == Code::unreachable) say_what_is_only_here(context, vault);
  return exit_status(*result.push.stopped);
}

}  // namespace

Runner install_sync(CLI::App&, Context& context) {
  return [&context] { return run(context); };
}

}  // namespace depone::cli
