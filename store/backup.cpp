#include "store/backup.h"

#include <algorithm>
#include <thread>

#include "crypto/error.h"
#include "crypto/handoff.h"
#include "crypto/tar.h"
#include "store/backup_format.h"
#include "store/copy_lock.h"
#include "store/log_scan.h"
#include "store/vault_state.h"

namespace depone {

namespace {

constexpr std::size_t kPiece = 1u << 20;
constexpr int kPieces = 8;
constexpr int kWriterMilliseconds = 60'000;

// The database as of one moment. While it lives, SQLite writes no page of the file that this moment
// still needs from it: `reading` holds a read transaction, and what other processes commit
// meanwhile goes to the log. The log itself is to be taken before let_writers_go(): until then it
// is whole, and neither begins anew nor grows.
class Snapshot {
 public:
  Snapshot(const fs::path& dir, const DatabaseKey& key)
      : writing_(open_database(dir, key, false)), reading_(open_database(dir, key, false)) {
    writing_.set_patience(kWriterMilliseconds);
    writing_.execute("BEGIN IMMEDIATE");
    reading_.execute("BEGIN");
    Statement first = reading_.prepare("SELECT count(*) FROM sqlite_master");
    first.step();
    log_size_ =
        scan_log(writing_.raw_size(Database::RawFile::log), [&](std::uint64_t offset,
                                                                std::span<std::uint8_t> into) {
          read_log(offset, into);
        }).size;
    size_ = reading_.raw_size(Database::RawFile::database);
  }
  std::uint64_t log_size() const { return log_size_; }
  void read_log(std::uint64_t offset, std::span<std::uint8_t> into) const {
    writing_.read_raw(Database::RawFile::log, offset, into);
  }
  void let_writers_go() { writing_.execute("ROLLBACK"); }
  std::uint64_t size() const { return size_; }
  void read(std::uint64_t offset, std::span<std::uint8_t> into) const {
    reading_.read_raw(Database::RawFile::database, offset, into);
  }
  std::vector<std::string> names(std::string_view sql) {
    std::vector<std::string> found;
    Statement rows = reading_.prepare(sql);
    while (rows.step()) found.push_back(rows.text(0));
    return found;
  }

 private:
  Database writing_;
  Database reading_;
  std::uint64_t log_size_ = 0;
  std::uint64_t size_ = 0;
};

struct Piece {
  Bytes bytes = Bytes(kPiece);
  std::size_t size = 0;
  bool last = false;  // of its member
};

// SHA-256 of each member, on a thread of its own.
class HashBeside {
 public:
  HashBeside() {
    for (int i = 0; i < kPieces; ++i) free_.put(Piece());
    thread_ = std::thread([this] { work(); });
  }
  HashBeside(const HashBeside&) = delete;
  HashBeside& operator=(const HashBeside&) = delete;
  ~HashBeside() { end(); }
  Piece take() { return std::move(*free_.take()); }
  void put(Piece piece) { full_.put(std::move(piece)); }
  std::vector<Sha256> finish() {
    end();
    return std::move(hashes_);
  }

 private:
  void end() {
    full_.close();
    if (thread_.joinable()) thread_.join();
  }
  void work() {
    Sha256Hasher hasher;
    while (auto piece = full_.take()) {
      hasher.update(ByteView(piece->bytes).first(piece->size));
      if (piece->last) {
        hashes_.push_back(hasher.finish());
        hasher = Sha256Hasher();
      }
      free_.put(std::move(*piece));
    }
  }
  Handoff<Piece> full_, free_;
  std::vector<Sha256> hashes_;
  std::thread thread_;
};

using ReadAt = std::function<void(std::uint64_t offset, std::span<std::uint8_t> into)>;

class BackupWriter {
 public:
  BackupWriter(const fs::path& dir, const fs::path& file, const BackupProgress& progress)
      : dir_(dir), sink_(file, false), tar_(sink_), progress_(progress) {}

  BackupReport write(Snapshot& snapshot, const VaultHeader& header, Time now) {
    const std::string header_file = header.file();
    plan("vault.json", header_file.size(), [&](std::uint64_t at, std::span<std::uint8_t> into) {
      std::copy_n(header_file.begin() + static_cast<std::ptrdiff_t>(at), into.size(), into.begin());
    });
    if (snapshot.log_size() > 0) {
      plan("vault.db-wal", snapshot.log_size(),
           [&](std::uint64_t at, std::span<std::uint8_t> into) { snapshot.read_log(at, into); });
    }
    const std::size_t with_log = plan_.size();
    plan("vault.db", snapshot.size(),
         [&](std::uint64_t at, std::span<std::uint8_t> into) { snapshot.read(at, into); });
    for (const std::string& name : snapshot.names("SELECT file FROM attachments ORDER BY file"))
      plan_file("attachments/" + name);
    for (const std::string& name :
         snapshot.names("SELECT file FROM outgoing WHERE file IS NOT NULL ORDER BY file"))
      plan_file("outbox/" + name);

    BackupManifest manifest{hex(header.vault), now, {}};
    for (const Planned& planned : plan_) manifest.files.push_back(planned.member);
    const std::string text = manifest.file();
    member(std::string(kBackupManifest), text.size(),
           [&](std::uint64_t at, std::span<std::uint8_t> into) {
             std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), into.size(), into.begin());
           });
    for (std::size_t i = 0; i < plan_.size(); ++i) {
      if (i == with_log) snapshot.let_writers_go();
      member(plan_[i]);
    }
    finish();
    report_.files = plan_.size();
    report_.bytes = tar_.written();
    return std::move(report_);
  }

 private:
  struct Planned {
    BackupFile member;
    std::uint64_t offset = 0;
    ReadAt read;
    std::string file;  // to be opened, where there is no `read`
  };

  void plan(const std::string& path, std::uint64_t size, ReadAt read,
            const std::string& file = {}) {
    for (std::uint64_t at = 0; at == 0 || at < size; at += kBackupPart) {
      const std::string name = size > kBackupPart ? path + "/" + std::to_string(at) : path;
      plan_.push_back({{name, std::min(size - at, kBackupPart)}, at, read, file});
    }
    all_ += size;
  }

  void plan_file(const std::string& path) {
    try {
      plan(path, FileSource(dir_ / path).size(), nullptr, path);
    } catch (const Error& error) {
      report_.missing.push_back(error.what());
    }
  }

  void member(const Planned& planned) {
    if (planned.read) {
      return member(planned.member.path, planned.member.size,
                    [&](std::uint64_t at, std::span<std::uint8_t> into) {
                      planned.read(planned.offset + at, into);
                    });
    }
    std::optional<FileSource> source(dir_ / planned.file);
    source->seek(planned.offset);
    member(planned.member.path, planned.member.size,
           [&](std::uint64_t, std::span<std::uint8_t> into) {
             // What can't be read any more is left out, as zeros, and said: the rest is worth the
             // more.
             try {
               if (source && read_full(*source, into) == into.size()) return;
             } catch (const Error&) {
             }
             if (source) report_.missing.push_back(planned.file + ": it can't be read to its end");
             source.reset();
             std::fill(into.begin(), into.end(), std::uint8_t{0});
           });
  }

  void member(const std::string& path, std::uint64_t size, const ReadAt& read) {
    tar_.begin(path, size);
    std::uint64_t at = 0;
    do {
      Piece piece = hashes_.take();
      piece.size = static_cast<std::size_t>(std::min<std::uint64_t>(size - at, kPiece));
      const auto bytes = std::span(piece.bytes).first(piece.size);
      read(at, bytes);
      at += piece.size;
      piece.last = at == size;
      tar_.write(bytes);
      hashes_.put(std::move(piece));
      done_ += bytes.size();
      if (progress_) progress_("backup", done_, all_);
    } while (at < size);
    paths_.push_back(path);
  }

  void finish() {
    std::vector<BackupSum> sums;
    const std::vector<Sha256> hashes = hashes_.finish();
    for (std::size_t i = 0; i < paths_.size(); ++i) sums.push_back({paths_[i], hashes[i]});
    tar_.add(kBackupSums, as_bytes(backup_sums(sums)));
    tar_.end();
    sink_.finish();
  }

  const fs::path& dir_;
  FileSink sink_;
  tar::Writer tar_;
  const BackupProgress& progress_;
  HashBeside hashes_;
  std::vector<Planned> plan_;
  std::vector<std::string> paths_;
  std::uint64_t all_ = 0, done_ = 0;
  BackupReport report_;
};

BackupReport back_up_with(const fs::path& dir, const DatabaseKey& key, const VaultHeader& header,
                          const fs::path& file, Time now, const BackupProgress& progress) {
  BackupWriter writer(dir, file, progress);
  Snapshot snapshot(dir, key);
  return writer.write(snapshot, header, now);
}

}  // namespace

BackupReport back_up(const fs::path& vault_dir, ByteView passphrase, const fs::path& file, Time now,
                     const BackupProgress& progress) {
  const SecretBytes normal = normalise_passphrase(passphrase);
  const fs::path dir = plain_path(vault_dir);
  if (!is_there(dir / kDatabaseName))
    throw Error(Code::not_found, "there is no vault at " + dir.string());
  const FileLock lock(dir / kCopyLockName, kCopyLockSeconds, FileLock::Kind::shared);
  const VaultHeader header = read_headers(dir).header;
  FoundKey key;
  {
    auto opened = open_with_one_of(dir, header, keys_with_passphrase(header, normal.reveal()));
    key = std::move(opened.first);
  }
  return back_up_with(dir, key.key, header, file, now, progress);
}

BackupReport back_up(Vault& vault, const fs::path& file, Time now, const BackupProgress& progress) {
  const FileLock lock(vault.dir() / kCopyLockName, kCopyLockSeconds, FileLock::Kind::shared);
  return back_up_with(vault.dir(), vault.database_key(), read_headers(vault.dir()).header, file,
                      now, progress);
}

}  // namespace depone
