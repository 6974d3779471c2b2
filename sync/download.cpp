#include "sync/download.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "crypto/error.h"

namespace depone {

namespace {

// A file that grows at its end, up to a size. What it holds is judged by its hash, so it need not
// be synced.
class GrowingFile : public Sink {
 public:
  GrowingFile(fs::path path, std::uint64_t limit)
      : path_(std::move(path)),
        file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600)),
        limit_(limit) {
    struct stat info {};
    if (!file_ || ::fstat(file_.fd(), &info) != 0) throw_errno("writing", path_);
    size_ = static_cast<std::uint64_t>(info.st_size);
  }

  std::uint64_t size() const { return size_; }

  void clear() {
    if (::ftruncate(file_.fd(), 0) != 0) throw_errno("writing", path_);
    size_ = 0;
  }

  void write(ByteView bytes) override {
    if (bytes.size() > limit_ - size_) {
      throw Error(
          Code::mismatch,
          "the relay gives more than the log says that the bundle is long; it was not kept");
    }
    while (!bytes.empty()) {
      const ssize_t done = ::write(file_.fd(), bytes.data(), bytes.size());
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) throw_errno("writing", path_);
      size_ += static_cast<std::uint64_t>(done);
      bytes = bytes.subspan(static_cast<std::size_t>(done));
    }
  }
  void finish() override {}

 private:
  fs::path path_;
  File file_;
  std::uint64_t limit_;
  std::uint64_t size_ = 0;
};

}  // namespace

fs::path download_bundle(Vault& vault, RelayClient& relay, const BundleEntry& entry,
                         const Progress& progress) {
  const std::string sha256 = hex(entry.digests.sha256);
  const std::uint64_t size = entry.digests.size;
  const fs::path path = vault.inbox_dir() / (sha256 + ".age");
  GrowingFile file(path, size);
  if (file.size() > size) file.clear();
  while (file.size() < size) {
    const std::uint64_t before = file.size();
    relay.progress = [&](std::uint64_t, std::uint64_t received) {
      if (progress) progress("pull", before + received, size);
    };
    relay.bundle(sha256, before, file);
    relay.progress = nullptr;
    if (file.size() == before) {
      throw Error(Code::unreachable,
                  "the relay gives only part of a bundle. Nothing was lost; run it again later",
                  sha256);
    }
  }
  return path;
}

}  // namespace depone
