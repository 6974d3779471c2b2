#include <CLI/CLI.hpp>
#include <memory>

#include "cli/audit/commands.h"
#include "cli/audit/trust.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "crypto/error.h"
#include "sync/remote/hostile_dir.h"

namespace depone::cli {

namespace {

struct Options {
  TrustOptions trust;
  std::vector<std::string> files;
  std::string signer;
  std::string receipt;
};

class WatchedSource : public Source {
 public:
  WatchedSource(Source& in, ProgressLine& line, std::uint64_t size)
      : in_(in), line_(line), size_(size) {}
  std::size_t read(std::span<std::uint8_t> into) override {
    const std::size_t got = in_.read(into);
    done_ += got;
    line_.update("verify", done_, size_, Unit::bytes);
    return got;
  }

 private:
  Source& in_;
  ProgressLine& line_;
  std::uint64_t size_;
  std::uint64_t done_ = 0;
};

std::string without(const std::string& name, std::string_view ending) {
  return name.ends_with(ending) ? name.substr(0, name.size() - ending.size()) : name;
}

// As a courier lays them out, or beside the bundle.
std::optional<std::string> receipt_near(const HostileDir& dir, const std::string& name) {
  std::optional<Bytes> bytes = dir.read(name + ".tlog-proof", kMaxReceipt);
  if (!bytes) {
    const HostileDir above(dir.root() / "..");
    if (above.has_directory("receipts"))
      bytes = above.read("receipts/" + name + ".tlog-proof", kMaxReceipt);
  }
  if (!bytes) return std::nullopt;
  return std::string(as_text(*bytes));
}

Json verdict_json(const std::string& file, const BundleVerdict& verdict, const Checks& checks,
                  bool valid) {
  Json out = {{"file", file},
              {"sha256", verdict.sha256},
              {"valid", valid},
              {"checks", checks_json(checks)}};
  const auto& comment = verdict.comment;
  out["chain_id"] = comment ? Json(comment->chain) : Json(nullptr);
  out["sequence"] = comment ? Json(comment->sequence) : Json(nullptr);
  out["previous"] = comment && comment->previous ? Json(*comment->previous) : Json(nullptr);
  out["root"] = comment ? Json(hex(comment->root)) : Json(nullptr);
  out["member"] = verdict.member.empty() ? Json(nullptr) : Json(verdict.member);
  out["key"] = verdict.key ? Json(verdict.key->text()) : Json(nullptr);
  out["index"] = verdict.index ? Json(*verdict.index) : Json(nullptr);
  return out;
}

void print_verdict(Context& context, const std::string& file, const BundleVerdict& verdict,
                   const Checks& checks, bool valid) {
  context.out << printable(file) << ": " << (valid ? "valid" : "NOT VALID") << '\n';
  if (verdict.comment) {
    context.out << "  by           "
                << (verdict.member.empty() ? "key " : printable(verdict.member) + ", key ")
                << (verdict.key ? verdict.key->text() : "not known") << '\n'
                << "  place        chain " << verdict.comment->chain << ", sequence "
                << verdict.comment->sequence << '\n';
  }
  print_checks(context, checks);
}

BundleVerdict verify_file(Context& context, const fs::path& path,
                          const std::optional<std::string>& given_receipt, const Trust& trust,
                          bool roster_fell) {
  const HostileDir dir(path.parent_path());
  const std::string file_name = path.filename().string();
  const std::string name = without(file_name, ".age");
  const std::optional<std::string> receipt =
      given_receipt ? given_receipt : receipt_near(dir, name);
  if (!trust.roster && !trust.signer && !receipt && !roster_fell) {
    throw Error(Code::usage,
                "nothing says whose signature this should be: give --roster FILE, --signer KEY or "
                "--receipt FILE",
                path.string());
  }
  const HostileDir::Stream stream = dir.open(file_name);
  Bytes minisig;
  try {
    minisig = dir.need(file_name + ".minisig", minisign::kMaxSignatureSize);
  } catch (const Error& error) {
    if (error.code() != Code::malformed)
      throw;  // too long to be one: judged as what it is, not a signature
  }
  ProgressLine line(context);
  WatchedSource source(*stream.source, line, stream.size);
  return check_bundle(source, name, as_text(minisig), receipt ? &*receipt : nullptr, trust);
}

int verify(Context& context, const Options& options) {
  if (!options.receipt.empty() && options.files.size() != 1) {
    throw Error(Code::usage, "--receipt is of one bundle: name one");
  }
  const Trusted trusted = load_trust(options.trust);
  Trust trust = trusted.trust();
  if (!options.signer.empty()) {
    trust.signer = minisign::PublicKey::parse(options.signer);
    if (!trust.signer) throw Error(Code::usage, "this is not a valid public key", options.signer);
  }
  std::optional<std::string> receipt;
  if (!options.receipt.empty()) receipt = read_text(options.receipt, kMaxReceipt, true);
  // A roster that does not hold names nobody; the rest is checked all the same.
  const bool roster_fell = !options.trust.roster.empty() && !trusted.roster;
  std::vector<BundleVerdict> verdicts;
  for (const std::string& file : options.files) {
    verdicts.push_back(verify_file(context, file, receipt, trust, roster_fell));
  }
  check_together(verdicts);
  bool all = true;
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const BundleVerdict& verdict = verdicts[i];
    Checks checks = verdict.checks;
    append_checks(checks, trusted.checks);
    checks.skip("authority");
    checks.skip("time");
    const bool valid = !checks.failed() && checks.is_ok("signature");
    all = all && valid;
    if (context.json) {
      print_json(context, verdict_json(options.files[i], verdict, checks, valid));
    } else {
      print_verdict(context, options.files[i], verdict, checks, valid);
    }
  }
  return verdict_status(all);
}

}  // namespace

Runner audit_verify(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  app.add_option("FILE", options->files, "Sealed bundles; each has its .minisig beside it")
      ->required()
      ->type_name("FILE.age");
  add_trust_options(app, options->trust);
  app.add_option("--signer", options->signer,
                 "The bundle key that should have signed, where there is no roster")
      ->type_name("KEY");
  app.add_option("--receipt", options->receipt,
                 "The bundle's receipt, where it does not lie beside it or in ../receipts")
      ->type_name("FILE");
  return [options, &context] { return verify(context, *options); };
}

}  // namespace depone::cli
