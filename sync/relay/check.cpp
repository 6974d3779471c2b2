#include "sync/relay/check.h"

#include <set>

#include "crypto/error.h"
#include "crypto/formats/entry.h"
#include "sync/relay/courier_import.h"
#include "sync/relay/log.h"
#include "sync/remote/log_check.h"

namespace depone::relay {

namespace {

constexpr std::size_t kPage = 256;

class Checker {
 public:
  Checker(Directory& relay, const CheckProgress& progress) : relay_(relay), progress_(progress) {}

  CheckReport run() {
    for (std::string& problem : relay_.ledger().check()) add(std::move(problem));
    guarded("ledger", [&] { head_ = relay_.ledger().head(); });
    const auto newest = check_rosters();
    guarded("log", [&] { check_log(newest ? &*newest : nullptr); });
    guarded("bundles", [&] { check_bundles(); });
    guarded("blobs", [&] { check_unknown(); });
    guarded("staging", [&] { check_staging(); });
    return std::move(report_);
  }

 private:
  void add(std::string problem) { report_.problems.push_back(std::move(problem)); }

  template <typename Work>
  void guarded(const std::string& what, Work work) {
    try {
      work();
    } catch (const Error& error) {
      add(what + ": " + error.what());
    }
  }

  std::optional<Roster> check_rosters() {
    std::optional<Roster> newest;
    std::uint64_t versions = 0;
    guarded("rosters", [&] { versions = relay_.ledger().roster_version(); });
    if (versions == 0) report_.notes.push_back("no roster is published yet");
    std::string before;
    for (std::uint64_t version = 1; version <= versions; ++version) {
      guarded("roster version " + std::to_string(version), [&] {
        const auto stored = relay_.ledger().roster(version);
        if (!stored) throw Error(Code::damaged, "it is missing in the ledger: put the ledger back from a backup");
        Roster roster = Roster::check_all(stored->head, stored->minisig, relay_.config().authority, stored->members);
        if (version > 1 && roster.head.previous != hex(sha256(before))) {
          throw Error(Code::damaged, "it does not follow the one before it");
        }
        before = stored->head;
        ++report_.rosters;
        newest = std::move(roster);
      });
    }
    return newest;
  }

  void check_log(const Roster* roster) {
    if (head_.size == 0) {
      report_.notes.push_back("the log is empty");
      return;
    }
    LedgerLog log(relay_.ledger(), head_);
    const LogReport found = depone::check_log(log, relay_.log_name(), roster, nullptr,
                                              [&](std::uint64_t done, std::uint64_t of) {
                                                if (progress_) progress_("log", done, of);
                                              });
    for (const std::string& failure : found.failures) add("log: " + failure);
    // What members left out of their chains is theirs to explain: not damage here.
    for (const std::string& missing : found.missing) report_.notes.push_back(missing);
    report_.entries = found.checkpoint.size;
    if (found.checkpoint.size != head_.size) add("log: the checkpoint says another size than the ledger");
  }

  void check_bundles() {
    std::uint64_t next = 0;
    for (;;) {
      const auto page = relay_.ledger().bundles(next, kPage);
      if (page.empty()) return;
      for (const BundleRecord& bundle : page) {
        guarded("bundle " + bundle.sha256, [&] { check_bundle(bundle); });
        known_.insert(bundle_blob(bundle.sha256));
        if (progress_) progress_("bundles", bundle.index, head_.size);
      }
      next = page.back().index + 1;
    }
  }

  void check_bundle(const BundleRecord& bundle) {
    ++report_.bundles;
    const std::string name = bundle_blob(bundle.sha256);
    const auto size = relay_.blobs().size(name);
    if (!size) throw Error(Code::damaged, "it is missing. Put it back from a backup, or have its sender send it again");
    report_.bytes += *size;
    const auto source = relay_.blobs().get(name, 0);
    const Digests digests = digest_all(*source);
    if (hex(digests.sha256) != bundle.sha256 || digests.size != bundle.size) {
      throw Error(Code::damaged,
                  "its bytes are not those that were taken in. Put it back from a backup, or have its sender send it again");
    }
  }

  void check_unknown() {
    std::vector<std::string> unknown;
    relay_.blobs().list([&](std::string_view name, std::uint64_t) {
      if (!known_.contains(std::string(name))) unknown.emplace_back(name);
    });
    if (unknown.empty()) return;
    // What came while this ran, and what is just being taken in: asked for after the list was made.
    for (const UploadRecord& upload : relay_.ledger().uploads()) {
      if (upload.completing) known_.insert(bundle_blob(upload.sha256));
    }
    add_known_bundles();
    for (const std::string& name : unknown) {
      if (!known_.contains(name)) add("blobs: " + name + " is no bundle of this relay; it was left as it is");
    }
  }

  void add_known_bundles() {
    for (std::uint64_t next = 0;;) {
      const auto page = relay_.ledger().bundles(next, kPage);
      if (page.empty()) return;
      for (const BundleRecord& bundle : page) known_.insert(bundle_blob(bundle.sha256));
      next = page.back().index + 1;
    }
  }

  void check_staging() {
    for (const std::string& name : names_in(relay_.staging())) {
      if (!is_random_name(name) && !is_import_name(name)) {
        report_.notes.push_back("staging: " + name + " is no upload of this relay; it was left as it is");
      }
    }
  }

  Directory& relay_;
  const CheckProgress& progress_;
  CheckReport report_;
  Head head_;
  std::set<std::string> known_;
};

}  // namespace

CheckReport check_relay(Directory& relay, const CheckProgress& progress) { return Checker(relay, progress).run(); }

}  // namespace depone::relay
