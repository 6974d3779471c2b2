#include "sync/relay/courier_export.h"

#include <algorithm>
#include <set>

#include "crypto/error.h"
#include "sync/relay/courier_stick.h"
#include "sync/relay/log.h"

namespace depone::relay {

namespace {

constexpr std::size_t kPage = 256;

class Exporter {
 public:
  Exporter(Directory& relay, const ExportWish& wish, const ExportProgress& progress)
      : relay_(relay), wish_(wish), progress_(progress), head_(relay.ledger().head()), stick_(wish.stick) {
    make_directory(wish.stick);
    const StoredRoster newest = relay.newest_roster();
    const auto lines = lines_of(newest.members);
    if (!lines) throw Error(Code::damaged, "the member lines in the ledger are cut short", "members.jsonl");
    for (const std::string_view text : *lines) {
      const MemberLine line = MemberLine::parse(text);
      members_.insert(line.id);
      if (line.role == Role::desk) desks_.insert(line.id);
    }
    for (const std::string& id : wish.members) {
      if (!members_.contains(id)) throw Error(Code::not_found, "there is no member of this id; nothing was written", id);
    }
  }

  ExportResult run() {
    for (std::uint64_t next = 0; next < head_.size;) {
      const auto page = relay_.ledger().bundles(next, kPage);
      if (page.empty()) break;
      for (const BundleRecord& bundle : page) {
        if (bundle.index < head_.size && wanted(bundle)) export_bundle(bundle);
        if (progress_) progress_(std::min(bundle.index + 1, head_.size), head_.size);
      }
      next = page.back().index + 1;
    }
    if (wish_.audit) export_audit();
    return result_;
  }

 private:
  bool wanted(const BundleRecord& bundle) const {
    return std::any_of(bundle.to.begin(), bundle.to.end(), [&](const std::string& id) {
      if (wish_.members.empty()) return desks_.contains(id);
      return std::find(wish_.members.begin(), wish_.members.end(), id) != wish_.members.end();
    });
  }

  void export_bundle(const BundleRecord& bundle) {
    const std::string base = "bundles/" + bundle.sha256;
    std::string to;
    for (const std::string& id : bundle.to) to += id + "\n";
    // The ciphertext last: who finds it finds what belongs to it.
    stick_.write(base + ".to", to);
    stick_.write(base + ".age.minisig", bundle.minisig);
    if (!stick_.has(base + ".age", bundle.size)) {
      const auto source = relay_.blobs().get(bundle_blob(bundle.sha256), 0);
      Checked checked(*source, bundle);
      stick_.copy_in(base + ".age", checked);
      ++result_.copied;
      result_.bytes += bundle.size;
    }
    ++result_.bundles;
    if (!wish_.audit) return;
    const std::string receipt = "receipts/" + bundle.sha256 + ".tlog-proof";
    if (!stick_.there(receipt)) stick_.write(receipt, receipt_text(relay_.ledger(), head_, bundle.index));
    ++result_.receipts;
  }

  // Damage is not passed on: the end is only reached with the right bytes.
  class Checked : public Source {
   public:
    Checked(Source& from, const BundleRecord& bundle) : from_(from), bundle_(bundle) {}
    std::size_t read(std::span<std::uint8_t> into) override {
      const std::size_t got = from_.read(into);
      if (got > 0) {
        hash_.update(into.first(got));
      } else if (!into.empty() && hex(hash_.finish()) != bundle_.sha256) {
        throw Error(Code::damaged, "this bundle is damaged here and was not exported; run depone-relay check",
                    bundle_.sha256);
      }
      return got;
    }

   private:
    Source& from_;
    const BundleRecord& bundle_;
    Sha256Hasher hash_;
  };

  void export_audit() {
    result_.log_size = head_.size;
    export_log();
    const std::uint64_t versions = relay_.ledger().roster_version();
    for (std::uint64_t version = 1; version <= versions; ++version) {
      const auto roster = relay_.ledger().roster(version);
      if (!roster) throw Error(Code::damaged, "a roster is missing in the ledger; run depone-relay check",
                               "version " + std::to_string(version));
      const std::string base = "audit/rosters/" + std::to_string(version) + ".json";
      stick_.write(base, roster->head);
      stick_.write(base + ".minisig", roster->minisig);
      if (version < versions) continue;
      stick_.write("audit/members.jsonl", roster->members);
      stick_.write("audit/roster.json", roster->head);
      stick_.write("audit/roster.json.minisig", roster->minisig);
    }
  }

  // New tiles, then the checkpoint that needs them, then those of an older, smaller log go.
  void export_log() {
    std::set<std::string> kept{"checkpoint"};
    for (const TilePath& tile : tiles_of(head_.size)) {
      const std::string path = tile.text();
      kept.insert(path);
      const auto bytes = tile_bytes(relay_.ledger(), tile, head_.size);
      if (!bytes) throw Error(Code::damaged, "a tile is missing in the ledger; run depone-relay check", path);
      stick_.write("audit/log/" + path, as_text(*bytes));
    }
    stick_.write("audit/log/checkpoint", head_.note);
    for (const std::string& path : stick_.files_below("audit/log")) {
      if (!kept.contains(path) && TilePath::parse(path)) stick_.remove("audit/log/" + path);
    }
  }

  Directory& relay_;
  const ExportWish& wish_;
  const ExportProgress& progress_;
  Head head_;
  Stick stick_;
  std::set<std::string> members_;
  std::set<std::string> desks_;
  ExportResult result_;
};

}  // namespace

ExportResult export_to_courier(Directory& relay, const ExportWish& wish, const ExportProgress& progress) {
  return Exporter(relay, wish, progress).run();
}

}  // namespace depone::relay
