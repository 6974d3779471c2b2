#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/audit/commands.h"
#include "cli/audit/trust.h"
#include "cli/output.h"
#include "crypto/error.h"
#include "sync/remote/hostile_dir.h"

namespace depone::cli {

namespace {

struct Options {
  TrustOptions trust;
  std::string file;
  std::string bundle;
};

// The facts of a receipt that holds.
Json facts(const ReceiptVerdict& verdict) {
  Json out = Json::object();
  if (!verdict.receipt) return out;
  const CheckedReceipt& receipt = *verdict.receipt;
  out["origin"] = receipt.checkpoint.origin;
  out["index"] = receipt.index;
  out["size"] = receipt.checkpoint.size;
  if (const auto* bundle = std::get_if<BundleEntry>(&receipt.entry)) {
    out["bundle"] = hex(bundle->digests.sha256);
    out["bytes"] = bundle->digests.size;
    out["key"] = bundle->key.text();
    out["member"] = verdict.member.empty() ? Json(nullptr) : Json(verdict.member);
  } else {
    const auto& roster = std::get<RosterEntry>(receipt.entry);
    out["roster"] = roster.version;
    out["key"] = roster.authority.text();
  }
  return out;
}

// What a receipt says of time: witnesses that cosigned it saw the entry in the log.
std::string what_it_proves(std::span<const Cosignature> cosignatures) {
  if (cosignatures.empty()) return "It proves the place in the log's order, not a time.";
  const auto first =
      std::min_element(cosignatures.begin(), cosignatures.end(),
                       [](const Cosignature& a, const Cosignature& b) { return a.time < b.time; });
  return "It proves the place in the log's order and, where " + printable(first->witness.name) +
         " is believed, that it was there by " + first->time.text() + ".";
}

void print(Context& context, const std::string& file, const Json& known,
           std::span<const Cosignature> cosignatures, const Checks& checks, bool valid) {
  context.out << printable(file) << ": " << (valid ? "valid" : "NOT VALID") << '\n';
  for (const auto& [name, value] : known.items()) {
    const std::string text = value.is_string() ? value.get<std::string>()
                             : value.is_null() ? "not known"
                                               : value.dump();
    context.out << "  " << name << std::string(name.size() < 13 ? 13 - name.size() : 1, ' ')
                << printable(text) << '\n';
  }
  print_cosignatures(context, cosignatures);
  print_checks(context, checks);
  if (valid) context.out << "  " << what_it_proves(cosignatures) << '\n';
}

int check(Context& context, const Options& options) {
  const Trusted trusted = load_trust(options.trust);
  if (trusted.logs.empty() && !trusted.checks.failed()) {
    throw Error(Code::usage,
                "nothing says whose log this should be in: give --roster FILE or --log-key VKEY",
                options.file);
  }
  const fs::path path(options.file);
  const HostileDir dir(path.parent_path());
  std::string name = path.filename().string();
  if (name.ends_with(".tlog-proof"))
    name.resize(name.size() - std::string_view(".tlog-proof").size());
  std::optional<Digests> digests;
  if (!options.bundle.empty()) {
    FileSource source(options.bundle, true);
    digests = digest_all(source);
  }
  std::string bytes;
  try {
    bytes = as_text(dir.need(path.filename().string(), kMaxReceipt));
  } catch (const Error& error) {
    if (error.code() != Code::malformed) throw;  // too long to be one
  }
  ReceiptVerdict verdict;
  if (trusted.logs.empty()) {
    for (const char* each : {"receipt", "witnesses", "name", "member", "bundle"})
      verdict.checks.skip(each, "the roster does not hold");
  } else {
    verdict = check_receipt_file(bytes, name, digests, trusted.trust());
  }
  Checks checks = verdict.checks;
  append_checks(checks, trusted.checks);
  checks.skip("authority");
  checks.skip("time");
  const bool valid = !checks.failed();
  const Json known = facts(verdict);
  if (context.json) {
    Json out = {{"file", options.file}, {"valid", valid}, {"checks", checks_json(checks)}};
    out.update(known);
    out["cosignatures"] = cosignatures_json(verdict.cosignatures);
    print_json(context, out);
  } else {
    print(context, options.file, known, verdict.cosignatures, checks, valid);
  }
  return verdict_status(valid);
}

}  // namespace

Runner audit_receipt(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  app.add_option("FILE", options->file, "A receipt")->required()->type_name("FILE.tlog-proof");
  add_trust_options(app, options->trust);
  app.add_option("--bundle", options->bundle, "The bundle that it is said to be of")
      ->type_name("FILE.age");
  return [options, &context] { return check(context, *options); };
}

}  // namespace depone::cli
