#include "sync/remote/log_check.h"

#include <algorithm>
#include <future>
#include <thread>

#include "crypto/error.h"
#include "crypto/formats/tile.h"
#include "crypto/note.h"
#include "sync/remote/log_chains.h"
#include "sync/remote/log_tree.h"
#include "sync/remote/witness_check.h"

namespace depone {

namespace {

constexpr std::size_t kMaxFailures = 1000;
constexpr std::size_t kWorthAThread = 32;  // entries; an entry takes about 0.1 ms

struct Judged {
  std::optional<Entry> entry;
  std::optional<BundleComment> comment;
  std::string failure;
};

Judged judge(const std::string& bytes, bool verify) {
  Judged judged;
  try {
    judged.entry = parse_entry(bytes);
    if (const auto* bundle = std::get_if<BundleEntry>(&*judged.entry)) {
      judged.comment = BundleSignature::parse(bundle->minisig).comment;
    }
    if (verify && !entry_signature_ok(*judged.entry))
      judged.failure = "its signature does not hold";
  } catch (const Error& error) {
    judged.failure = error.what();
  }
  return judged;
}

// In order; on as many cores as there are where there is enough to do.
std::vector<Judged> judge_all(const std::vector<std::string>& entries, std::uint64_t first,
                              std::uint64_t verify_from) {
  std::vector<Judged> out(entries.size());
  const auto range = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) out[i] = judge(entries[i], first + i >= verify_from);
  };
  std::size_t workers = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
  if (entries.size() < kWorthAThread || first + entries.size() <= verify_from) workers = 1;
  std::vector<std::future<void>> others;
  const std::size_t share = (entries.size() + workers - 1) / workers;
  for (std::size_t begin = share; begin < entries.size(); begin += share) {
    others.push_back(
        std::async(std::launch::async, range, begin, std::min(begin + share, entries.size())));
  }
  range(0, std::min(share, entries.size()));
  for (auto& other : others) other.get();
  return out;
}

class LogChecker {
 public:
  LogChecker(LogSource& source, const Roster* roster, const LogState* since, LogReport& report)
      : source_(source),
        roster_(roster),
        since_(since),
        report_(report),
        tree_(source),
        chains_(roster) {}

  void run(const VerifierKey& key, const LogProgress& progress) {
    report_.note = source_.checkpoint();
    try {
      report_.checkpoint = open_checkpoint(report_.note, key);
      report_.checks.ok("signature");
    } catch (const Error& error) {
      fail("signature", "checkpoint: " + std::string(error.what()));
      for (const char* name :
           {"witnesses", "tree", "tiles", "entries", "rosters", "members", "chains", "consistency"}) {
        report_.checks.skip(name, "the checkpoint does not hold");
      }
      return;
    }
    report_.cosignatures = check_witnesses(report_.note, roster_, report_.checks);
    if (report_.checks.failed()) report_.failures.push_back("checkpoint: " + witness_failure());
    for (const char* name :
         {"tree", "tiles", "entries", "rosters", "members", "chains", "consistency"}) {
      report_.checks.skip(name);  // so that they stand in this order
    }
    if (since_) read_since(key);
    if (!read_entries(progress)) {
      const std::string why = "the entries could not all be read";
      for (const char* name : {"tiles", "entries", "rosters", "members", "chains"})
        report_.checks.skip(name, why);
      if (since_) report_.checks.skip("consistency", why);
      report_.chains = chains_.ends();
      return;
    }
    tree_.finish(report_.checkpoint, report_.checks, report_.failures);
    if (!entries_failed_) report_.checks.ok("entries");
    finish_rosters();
    finish_chains();
    finish_since();
  }

 private:
  LogSource& source_;
  const Roster* roster_;
  const LogState* since_;
  LogReport& report_;
  LogTree tree_;
  LogChains chains_;
  bool entries_failed_ = false;
  std::optional<Checkpoint> older_;
  std::optional<Sha256> root_then_;
  std::vector<ChainEnd> chains_then_;
  std::optional<RosterEntry> newest_;

  void fail(std::string_view check, const std::string& text) {
    report_.checks.fail(check, text);
    if (report_.failures.size() < kMaxFailures) report_.failures.push_back(text);
  }

  std::string witness_failure() const {
    return report_.checks.of("witnesses").substr(std::string_view("failed: ").size());
  }

  void read_since(const VerifierKey& key) {
    try {
      older_ = open_checkpoint(since_->checkpoint, key);
    } catch (const Error& error) {
      fail("consistency", "the saved state is not of this log: " + std::string(error.what()));
      return;
    }
    if (older_->size > report_.checkpoint.size) {
      fail("consistency", "the log has " + std::to_string(report_.checkpoint.size) +
                              " entries, and had " + std::to_string(older_->size) +
                              " before: it was cut, or an old copy is shown");
    }
    remember_then();
  }

  // The tree and the chains as they were when the older state was saved.
  void remember_then() {
    if (!older_ || root_then_ || tree_.size() != older_->size) return;
    root_then_ = tree_.root();
    chains_then_ = chains_.ends();
  }

  bool read_entries(const LogProgress& progress) {
    const std::uint64_t size = report_.checkpoint.size;
    const std::uint64_t verify_from = older_ ? older_->size : 0;
    for (std::uint64_t first = 0; first < size; first += kTileWidth) {
      TilePath path;
      path.entries = true;
      path.index = first / kTileWidth;
      path.width = static_cast<unsigned>(std::min(size - first, kTileWidth));
      const auto file = read_log_file(source_, path);
      if (!file) {
        fail("tree", path.text() + " is missing");
        return false;
      }
      std::vector<std::string> entries;
      try {
        entries = parse_entry_bundle(file->bytes, file->path.width);
      } catch (const Error& error) {
        fail("tree", file->path.text() + ": " + error.what());
        return false;
      }
      entries.resize(path.width);
      const std::vector<Judged> judged = judge_all(entries, first, verify_from);
      for (std::size_t i = 0; i < entries.size(); ++i) {
        take(first + i, judged[i]);
        tree_.add(merkle::leaf_hash(as_bytes(entries[i])));
        remember_then();
      }
      if (progress) progress(first + entries.size(), size);
    }
    return true;
  }

  void take(std::uint64_t index, const Judged& judged) {
    if (!judged.failure.empty()) {
      entries_failed_ = true;
      fail("entries", "entry " + std::to_string(index) + ": " + judged.failure);
      return;  // what its key did not sign says nothing about a chain
    }
    if (const auto* bundle = std::get_if<BundleEntry>(&*judged.entry)) {
      if (index == 0) fail("rosters", "entry 0 is not a roster");
      ++report_.bundles;
      chains_.add(index, *bundle, *judged.comment);
    } else {
      take_roster(index, std::get<RosterEntry>(*judged.entry));
    }
  }

  void take_roster(std::uint64_t index, const RosterEntry& entry) {
    ++report_.rosters;
    report_.roster_entries.push_back(entry);
    const std::string at =
        "entry " + std::to_string(index) + ": roster " + std::to_string(entry.version);
    if (roster_ && !(entry.authority == roster_->head.authority)) {
      fail("rosters", at + " is signed by another authority: " + entry.authority.text());
    }
    if (newest_ && entry.version <= newest_->version) {
      fail("rosters", at + " comes after roster " + std::to_string(newest_->version));
    } else if (newest_ && entry.version == newest_->version + 1 &&
               entry.authority == newest_->authority) {
      const std::string comment = minisign::Signature::parse(entry.minisig).trusted_comment;
      if (!comment.ends_with(" previous=" + hex(newest_->digests.sha256))) {
        fail("rosters", at + " does not follow the roster before it");
      }
    }
    newest_ = entry;
    report_.newest_roster = entry.version;
  }

  void finish_rosters() {
    if (roster_ && !newest_) {
      fail("rosters", "the log holds no roster");
    } else if (roster_ && hex(newest_->digests.sha256) != hex(sha256(roster_->head_json))) {
      fail("rosters", "the roster at hand (version " + std::to_string(roster_->head.version) +
                          ") is not the newest one in the log (version " +
                          std::to_string(newest_->version) + ")");
    }
    if (report_.checks.of("rosters") == "not checked") report_.checks.ok("rosters");
  }

  void finish_chains() {
    LogChains::Findings findings;
    report_.chains = chains_.ends();
    chains_.finish(report_.checks, findings);
    report_.failures.insert(report_.failures.end(), findings.failures.begin(),
                            findings.failures.end());
    report_.missing = std::move(findings.missing);
    report_.notes = std::move(findings.notes);
  }

  void finish_since() {
    if (!older_ || !root_then_) return;
    if (*root_then_ != older_->root) {
      fail("consistency",
           "the first " + std::to_string(older_->size) +
               " entries are not those that the saved state saw: the log was rewritten");
      return;
    }
    // Members may have been named since; everything else of a chain's end must be as it was.
    const auto same = [](const ChainEnd& a, const ChainEnd& b) {
      return a.key == b.key && a.chain == b.chain && a.sequence == b.sequence &&
             a.bundle == b.bundle;
    };
    for (const ChainEnd& then : since_->chains) {
      const bool found = std::any_of(chains_then_.begin(), chains_then_.end(),
                                     [&](const ChainEnd& end) { return same(end, then); });
      if (!found) {
        fail("consistency", "the saved state says that chain " + then.chain +
                                " ended at sequence " + std::to_string(then.sequence) +
                                ", and in the log it did not");
      }
    }
    if (report_.checks.of("consistency") == "not checked") report_.checks.ok("consistency");
  }
};

}  // namespace

LogReport check_log(LogSource& source, const VerifierKey& key, const Roster* roster,
                    const LogState* since, const LogProgress& progress) {
  LogReport report;
  LogChecker(source, roster, since, report).run(key, progress);
  return report;
}

}  // namespace depone
