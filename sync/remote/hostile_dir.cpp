#include "sync/remote/hostile_dir.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "crypto/error.h"

namespace depone {

namespace {

class DescriptorSource : public Source {
 public:
  DescriptorSource(File file, fs::path path) : file_(std::move(file)), path_(std::move(path)) {}
  std::size_t read(std::span<std::uint8_t> into) override {
    for (;;) {
      const ssize_t got = ::read(file_.fd(), into.data(), into.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) throw_errno("reading", path_);
    }
  }

 private:
  File file_;
  fs::path path_;
};

struct CloseDirectory {
  void operator()(DIR* stream) const { ::closedir(stream); }
};

int open_below(int directory, const std::string& name, int flags) {
  int fd;
  do {
    fd = ::openat(directory, name.c_str(), flags | O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

}  // namespace

HostileDir::HostileDir(fs::path root) : root_(root.empty() ? fs::path(".") : std::move(root)) {
  const int fd = ::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) throw_errno("reading the directory", root_);
  directory_ = std::make_shared<File>(fd);
}

std::optional<File> HostileDir::open_at(std::string_view relative, bool directory) const {
  const auto names = split(relative, '/');
  File holder;
  int at = directory_->fd();
  fs::path walked = root_;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string name(names[i]);
    if (name.empty() || name == "." || name == ".." || name.find('\0') != std::string::npos) {
      throw Error(Code::refused, "this path leaves the directory that was named; it was not read",
                  std::string(relative));
    }
    walked /= name;
    const bool last = i + 1 == names.size();
    // Without O_NONBLOCK a named pipe laid in the file's place would hold the program up.
    const int fd = open_below(at, name, last && !directory ? O_NONBLOCK : O_DIRECTORY);
    if (fd < 0) {
      const int error = errno;
      struct stat info {};
      if (::fstatat(at, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode)) {
        throw Error(Code::refused,
                    "a symbolic link stands where a file or directory should be. It was not "
                    "followed and nothing was read: look at who filled this directory",
                    walked.string());
      }
      if (error == ENOENT || error == ENOTDIR) return std::nullopt;
      errno = error;
      throw_errno("reading", walked);
    }
    holder = File(fd);
    at = fd;
  }
  if (!directory) {
    struct stat info {};
    if (::fstat(holder.fd(), &info) != 0) throw_errno("reading", walked);
    if (!S_ISREG(info.st_mode)) {
      throw Error(Code::refused, "this is not a regular file; it was not read", walked.string());
    }
  }
  return holder;
}

std::optional<Bytes> HostileDir::read(std::string_view relative, std::size_t limit) const {
  auto file = open_at(relative, false);
  if (!file) return std::nullopt;
  DescriptorSource source(std::move(*file), path(relative));
  try {
    return read_all(source, limit);
  } catch (const Error& error) {
    if (error.code() != Code::malformed) throw;
    throw Error(Code::malformed, "the file is larger than a file of its kind can be",
                path(relative).string());
  }
}

Bytes HostileDir::need(std::string_view relative, std::size_t limit) const {
  auto bytes = read(relative, limit);
  if (!bytes) throw Error(Code::not_found, "there is no such file", path(relative).string());
  return std::move(*bytes);
}

HostileDir::Stream HostileDir::open(std::string_view relative) const {
  auto file = open_at(relative, false);
  if (!file) throw Error(Code::not_found, "there is no such file", path(relative).string());
  struct stat info {};
  if (::fstat(file->fd(), &info) != 0) throw_errno("reading", path(relative));
  return {std::make_unique<DescriptorSource>(std::move(*file), path(relative)),
          static_cast<std::uint64_t>(info.st_size)};
}

std::optional<std::vector<std::string>> HostileDir::names(std::string_view relative,
                                                          std::size_t limit) const {
  const auto directory = open_at(relative, true);
  if (!directory) return std::nullopt;
  // The stream closes its own descriptor.
  const int own = ::fcntl(directory->fd(), F_DUPFD_CLOEXEC, 0);
  const std::unique_ptr<DIR, CloseDirectory> stream(own < 0 ? nullptr : ::fdopendir(own));
  if (!stream) {
    const int error = errno;
    if (own >= 0) ::close(own);
    errno = error;
    throw_errno("reading the directory", path(relative));
  }
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr && errno != 0) throw_errno("reading the directory", path(relative));
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (names.size() == limit) {
      throw Error(Code::malformed, "there are more files here than a directory of its kind can have",
                  path(relative).string());
    }
    names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool HostileDir::has_directory(std::string_view relative) const {
  return open_at(relative, true).has_value();
}
bool HostileDir::has_file(std::string_view relative) const {
  return open_at(relative, false).has_value();
}

}  // namespace depone
