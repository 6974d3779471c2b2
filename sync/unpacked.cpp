#include "sync/unpacked.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "crypto/error.h"

namespace depone {

namespace {

constexpr std::size_t kMaxPath = 4096;

}  // namespace

void refuse_member(const std::string& why, const std::string& path) {
  throw Error(Code::malformed, why + ". Nothing was unpacked", path);
}

fs::path member_place(const std::string& path) {
  if (path.empty() || path.size() > kMaxPath)
    refuse_member("a file in the archive has no usable name", path.substr(0, 80));
  if (path.front() == '/') refuse_member("a file in the archive has an absolute path", path);
  fs::path place;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") refuse_member("a file in the archive would leave the directory", path);
    if (std::any_of(part.begin(), part.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
      refuse_member("a file in the archive has control characters in its name", path);
    }
    place /= std::string(part);
  }
  return place;
}

Unpacked::Unpacked(const fs::path& to) : to_(fs::absolute(to).lexically_normal()) {
  if (!to_.has_filename()) to_ = to_.parent_path();
  const auto status = fs::symlink_status(to_);
  if (fs::exists(status) && (!fs::is_directory(status) || !fs::is_empty(to_))) {
    throw Error(Code::refused,
                "something is there already; it was left as it is. Choose a new or empty directory",
                to.string());
  }
  if (!fs::is_directory(to_.parent_path())) {
    throw Error(Code::not_found, "the directory to unpack in is not there",
                to_.parent_path().string());
  }
  work_ = to_.parent_path() / (std::string(kPartialPrefix) + random_name());
  make_directory(work_);
}
Unpacked::~Unpacked() {
  std::error_code ignored;
  if (!work_.empty()) fs::remove_all(work_, ignored);
}

void Unpacked::add_directory(const fs::path& place) {
  fs::path path = work_;
  for (const fs::path& part : place) {
    path /= part;
    if (::mkdir(path.c_str(), 0700) != 0 &&
        (errno != EEXIST || !fs::is_directory(fs::symlink_status(path)))) {
      refuse_member("a file and a directory in the archive have the same name", place.string());
    }
  }
}

File Unpacked::add_file(const fs::path& place) {
  if (place.empty()) refuse_member("a file in the archive has no usable name", place.string());
  add_directory(place.parent_path());
  const fs::path path = work_ / place;
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0 && errno == EEXIST)
    refuse_member("a file stands in the archive twice", place.string());
  if (fd < 0) throw_errno("writing", path);
  return File(fd);
}

void Unpacked::write(const File& file, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(file.fd(), bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw_errno("writing", to_);
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
}

void Unpacked::move_into_place() {
  {
    const File directory(::open(work_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory || ::syncfs(directory.fd()) != 0) throw_errno("writing", to_);
  }
  // Replaces an empty directory, and nothing else.
  if (::rename(work_.c_str(), to_.c_str()) != 0) {
    if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR) {
      throw Error(Code::refused, "something is there already; it was left as it is", to_.string());
    }
    throw_errno("writing", to_);
  }
  work_.clear();
  sync_directory(to_.parent_path());
}

}  // namespace depone
