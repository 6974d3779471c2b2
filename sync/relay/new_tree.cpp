#include "sync/relay/new_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "crypto/error.h"

namespace depone::relay {

NewTree::NewTree(fs::path root)
    : root_(std::move(root)),
      directory_(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (!directory_) throw_errno("writing", root_);
}

void NewTree::make_directory(const fs::path& path) {
  if (made_.contains(path)) return;
  if (path.has_parent_path()) make_directory(path.parent_path());
  const fs::path full = root_ / path;
  if (::mkdir(full.c_str(), 0700) != 0 && errno != EEXIST)
    throw_errno("making the directory", full);
  made_.insert(path);
}

NewTree::NewFile::NewFile(NewTree& tree, const fs::path& path) : path_(tree.root_ / path) {
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
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
}

void NewTree::add(const fs::path& path, ByteView bytes) {
  NewFile file(*this, path);
  file.write(bytes);
  file.finish();
}

void NewTree::sync() {
  if (::syncfs(directory_.fd()) != 0) throw_errno("writing", root_);
}

}  // namespace depone::relay
