#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "crypto/error.h"
#include "store/file.h"

namespace depone {

namespace {

constexpr std::chrono::milliseconds kPause{20};

File open_lock_file(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) throw_errno("opening the lock file", path);
  return File(fd);
}

bool take(const File& file, const fs::path& path) {
  for (;;) {
    if (::flock(file.fd(), LOCK_EX | LOCK_NB) == 0) return true;
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) throw_errno("locking", path);
  }
}

// The holder as the kernel lists it: "1: FLOCK ADVISORY WRITE 4711 08:01:1234 0 EOF". Nothing is
// written into the lock file, so that a program that is turned away has changed no byte. "" where
// it is not known.
std::string holder_of(const File& file) {
  struct stat info {};
  if (::fstat(file.fd(), &info) != 0) return {};
  std::ifstream locks("/proc/locks");
  std::string line;
  while (std::getline(locks, line)) {
    std::istringstream words(line);
    std::string number, kind, mode, access, process, place;
    words >> number >> kind >> mode >> access >> process >> place;
    unsigned major_number = 0, minor_number = 0;
    unsigned long inode = 0;
    if (kind != "FLOCK" || process == "-1" || process == "0" ||
        std::sscanf(place.c_str(), "%x:%x:%lu", &major_number, &minor_number, &inode) != 3) {
      continue;
    }
    if (inode == info.st_ino && major_number == major(info.st_dev) &&
        minor_number == minor(info.st_dev)) {
      return process;
    }
  }
  return {};
}

}  // namespace

FileLock::FileLock(const fs::path& path, unsigned seconds) : file_(open_lock_file(path)) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!take(file_, path)) {
    if (std::chrono::steady_clock::now() >= end) {
      const std::string process = holder_of(file_);
      throw Error(Code::busy,
                  "another program" + (process.empty() ? "" : " (process " + process + ")") +
                      " is using it; wait until that has ended and run this again",
                  path.parent_path().string());
    }
    std::this_thread::sleep_for(kPause);
  }
}

std::optional<FileLock> FileLock::try_lock(const fs::path& path) {
  FileLock lock;
  lock.file_ = open_lock_file(path);
  if (!take(lock.file_, path)) return std::nullopt;
  return lock;
}

}  // namespace depone
