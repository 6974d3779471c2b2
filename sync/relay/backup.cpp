#include "sync/relay/backup.h"

#include <sys/stat.h>

#include <algorithm>

#include "crypto/error.h"
#include "store/work_directory.h"
#include "sync/relay/backup_manifest.h"
#include "sync/relay/backup_parts.h"
#include "sync/relay/keys.h"
#include "sync/relay/ledger_sqlcipher.h"

namespace depone::relay {

namespace {

constexpr std::size_t kMaxSmall = 1u << 30;  // members.jsonl may be long
constexpr unsigned kLockSeconds = 30;
constexpr const char* kUnsigned = "roster-unsigned";

bool same_disk(const fs::path& a, const fs::path& b) {
  struct stat first {
  }, second{};
  return ::stat(a.c_str(), &first) == 0 && ::stat(b.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev;
}

std::uint64_t size_if_there(const fs::path& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

// A file beside the keys goes where the keys go.
void move_with_keys(std::string& file, const std::string& from, const std::string& to) {
  const fs::path path = fs::path(file).lexically_normal();
  if (path.parent_path() == fs::path(from).lexically_normal())
    file = (fs::path(to) / path.filename()).string();
}

// The same with all parts below the directory, which is how the backup has them.
Config all_inside(Config config) {
  if (!is_inside(config.keys)) {
    move_with_keys(config.tls_certificate, config.keys, "keys");
    move_with_keys(config.tls_key, config.keys, "keys");
    config.keys = "keys";
  }
  if (!is_inside(config.ledger)) config.ledger = "ledger.db";
  if (!is_inside(config.blobs)) config.blobs = "blobs";
  if (!is_inside(config.staging)) config.staging = "staging";
  return config;
}

class Backup {
 public:
  Backup(Directory& relay, const fs::path& target, const BackupProgress& progress)
      : relay_(relay),
        target_(target),
        progress_(progress),
        own_(relay.config()),
        config_(all_inside(own_)),
        reserve_(same_disk(relay.path(), target.parent_path()) ? own_.limits.disk_reserve_bytes
                                                               : 0) {}

  BackupReport run(Time now) {
    check_room_for_all();
    WorkDirectory work(target_, "relay");
    NewTree tree(work.path());
    copy_config(tree);
    copy_keys(tree);
    copy_authority(tree);
    copy_ledger(tree);
    copy_bundles_of(tree);
    write_manifest(tree, now);
    tree.sync();
    work.move_to_place();
    report_.outside = files_outside(config_);
    return std::move(report_);
  }

 private:
  void check_room_for_all() {
    total_ =
        total_of(relay_.ledger(), [&](std::uint64_t bundles) { tell("counting", bundles, 0); });
    const fs::path ledger = relay_.path() / own_.ledger;
    const std::uint64_t bytes =
        total_.bytes + size_if_there(ledger) + size_if_there(ledger.string() + "-wal");
    check_room(target_.parent_path(), bytes, total_.bundles, reserve_);
  }

  void tell(std::string_view step, std::uint64_t done, std::uint64_t of) const {
    if (progress_) progress_(step, done, of);
  }

  void add(NewTree& tree, const fs::path& path, ByteView bytes) {
    tree.add(path, bytes);
    files_.push_back({path.string(), bytes.size(), hex(sha256(bytes))});
  }

  // A symbolic link is followed: the backup has the file.
  void copy_file(NewTree& tree, const fs::path& from, const fs::path& to) {
    Bytes bytes = read_file(from, kMaxSmall, true);
    const Wiped wiped(bytes);
    add(tree, to, bytes);
  }

  void copy_config(NewTree& tree) {
    report_.paths_changed = config_.keys != own_.keys || config_.ledger != own_.ledger ||
                            config_.blobs != own_.blobs || config_.staging != own_.staging;
    if (report_.paths_changed) {
      add(tree, "relay.toml", as_bytes(config_.toml()));
    } else {
      copy_file(tree, relay_.path() / "relay.toml", "relay.toml");
    }
  }

  void copy_keys(NewTree& tree) {
    const fs::path keys = relay_.path() / own_.keys;
    for (const std::string& name : names_in(keys)) {
      if (fs::is_regular_file(keys / name) && !is_partial_name(name))
        copy_file(tree, keys / name, fs::path(config_.keys) / name);
    }
    for (const std::string& file : {own_.tls_certificate, own_.tls_key}) {
      if (file.empty() || !is_inside(file) || fs::exists(tree.root() / file)) continue;
      copy_file(tree, relay_.path() / file, fs::path(file).lexically_normal());
    }
  }

  void copy_authority(NewTree& tree) {
    for (const char* name : {"authority.pub", "authority.key"}) {
      if (fs::exists(relay_.path() / name)) copy_file(tree, relay_.path() / name, name);
    }
    // Whoever changes the roster writes three files, one after the other.
    const FileLock lock(relay_.path() / "admin.lock", kLockSeconds);
    if (!fs::is_directory(relay_.path() / kUnsigned)) return;
    for (const std::string& name : names_in(relay_.path() / kUnsigned)) {
      const fs::path path = fs::path(kUnsigned) / name;
      if (fs::is_regular_file(relay_.path() / path) && !is_partial_name(name))
        copy_file(tree, relay_.path() / path, path);
    }
  }

  void copy_ledger(NewTree& tree) {
    const fs::path path(config_.ledger);
    if (path.has_parent_path()) tree.make_directory(path.parent_path());
    LedgerSqlcipher::copy(relay_.path() / own_.ledger, ledger_key(), tree.root() / path,
                          [&](std::uint64_t done, std::uint64_t of) { tell("ledger", done, of); });
  }

  Secret<32> ledger_key() const {
    return read_key_file(relay_.path() / own_.keys, KeyFile::ledger);
  }

  // Those that the copy of the ledger names: a bundle is kept before its entry is made, and never
  // removed.
  void copy_bundles_of(NewTree& tree) {
    {
      const auto ledger = LedgerSqlcipher::open(tree.root() / config_.ledger, ledger_key(), false);
      tree.make_directory(config_.blobs);
      CopiedBundles copied = copy_bundles(
          *ledger, relay_.blobs(), tree, config_.blobs,
          [&](std::uint64_t bytes) { tell("bundles", bytes, std::max(bytes, total_.bytes)); });
      report_.entries = ledger->head().size + ledger->count_waiting();
      report_.bundles = copied.bundles;
      report_.bytes = copied.bytes;
      report_.missing = std::move(copied.missing);
    }
    FileSource source(tree.root() / config_.ledger);
    const Digests digests = digest_all(source);
    files_.push_back({config_.ledger, digests.size, hex(digests.sha256)});
  }

  void write_manifest(NewTree& tree, Time now) {
    BackupManifest manifest{now,           own_.origin, report_.entries,  report_.bundles,
                            report_.bytes, {},          std::move(files_)};
    for (const UncopiedBundle& bundle : report_.missing) manifest.missing.push_back(bundle.sha256);
    tree.add(kBackupManifest, as_bytes(manifest.json()));
  }

  Directory& relay_;
  const fs::path& target_;
  const BackupProgress& progress_;
  const Config& own_;
  Config config_;
  std::uint64_t reserve_;
  BundleTotal total_;  // before it began
  std::vector<BackupFile> files_;
  BackupReport report_;
};

}  // namespace

BackupReport back_up(Directory& relay, const fs::path& target, Time now,
                     const BackupProgress& progress) {
  const fs::path place = plain_path(target);
  refuse_where_taken(place);
  refuse_within(place, relay.path(), "a backup in the relay's own directory would be lost with it");
  return Backup(relay, place, progress).run(now);
}

}  // namespace depone::relay
