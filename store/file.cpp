#include "store/file.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "crypto/error.h"

namespace depone {

namespace {

constexpr std::string_view kDevFd = "/dev/fd/";

bool is_hex(std::string_view text, std::size_t length) {
  return text.size() == length && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

fs::path parent_of(const fs::path& path) {
  const fs::path parent = path.parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

int open_retrying(const fs::path& path, int flags, mode_t mode = 0) {
  int fd;
  do {
    fd = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

File open_for_reading(const fs::path& path, bool follow) {
  int fd = -1;
  if (follow) {
    fd = open_retrying(path, O_RDONLY);
    // A descriptor that was handed over may be one that cannot be opened again: a socket, or a file
    // of somebody else.
    if (fd < 0 && (errno == ENXIO || errno == EACCES) && path.string().starts_with(kDevFd)) {
      if (const auto number = from_decimal(path.string().substr(kDevFd.size()), 1u << 20)) {
        fd = ::fcntl(static_cast<int>(*number), F_DUPFD_CLOEXEC, 0);
      }
    }
  } else {
    // Without O_NONBLOCK a named pipe laid in the file's place would hold the program up.
    fd = open_retrying(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  }
  if (fd < 0) {
    if (errno == ELOOP && !follow) {
      throw Error(Code::io, "a symbolic link stands where a file should be; it was not followed",
                  path.string());
    }
    throw_errno("reading", path);
  }
  File file(fd);
  struct stat info {};
  if (::fstat(fd, &info) != 0) throw_errno("reading", path);
  if (S_ISDIR(info.st_mode) || (!follow && !S_ISREG(info.st_mode))) {
    throw Error(Code::io, "this is not a regular file and cannot be read", path.string());
  }
  return file;
}

// Makes `from` appear as `to` only where `to` is free. Returns false where it is taken.
bool rename_unless_taken(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EEXIST) return false;
  if (errno != EINVAL && errno != ENOSYS) throw_errno("writing", to);
  // A file system without RENAME_NOREPLACE: a hard link does the same, and where there are none
  // either (FAT over some drivers), looking first is what is left.
  if (::linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), 0) == 0) {
    ::unlink(from.c_str());
    return true;
  }
  if (errno == EEXIST) return false;
  struct stat info {};
  if (::lstat(to.c_str(), &info) == 0) return false;
  if (::rename(from.c_str(), to.c_str()) != 0) throw_errno("writing", to);
  return true;
}

}  // namespace

void throw_errno(std::string_view doing, const fs::path& path) {
  const int error = errno;
  const std::string what(doing);
  if (error == ENOSPC || error == EDQUOT) {
    throw Error(Code::io,
                "the disk is full: " + what +
                    " did not succeed and nothing was changed. Make room and run it again",
                path.string());
  }
  if (error == EROFS) {
    throw Error(Code::io,
                "this is on a file system that can't be written to: " + what +
                    " did not succeed and nothing was changed. Copy it to a place that can be, or "
                    "make this one writable",
                path.string());
  }
  if (error == ENOENT || error == ENOTDIR) {
    throw Error(Code::not_found, "there is no such file or directory", path.string());
  }
  throw Error(Code::io, what + " did not succeed: " + std::generic_category().message(error),
              path.string());
}

File& File::operator=(File&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

File::~File() {
  if (fd_ >= 0) ::close(fd_);
}

FileSource::FileSource(const fs::path& path, bool follow)
    : file_(open_for_reading(path, follow)), path_(path) {}

std::size_t FileSource::read(std::span<std::uint8_t> into) {
  for (;;) {
    const ssize_t got = ::read(file_.fd(), into.data(), into.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) throw_errno("reading", path_);
  }
}

std::uint64_t FileSource::size() const {
  struct stat info {};
  if (::fstat(file_.fd(), &info) != 0) throw_errno("reading", path_);
  return S_ISREG(info.st_mode) ? static_cast<std::uint64_t>(info.st_size) : 0;
}

void FileSource::seek(std::uint64_t offset) {
  if (::lseek(file_.fd(), static_cast<off_t>(offset), SEEK_SET) < 0) throw_errno("reading", path_);
}

void rename_file(const fs::path& from, const fs::path& to, bool replace) {
  if (replace) {
    if (::rename(from.c_str(), to.c_str()) != 0) throw_errno("writing", to);
  } else if (!rename_unless_taken(from, to)) {
    throw Error(Code::refused, "something of this name is there already; it was left as it is",
                to.string());
  }
  sync_directory(parent_of(to));
}

Bytes read_file(const fs::path& path, std::size_t limit, bool follow) {
  FileSource source(path, follow);
  try {
    return read_all(source, limit);
  } catch (const Error& error) {
    if (error.code() != Code::malformed) throw;
    throw Error(Code::malformed, "the file is larger than a file of its kind can be",
                path.string());
  }
}

std::string read_text(const fs::path& path, std::size_t limit, bool follow) {
  const Bytes bytes = read_file(path, limit, follow);
  return std::string(as_text(bytes));
}

std::optional<Bytes> read_file_if_there(const fs::path& path, std::size_t limit) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw_errno("reading", path);
  }
  return read_file(path, limit);
}

void write_file(const fs::path& path, ByteView bytes, bool replace) {
  FileSink sink(path, replace);
  sink.write(bytes);
  sink.finish();
}

void write_file(const fs::path& path, std::string_view text, bool replace) {
  write_file(path, as_bytes(text), replace);
}

fs::path plain_path(const fs::path& path) {
  fs::path plain = fs::absolute(path).lexically_normal();
  return plain.has_filename() ? plain : plain.parent_path();
}

void make_directory(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) == 0) {
    sync_directory(parent_of(path));
    return;
  }
  if (errno == EEXIST && fs::is_directory(path)) return;
  throw_errno("making the directory", path);
}

void sync_directory(const fs::path& path) {
  const File directory(open_retrying(path, O_RDONLY | O_DIRECTORY));
  if (!directory) throw_errno("writing", path);
  // Some file systems (a stick's FAT over FUSE) cannot sync a directory and say EINVAL.
  if (::fsync(directory.fd()) != 0 && errno != EINVAL && errno != ENOTSUP)
    throw_errno("writing", path);
}

void remove_file(const fs::path& path) {
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return;
    throw_errno("removing", path);
  }
  sync_directory(parent_of(path));
}

std::string random_name() { return hex(random_array<16>()); }

bool is_random_name(std::string_view name) { return is_hex(name, 32); }

bool is_partial_name(std::string_view name) {
  return name.starts_with(kPartialPrefix) && is_random_name(name.substr(kPartialPrefix.size()));
}

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; entry != end && !error;
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  if (error) {
    errno = error.value();
    throw_errno("reading the directory", directory);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace depone
