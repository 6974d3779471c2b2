#include "sync/relay/courier_export.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "crypto/error.h"
#include "sync/relay/log.h"

namespace depone::relay {

namespace {

constexpr std::size_t kPage = 256;
constexpr std::size_t kMaxSmall = 17u << 20;

// Writing into a directory that somebody else filled. Every step down is looked at first.
class Stick {
 public:
  explicit Stick(fs::path root) : root_(std::move(root)) { make_directory(root_); }

  bool has(const std::string& relative, std::uint64_t size) const {
    struct stat info {};
    return look(relative, info) && S_ISREG(info.st_mode) && static_cast<std::uint64_t>(info.st_size) == size;
  }

  void copy_in(const std::string& relative, Source& from) const {
    make_parents(relative);
    FileSink sink(root_ / relative, true);
    copy(from, sink);
    sink.finish();
  }

  // False where the very same is there.
  bool write(const std::string& relative, std::string_view bytes) const {
    struct stat info {};
    if (look(relative, info) && S_ISREG(info.st_mode) && static_cast<std::size_t>(info.st_size) == bytes.size() &&
        bytes.size() <= kMaxSmall && as_text(read_file(root_ / relative, kMaxSmall)) == bytes) {
      return false;
    }
    make_parents(relative);
    write_file(root_ / relative, bytes, true);
    return true;
  }

  bool there(const std::string& relative) const {
    struct stat info {};
    return look(relative, info);
  }
  void remove(const std::string& relative) const {
    struct stat info {};
    if (look(relative, info)) remove_file(root_ / relative);
  }

  // Files below a directory, by their path from there.
  std::vector<std::string> files_below(const std::string& directory) const {
    std::vector<std::string> out;
    std::vector<std::string> open{directory};
    while (!open.empty()) {
      const std::string at = std::move(open.back());
      open.pop_back();
      struct stat info {};
      if (!look(at, info) || !S_ISDIR(info.st_mode)) continue;
      for (const std::string& name : names_in(root_ / at)) {
        const std::string below = at + "/" + name;
        struct stat entry {};
        if (!look(below, entry)) continue;
        if (S_ISDIR(entry.st_mode)) {
          open.push_back(below);
        } else {
          out.push_back(below.substr(directory.size() + 1));
        }
      }
    }
    return out;
  }

 private:
  // What stands at a path; false where nothing does. Refuses a symbolic link anywhere on the way.
  bool look(const std::string& relative, struct stat& info) const {
    fs::path at = root_;
    for (const std::string_view part : split(relative, '/')) {
      at /= std::string(part);
      if (::lstat(at.c_str(), &info) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return false;
        throw_errno("reading", at);
      }
      if (S_ISLNK(info.st_mode)) {
        throw Error(Code::refused,
                    "a symbolic link stands on the stick where a file or directory should be: it could make this write "
                    "elsewhere. Nothing was written there; look at who filled it, or take an empty directory",
                    at.string());
      }
    }
    return true;
  }

  void make_parents(const std::string& relative) const {
    std::size_t slash = 0;
    while ((slash = relative.find('/', slash + 1)) != std::string::npos) {
      const std::string parent = relative.substr(0, slash);
      struct stat info {};
      if (!look(parent, info)) make_directory(root_ / parent);
    }
  }

  fs::path root_;
};

class Exporter {
 public:
  Exporter(Directory& relay, const ExportWish& wish, const ExportProgress& progress)
      : relay_(relay), wish_(wish), progress_(progress), head_(relay.ledger().head()), stick_(wish.stick) {
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
