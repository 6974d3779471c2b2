#include "sync/relay/new_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "crypto/error.h"

namespace depone::relay {

namespace {

constexpr std::size_t kFilesAtOnce = 128;
constexpr std::uint64_t kBytesAtOnce = 64u << 20;

}  // namespace

void NewTree::make_directory(const fs::path& path) {
  const fs::path full = (root_ / path).lexically_normal();
  if (directories_.contains(full)) return;
  if (path.has_parent_path()) make_directory(path.parent_path());
  if (::mkdir(full.c_str(), 0700) != 0 && errno != EEXIST)
    throw_errno("making the directory", full);
  directories_.insert(full);
}

NewTree::NewFile::NewFile(NewTree& tree, const fs::path& path)
    : tree_(tree), path_(tree.root_ / path) {
  if (path.has_parent_path()) tree.make_directory(path.parent_path());
  file_ = File(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file_) throw_errno("writing", path_);
}

NewTree::NewFile::~NewFile() {
  if (file_) ::unlink(path_.c_str());
}

void NewTree::NewFile::write(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file_.fd(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw_errno("writing", path_);
    size_ += static_cast<std::uint64_t>(put);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
}

void NewTree::NewFile::finish() { tree_.keep(std::move(file_), size_, path_); }

void NewTree::add(const fs::path& path, ByteView bytes) {
  NewFile file(*this, path);
  file.write(bytes);
  file.finish();
}

void NewTree::keep(File file, std::uint64_t size, fs::path path) {
  unsynced_.push_back({std::move(file), std::move(path)});
  unsynced_bytes_ += size;
  if (unsynced_.size() >= kFilesAtOnce || unsynced_bytes_ >= kBytesAtOnce) sync_files();
}

void NewTree::sync_files() {
  for (const Open& open : unsynced_) {
    if (::fsync(open.file.fd()) != 0) throw_errno("writing", open.path);
  }
  unsynced_.clear();
  unsynced_bytes_ = 0;
}

void NewTree::sync() {
  sync_files();
  for (const fs::path& directory : directories_) sync_directory(directory);
}

}  // namespace depone::relay
