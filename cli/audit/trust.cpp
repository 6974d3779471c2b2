#include "cli/audit/trust.h"

#include <CLI/CLI.hpp>

#include "cli/run.h"
#include "crypto/error.h"
#include "sync/remote/roster_files.h"

namespace depone::cli {

void add_trust_options(CLI::App& app, TrustOptions& options) {
  app.add_option("--authority", options.authority,
                 "The authority's public key, or a minisign public key file: what everything else "
                 "is judged by")
      ->type_name("KEY|FILE");
  app.add_option("--roster", options.roster,
                 "The roster's head; its .minisig and members.jsonl lie beside it")
      ->type_name("FILE");
  app.add_option("--log-key", options.log_key,
                 "The log's verifier key (NAME+HASH+KEY), where there is no roster")
      ->type_name("VKEY");
}

Trusted load_trust(const TrustOptions& options) {
  Trusted trusted;
  if (!options.authority.empty()) trusted.authority = read_authority(options.authority);
  if (!options.log_key.empty()) {
    const auto key = VerifierKey::parse(options.log_key);
    if (!key)
      throw Error(Code::usage, "this is not a verifier key of the form NAME+HASH+KEY",
                  options.log_key);
    trusted.logs.push_back(*key);
  }
  if (!options.roster.empty()) load_roster(trusted, options.roster);
  return trusted;
}

void load_roster(Trusted& trusted, const std::string& path) {
  try {
    const minisign::PublicKey claimed = claimed_authority(path);
    if (trusted.authority && !(claimed == *trusted.authority)) {
      trusted.checks.skip("roster", "it is another authority's");
      trusted.checks.fail("authority",
                          path + " is in the name of another authority: " + claimed.text());
      return;
    }
    take_roster(trusted, read_roster_files(path, claimed));
  } catch (const Error& error) {
    if (!is_verdict(error.code())) throw;
    trusted.checks.fail("roster", error.what());
    trusted.checks.skip("authority", trusted.authority ? "the roster does not hold" : "");
  }
}

void take_roster(Trusted& trusted, Roster roster) {
  trusted.checks.ok("roster");
  if (!trusted.authority) {
    trusted.checks.skip("authority");
  } else if (roster.head.authority == *trusted.authority) {
    trusted.checks.ok("authority");
  } else {
    trusted.checks.fail("authority", "the roster is in the name of another authority: " +
                                         roster.head.authority.text());
  }
  for (const VerifierKey& key : roster.head.log_keys()) trusted.logs.push_back(key);
  trusted.roster = std::move(roster);
}

bool is_verdict(Code code) {
  return code == Code::malformed || code == Code::unsupported || code == Code::bad_signature ||
         code == Code::mismatch;
}

Json checks_json(const Checks& checks) {
  Json out = Json::object();
  for (const auto& [name, outcome] : checks.list()) out[name] = outcome;
  return out;
}

void print_checks(Context& context, const Checks& checks) {
  constexpr std::size_t kColumn = 13;
  for (const auto& [name, outcome] : checks.list()) {
    context.out << "  " << name
                << std::string(kColumn > name.size() ? kColumn - name.size() : 1, ' ')
                << printable(outcome) << '\n';
  }
}

Json cosignatures_json(std::span<const Cosignature> cosignatures) {
  Json out = Json::array();
  for (const Cosignature& cosignature : cosignatures) {
    out.push_back({{"witness", cosignature.witness.name}, {"time", cosignature.time.text()}});
  }
  return out;
}

void print_cosignatures(Context& context, std::span<const Cosignature> cosignatures) {
  for (const Cosignature& cosignature : cosignatures) {
    context.out << "  witness      " << printable(cosignature.witness.name) << " at "
                << cosignature.time.text() << '\n';
  }
}

void append_checks(Checks& checks, const Checks& more) {
  constexpr std::string_view kFailed = "failed: ";
  constexpr std::string_view kSkipped = "not checked: ";
  for (const auto& [name, outcome] : more.list()) {
    if (outcome == "ok") {
      checks.ok(name);
    } else if (outcome.starts_with(kFailed)) {
      checks.fail(name, outcome.substr(kFailed.size()));
    } else {
      checks.skip(name, outcome.starts_with(kSkipped) ? outcome.substr(kSkipped.size()) : "");
    }
  }
}

int verdict_status(bool valid) { return valid ? 0 : exit_status(Code::bad_signature); }

}  // namespace depone::cli
