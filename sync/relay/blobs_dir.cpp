#include "sync/relay/blobs_dir.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "crypto/error.h"

namespace depone::relay {

BlobsDir::BlobsDir(fs::path root) : root_(std::move(root)) {
  if (!fs::is_directory(root_)) {
    throw Error(Code::not_found, "the directory that holds the bundles is not there; nothing was changed",
                root_.string());
  }
}

fs::path BlobsDir::path_of(std::string_view name) const {
  check_blob_name(name);
  return root_ / fs::path(name);
}

void BlobsDir::make_directories_for(const fs::path& path) {
  const fs::path parent = path.parent_path();
  if (parent == root_ || fs::is_directory(parent)) return;
  make_directories_for(parent);
  make_directory(parent);
}

void BlobsDir::put(std::string_view name, Source& content) {
  const fs::path path = path_of(name);
  if (size(name)) return;
  make_directories_for(path);
  FileSink sink(path, false);
  copy(content, sink);
  try {
    sink.finish();
  } catch (const Error& error) {
    if (error.code() != Code::refused) throw;  // another thread put the same at the same time
  }
}

void BlobsDir::put_file(std::string_view name, const fs::path& file) {
  const fs::path path = path_of(name);
  if (size(name)) return;
  make_directories_for(path);
  if (::linkat(AT_FDCWD, file.c_str(), AT_FDCWD, path.c_str(), 0) == 0 || errno == EEXIST) {
    sync_directory(path.parent_path());
    return;
  }
  // Another file system, or one without hard links.
  if (errno != EXDEV && errno != EPERM && errno != EMLINK && errno != EOPNOTSUPP) throw_errno("keeping a bundle", path);
  FileSource source(file);
  put(name, source);
}

std::unique_ptr<Source> BlobsDir::get(std::string_view name, std::uint64_t offset) {
  auto source = std::make_unique<FileSource>(path_of(name));
  source->seek(offset);
  return source;
}

std::optional<std::uint64_t> BlobsDir::size(std::string_view name) {
  const fs::path path = path_of(name);
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw_errno("reading", path);
  }
  if (!S_ISREG(info.st_mode)) {
    throw Error(Code::damaged, "something else stands where a bundle should be; it was left as it is", path.string());
  }
  return static_cast<std::uint64_t>(info.st_size);
}

void BlobsDir::list(const std::function<void(std::string_view name, std::uint64_t size)>& see) {
  std::vector<fs::path> open{root_};
  while (!open.empty()) {
    const fs::path directory = std::move(open.back());
    open.pop_back();
    for (const std::string& name : names_in(directory)) {
      const fs::path path = directory / name;
      struct stat info {};
      if (::lstat(path.c_str(), &info) != 0) continue;  // renamed meanwhile
      if (S_ISDIR(info.st_mode)) {
        open.push_back(path);
      } else if (!is_partial_name(name)) {
        see(path.lexically_relative(root_).string(),
            S_ISREG(info.st_mode) ? static_cast<std::uint64_t>(info.st_size) : 0);
      }
    }
  }
}

}  // namespace depone::relay
