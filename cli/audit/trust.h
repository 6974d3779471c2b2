#pragma once

#include <optional>
#include <string>

#include "cli/context.h"
#include "crypto/formats/roster.h"
#include "crypto/json.h"
#include "sync/remote/bundle_check.h"

namespace depone::cli {

// --authority, --roster, --log-key: whom an auditor believes.
struct TrustOptions {
  std::string authority;
  std::string roster;
  std::string log_key;
};
void add_trust_options(CLI::App& app, TrustOptions& options);

// What those options gave. A roster that does not hold is a failed check, not an end of the
// program.
struct Trusted {
  std::optional<minisign::PublicKey> authority;
  std::optional<Roster> roster;
  std::vector<VerifierKey> logs;
  Checks checks;  // roster, authority
  Trust trust() const { return {roster ? &*roster : nullptr, std::nullopt, logs}; }
};
Trusted load_trust(const TrustOptions& options);
// The same for a roster found at `path` where --roster was not given.
void load_roster(Trusted& trusted, const std::string& path);
// Takes a checked roster of somewhere else in.
void take_roster(Trusted& trusted, Roster roster);

// What is thrown for bytes that do not hold, as against files that are not there or a relay that
// does not answer.
bool is_verdict(Code code);

Json checks_json(const Checks& checks);
// One line a check, in columns.
void print_checks(Context& context, const Checks& checks);
// [{"witness","time"}]; and the same as lines of a report.
Json cosignatures_json(std::span<const Cosignature> cosignatures);
void print_cosignatures(Context& context, std::span<const Cosignature> cosignatures);
// Puts the items of `more` behind those of `checks`.
void append_checks(Checks& checks, const Checks& more);

// 0, or 4 where something failed.
int verdict_status(bool valid);

}  // namespace depone::cli
