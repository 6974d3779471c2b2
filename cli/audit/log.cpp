#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <thread>

#include "cli/audit/commands.h"
#include "cli/audit/trust.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/prompt.h"
#include "crypto/error.h"
#include "sync/remote/log_check.h"
#include "sync/remote/request_key.h"
#include "sync/remote/roster_files.h"

namespace depone::cli {

namespace {

constexpr std::size_t kMaxState = 64u << 20;

struct Options {
  TrustOptions trust;
  std::string source;
  std::string key;
  std::string save;
  std::string since;
};

bool is_url(const std::string& text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

// The log to be checked and who is believed about it.
struct Audit {
  Trusted trusted;
  std::optional<RequestKey> key;
  std::unique_ptr<RelayClient> relay;
  std::unique_ptr<LogSource> log;
  std::optional<fs::path> copies;  // the audit/ directory that the log came with
  bool roster_of_relay = false;  // fetched there, so that a newer one may be there a moment later

  std::optional<minisign::PublicKey> expected_authority() const {
    if (trusted.authority) return trusted.authority;
    return key ? std::optional(key->authority) : std::nullopt;
  }
  void fetch_roster() {
    try {
      Roster roster = relay->roster(*expected_authority(), nullptr, true);
      trusted.logs.clear();
      take_roster(trusted, std::move(roster));
    } catch (const Error& error) {
      if (!is_verdict(error.code())) throw;
      trusted.checks.fail("roster", error.what());
      trusted.checks.skip("authority", "the roster does not hold");
    }
  }
};

// TLS pins of the relay: from the key file, or of the roster's relay with this address.
std::vector<std::string> pins_for(const Audit& audit, const std::string& url) {
  if (audit.key && audit.key->pin && audit.key->relay == url) return {*audit.key->pin};
  if (!audit.trusted.roster) return {};
  for (const RosterRelay& relay : audit.trusted.roster->head.relays) {
    if (std::find(relay.urls.begin(), relay.urls.end(), url) != relay.urls.end()) return relay.pins;
  }
  return {};
}

Audit open_audit(Context& context, const Options& options,
                 std::optional<RequestKey> key) {
  Audit audit;
  audit.key = std::move(key);
  audit.trusted = load_trust(options.trust);
  if (!is_url(options.source)) {
    const LogDirectory found = find_log(options.source);
    audit.log = directory_log(found.log);
    audit.copies = found.audit;
    if (options.trust.roster.empty() && options.trust.log_key.empty() && found.audit) {
      load_roster(audit.trusted, (*found.audit / "roster.json").string());
    }
    return audit;
  }
  audit.relay = std::make_unique<RelayClient>(options.source, pins_for(audit, options.source),
                                              audit.key ? &audit.key->key : nullptr, context.now);
  if (options.trust.roster.empty() && options.trust.log_key.empty()) {
    if (!audit.key) {
      throw Error(Code::usage,
                  "nothing says whose log this should be: give --key FILE (made by `depone-audit "
                  "join`), --roster FILE or --log-key VKEY",
                  options.source);
    }
    audit.fetch_roster();
    audit.roster_of_relay = audit.trusted.roster.has_value();
  }
  audit.log = relay_log(*audit.relay, options.source);
  return audit;
}

// Of the log keys that are believed, the one that this log names; the newest where it names none of
// them, so that the check says what is wrong.
VerifierKey log_key_of(Audit& audit) {
  try {
    const Note note = Note::parse(audit.log->checkpoint());
    const std::string origin = Checkpoint::parse(note.text).origin;
    for (const VerifierKey& key : audit.trusted.logs) {
      if (key.name == origin && note.signed_by(key)) return key;
    }
  } catch (const Error& error) {
    if (!is_verdict(error.code())) throw;
  }
  return audit.trusted.logs.back();
}

LogReport check_once(Context& context, Audit& audit, const LogState* since) {
  ProgressLine line(context);
  const LogProgress progress = [&](std::uint64_t done, std::uint64_t of) {
    line.update("log", done, of);
  };
  const Roster* roster = audit.trusted.roster ? &*audit.trusted.roster : nullptr;
  return check_log(*audit.log, log_key_of(audit), roster, since, progress);
}

LogReport check(Context& context, Audit& audit, const LogState* since) {
  constexpr int kTries = 10;
  constexpr std::chrono::milliseconds kPause(200);
  LogReport report = check_once(context, audit, since);
  // A roster published between two of our requests, or just before it becomes an entry, is no
  // failure of anybody.
  for (int again = 0; again < kTries && audit.roster_of_relay && !audit.trusted.checks.failed() &&
                      report.checks.is_ok("signature") &&
                      report.newest_roster != audit.trusted.roster->head.version;
       ++again) {
    std::this_thread::sleep_for(kPause);
    if (report.newest_roster > audit.trusted.roster->head.version) audit.fetch_roster();
    report = check_once(context, audit, since);
  }
  return report;
}

Json report_json(const Options& options, const LogReport& report, const Checks& checks, bool valid,
                 double seconds) {
  Json chains = Json::array();
  for (const ChainEnd& end : report.chains) {
    chains.push_back({{"member", end.member.empty() ? Json(nullptr) : Json(end.member)},
                      {"key", end.key},
                      {"chain", end.chain},
                      {"sequence", end.sequence},
                      {"bundle", end.bundle}});
  }
  return {{"source", options.source},
          {"origin", report.checkpoint.origin},
          {"size", report.checkpoint.size},
          {"root", hex(report.checkpoint.root)},
          {"bundles", report.bundles},
          {"rosters", report.rosters},
          {"valid", valid},
          {"checks", checks_json(checks)},
          {"cosignatures", cosignatures_json(report.cosignatures)},
          {"chains", std::move(chains)},
          {"missing", report.missing},
          {"failures", report.failures},
          {"notes", report.notes},
          {"seconds", seconds}};
}

void print_list(Context& context, const char* title, const std::vector<std::string>& items) {
  if (items.empty()) return;
  context.out << title << '\n';
  for (const std::string& item : items) context.out << "  " << printable(item) << '\n';
}

void print_report(Context& context, const Options& options, const LogReport& report,
                  const Checks& checks, bool valid) {
  context.out << printable(options.source) << ": " << (valid ? "valid" : "NOT VALID") << '\n';
  if (checks.is_ok("signature")) {
    context.out << "  log          " << printable(report.checkpoint.origin) << '\n'
                << "  size         " << report.checkpoint.size << " entries (" << report.bundles
                << " bundles, " << report.rosters << " rosters)\n"
                << "  root         " << hex(report.checkpoint.root) << '\n';
  }
  print_cosignatures(context, report.cosignatures);
  print_checks(context, checks);
  print_list(context, "Missing:", report.missing);
  print_list(context, "Does not hold:", report.failures);
  print_list(context, "To look at:", report.notes);
  if (report.chains.empty()) return;
  context.out << "Chains:\n";
  for (const ChainEnd& end : report.chains) {
    context.out << "  " << (end.member.empty() ? end.key : printable(end.member)) << ": chain "
                << end.chain << ", " << end.sequence
                << (end.sequence == 1 ? " bundle\n" : " bundles\n");
  }
}

// The key to ask a relay with; unlocking it is not counted as time of the check.
std::optional<RequestKey> unlock_key(Context& context, const Options& options) {
  if (options.key.empty() || !is_url(options.source)) return std::nullopt;
  return read_request_key(options.key,
                          ask_passphrase(context, "Passphrase of " + options.key).reveal());
}

int audit(Context& context, const Options& options) {
  std::optional<RequestKey> key = unlock_key(context, options);
  const auto began = std::chrono::steady_clock::now();
  std::optional<LogState> since;
  if (!options.since.empty()) since = LogState::parse(read_text(options.since, kMaxState, true));
  Audit here = open_audit(context, options, std::move(key));
  LogReport report;
  if (!here.trusted.logs.empty()) {
    report = check(context, here, since ? &*since : nullptr);
  } else if (here.trusted.checks.failed()) {
    for (const char* name :
         {"signature", "witnesses", "tree", "tiles", "entries", "rosters", "members", "chains", "consistency"}) {
      report.checks.skip(name,
                         "the roster does not hold, so nothing says whose log this should be");
    }
  } else {
    throw Error(Code::usage,
                "nothing says whose log this should be: give --roster FILE or --log-key VKEY",
                options.source);
  }
  Checks checks = report.checks;
  if (here.copies && checks.is_ok("tree")) {
    Checks copies;
    check_roster_copies(*here.copies, report.roster_entries, copies);
    append_checks(checks, copies);
    if (copies.failed()) report.failures.push_back(copies.of("rosters").substr(8));
  }
  append_checks(checks, here.trusted.checks);
  checks.skip("authority");
  checks.skip("time");
  const bool valid = !checks.failed();
  for (const auto& [name, outcome] : here.trusted.checks.list()) {
    if (outcome.starts_with("failed: "))
      report.failures.insert(report.failures.begin(), outcome.substr(8));
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - began;
  if (context.json) {
    print_json(context, report_json(options, report, checks, valid, seconds.count()));
  } else {
    print_report(context, options, report, checks, valid);
  }
  if (!options.save.empty()) {
    if (valid) {
      write_file(options.save, report.state().json());
    } else {
      context.err << "The state was not saved: a later check must not start from a log that does "
                     "not hold.\n";
    }
  }
  return verdict_status(valid);
}

}  // namespace

Runner audit_log(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  app.add_option("SOURCE", options->source,
                 "A relay's address, a courier directory, or a copy of a log")
      ->required()
      ->type_name("URL|DIR");
  add_trust_options(app, options->trust);
  app.add_option("--key", options->key,
                 "The request key made by join: a log that is private answers nobody else")
      ->type_name("FILE");
  app.add_option("--save", options->save, "Keep the checkpoint and each chain's end in STATE")
      ->type_name("STATE");
  app.add_option("--since", options->since,
                 "Check that the log goes on from STATE; what that covers is not verified again")
      ->type_name("STATE");
  return [options, &context] { return audit(context, *options); };
}

}  // namespace depone::cli
