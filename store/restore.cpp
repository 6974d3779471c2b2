#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "crypto/error.h"
#include "crypto/tar.h"
#include "store/backup.h"
#include "store/backup_format.h"
#include "store/outbox.h"
#include "store/vault_state.h"
#include "store/work_directory.h"

namespace depone {

namespace {

constexpr std::size_t kMaxHeader = 1u << 20;

// A file that is made and then added to; synced with all others at the end, by sync_all().
class Appended {
 public:
  Appended(const fs::path& path, bool first)
      : path_(path),
        file_(::open(path.c_str(),
                     O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC | (first ? O_CREAT | O_EXCL : 0),
                     0600)) {
    if (!file_) throw_errno("writing", path);
  }
  void write(ByteView bytes) {
    while (!bytes.empty()) {
      const ssize_t put = ::write(file_.fd(), bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) throw_errno("writing", path_);
      bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
  }

 private:
  fs::path path_;
  File file_;
};

void sync_all(const fs::path& dir) {
  const File directory(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::syncfs(directory.fd()) != 0) throw_errno("writing", dir);
}

class Unpacker {
 public:
  Unpacker(Source& source, std::uint64_t size, const fs::path& dir, const BackupProgress& progress)
      : archive_(source), size_(size), dir_(dir), progress_(progress), buffer_(1u << 20) {}

  const BackupManifest& manifest() const { return manifest_; }

  // With the manifest, which stands before it.
  VaultHeader read_header() {
    read_manifest();
    const std::string text = file(manifest_.files.front(), kMaxHeader);
    return VaultHeader::parse(text);
  }

  void read_files() {
    for (std::size_t i = 1; i < manifest_.files.size(); ++i) unpack(manifest_.files[i]);
    expect(kBackupSums, kMaxBackupManifest);
    if (const std::string named = whole(kMaxBackupManifest); named != backup_sums(sums_)) {
      throw Error(
          Code::mismatch,
          altered(named) +
              " in the backup is not what was put into it: the backup is damaged; nothing was "
              "restored. Take another backup. Where there is none, `tar -xf` it into a new "
              "directory and run depone check on that: it says what is whole in it");
    }
    if (archive_.next()) malformed("there is more in it than it says");
  }
  std::uint64_t bytes() const { return archive_.consumed(); }

 private:
  void read_manifest() {
    expect(kBackupManifest, kMaxBackupManifest);
    const std::string text = whole(kMaxBackupManifest);
    manifest_ = BackupManifest::parse(text);
    sums_.push_back({std::string(kBackupManifest), sha256(text)});
  }

  [[noreturn]] static void malformed(const std::string& why) {
    throw Error(Code::malformed, "this is no backup of a vault: " + why + "; nothing was restored");
  }

  // The first file whose line is not among those.
  std::string altered(std::string_view named) const {
    for (const BackupSum& sum : sums_) {
      if (named.find(backup_sums({sum})) == std::string_view::npos) return sum.path;
    }
    return "the list of files";
  }

  tar::Member expect(std::string_view path, std::uint64_t limit) {
    const auto member = archive_.next();
    if (!member || member->path != path) malformed("its files are not the ones that it names");
    if (member->size > limit) malformed("a file in it is larger than one of its kind can be");
    return *member;
  }

  std::string whole(std::size_t limit) {
    const Bytes bytes = read_all(archive_, limit);
    return std::string(as_text(bytes));
  }

  std::string file(const BackupFile& named, std::size_t limit) {
    if (named.path != kHeaderName) malformed("it does not begin with the vault's header");
    expect(named.path, limit);
    std::string text = whole(limit);
    if (text.size() != named.size) malformed("a file in it is not of the size that it names");
    sums_.push_back({named.path, sha256(text)});
    return text;
  }

  void unpack(const BackupFile& named) {
    if (expect(named.path, named.size).size != named.size)
      malformed("a file in it is not of the size that it names");
    const BackupPlace place = backup_place(named.path);
    Appended out(dir_ / place.path, place.offset == 0);
    Sha256Hasher hasher;
    while (const std::size_t got = archive_.read(buffer_)) {
      const ByteView bytes = ByteView(buffer_).first(got);
      hasher.update(bytes);
      out.write(bytes);
      if (progress_) progress_("restoring", archive_.consumed(), size_);
    }
    sums_.push_back({named.path, hasher.finish()});
  }

  tar::Reader archive_;
  std::uint64_t size_;
  const fs::path& dir_;
  const BackupProgress& progress_;
  Bytes buffer_;
  BackupManifest manifest_;
  std::vector<BackupSum> sums_;
};

}  // namespace

RestoreReport restore_backup(const fs::path& file, const fs::path& dir, Time now,
                             const std::function<void(const VaultHeader&)>& check,
                             const std::function<Vault(const fs::path&)>& open,
                             const BackupProgress& progress) {
  const fs::path place = plain_path(dir);
  refuse_where_taken(place);
  FileSource source(file, true);
  make_parents(place.parent_path());
  WorkDirectory work(place);
  for (const char* name : {"attachments", "outbox", "inbox"}) make_directory(work.path() / name);

  Unpacker unpacker(source, source.size(), work.path(), progress);
  try {
    const VaultHeader header = unpacker.read_header();
    check(header);
    unpacker.read_files();
    write_headers(work.path(), header);
  } catch (const Error& error) {
    // In the words of archives.
    if (error.code() != Code::malformed || !error.context().starts_with("archive")) throw;
    throw Error(Code::malformed,
                "this is no backup of a vault, or its end is missing; nothing was restored",
                file.string());
  }
  const BackupManifest& manifest = unpacker.manifest();
  sync_all(work.path());

  RestoreReport report{manifest.vault, manifest.made, manifest.files.size(), unpacker.bytes(), {}};
  {
    Vault vault = open(work.path());
    Tx tx(vault.db());
    begin_new_chain(vault);
    // The vault that the backup was made of may have gone on, and what it wrote behind the same
    // events may be with others: a second end of those chains would be a contradiction.
    vault.db().execute("UPDATE custody_chains SET own = 0");
    vault.set_setting("restored", now.text());
    tx.commit();
    report.notes = vault.notes();
  }
  work.move_to_place();
  return report;
}

}  // namespace depone
