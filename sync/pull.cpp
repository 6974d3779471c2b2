#include "sync/pull.h"

#include <algorithm>
#include <chrono>

#include "crypto/error.h"
#include "crypto/formats/receipt.h"
#include "store/inbox.h"
#include "sync/download.h"
#include "sync/open.h"
#include "sync/roster_client.h"

namespace depone {

namespace {

// Errors that say something about a bundle, not about this machine or the network.
bool is_of_bundle(Code code) {
  switch (code) {
    case Code::malformed:
    case Code::unsupported:
    case Code::bad_signature:
    case Code::mismatch:
    case Code::no_identity:
    case Code::refused:
    case Code::invalid:
    case Code::not_found:
    case Code::unreachable:  // from opening: it waits for a roster
      return true;
    default:
      return false;
  }
}

// Adds the time until it is destroyed.
class Timed {
 public:
  explicit Timed(double& into) : into_(into) {}
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;
  ~Timed() {
    into_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }

 private:
  double& into_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

Sha256 hash_of(const fs::path& path) {
  FileSource file(path);
  Sha256Hasher hash;
  Bytes buffer(256u << 10);
  while (const std::size_t got = file.read(buffer)) hash.update(ByteView(buffer).first(got));
  return hash.finish();
}

class Puller {
 public:
  Puller(Vault& vault, RelayClient& relay, const Clock& clock, const Progress& progress)
      : vault_(vault), relay_(relay), clock_(clock), progress_(progress) {}

  PullResult run() {
    const auto roster = newest_roster(vault_);
    if (!roster) throw Error(Code::refused, "this vault has no roster yet; nothing was fetched");
    try_again();
    for (const RosterLog& log : roster->head.logs) read_mailbox(log.origin);
    return std::move(result_);
  }

 private:
  void read_mailbox(const std::string& origin) {
    for (bool more = true; more;) {
      const auto after = mailbox_position(vault_, origin);
      Mailbox page;
      {
        const Timed timed(result_.pull_seconds);
        page = relay_.mailbox(origin, after);
      }
      if (page.log != origin)
        return;  // this log is at its end, and the relay goes on with the next one
      for (const MailboxItem& item : page.items) {
        if (after && item.index <= *after) {
          throw Error(Code::malformed,
                      "the relay's mailbox is out of order; nothing of this page was taken in");
        }
        take(item.index, item.entry, [&] { set_mailbox_position(vault_, origin, item.index); });
      }
      more = page.more && !page.items.empty();
    }
  }

  // What could not be opened before, where something is another than then.
  void try_again() {
    for (const FailedBundle& failed : failed_bundles(vault_)) {
      if (failed.tried != tried_with()) take(failed.log_index, failed.entry, [] {});
    }
  }

  std::string tried_with() {
    const auto roster = newest_roster(vault_);
    return std::string(DEPONE_VERSION) + "/" + std::to_string(roster ? roster->head.version : 0);
  }

  // One entry of the mailbox, from download to vault or to the list of those that could not be
  // opened. `done` moves the mailbox on, once what is to be kept of it is durable.
  template <typename Done>
  void take(std::uint64_t index, const std::string& text, const Done& done) {
    const Entry entry = parse_entry(text);
    const auto* bundle = std::get_if<BundleEntry>(&entry);
    if (bundle == nullptr || bundle->key == vault_.identity().bundle_key()) {
      done();
      return;
    }
    if (was_opened(vault_, hex(bundle->digests.sha256))) {  // by hand, or before a crash
      remove_failed(vault_, hex(bundle->digests.sha256));
      done();
      return;
    }
    FailedBundle failed{hex(bundle->digests.sha256), index, text, "", ""};
    if (fetch_and_open(*bundle, index, failed)) {
      remove_failed(vault_, failed.sha256);
    } else {
      ++result_.refused;
      result_.problems.push_back("bundle " + failed.sha256 +
                                 " could not be taken in: " + failed.problem);
      add_failed(vault_, failed);
    }
    done();
    remove_file(vault_.inbox_dir() / (failed.sha256 + ".age"));
  }

  bool fetch_and_open(const BundleEntry& entry, std::uint64_t index, FailedBundle& failed) {
    std::optional<std::uint64_t> proved;
    try {
      const Timed timed(result_.pull_seconds);
      if (hash_of(download_bundle(vault_, relay_, entry, progress_)) != entry.digests.sha256) {
        throw Error(Code::mismatch,
                    "the relay gives other bytes than its log says; it is fetched again next time");
      }
      proved = proved_index(entry, index);
    } catch (const Error& error) {
      relay_.progress = nullptr;
      if (!is_of_bundle(error.code()) || error.code() == Code::unreachable ||
          error.code() == Code::refused)
        throw;
      failed.problem = error.what();
      return false;
    }
    ++result_.pulled;
    try {
      open(entry, proved);
      return true;
    } catch (const Error& error) {
      if (!is_of_bundle(error.code())) throw;
      failed.problem = error.what();
      failed.tried = tried_with();
      return false;
    }
  }

  void open(const BundleEntry& entry, std::optional<std::uint64_t> proved) {
    const std::string sha256 = hex(entry.digests.sha256);
    const Timed timed(result_.open_seconds);
    const OpenResult opened = open_bundle(
        vault_, vault_.inbox_dir() / (sha256 + ".age"), entry.minisig, proved,
        [&] { refresh_roster(vault_, relay_, clock_); }, clock_, progress_);
    if (!opened.already) ++result_.opened;
    for (const std::string& note : opened.notes) result_.notes.push_back(note);
  }

  // What the mailbox says is only said; where a revoked key signed, the place in the log decides
  // and has to be proved.
  std::optional<std::uint64_t> proved_index(const BundleEntry& entry, std::uint64_t index) {
    const auto roster = newest_roster(vault_);
    const MemberLine* line = roster ? roster->by_bundle_key(entry.key) : nullptr;
    if (line == nullptr || !line->until) return index;
    const auto text = relay_.receipt(hex(entry.digests.sha256), 0);
    if (!text) return std::nullopt;
    const CheckedReceipt checked = check_receipt(Receipt::parse(*text), roster->head.log_keys());
    const auto* logged = std::get_if<BundleEntry>(&checked.entry);
    if (logged == nullptr || logged->text() != entry.text()) return std::nullopt;
    return checked.index;
  }

  Vault& vault_;
  RelayClient& relay_;
  const Clock& clock_;
  const Progress& progress_;
  PullResult result_;
};

}  // namespace

PullResult pull(Vault& vault, RelayClient& relay, const Clock& clock, const Progress& progress) {
  return Puller(vault, relay, clock, progress).run();
}

}  // namespace depone
