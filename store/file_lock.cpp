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

bool take(const File& file, const fs::path& path, int operation = LOCK_EX) {
  for (;;) {
    if (::flock(file.fd(), operation | LOCK_NB) == 0) return true;
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) throw_errno("locking", path);
  }
}

std::string program_of(const std::string& process) {
  std::ifstream name("/proc/" + process + "/comm");
  std::string line;
  std::getline(name, line);
  return line;
}

// The holder as the kernel lists it: "1: FLOCK ADVISORY WRITE 4711 08:01:1234 0 EOF". Nothing is
// written into the lock file, so that a program that is turned away has changed no byte.
std::optional<LockHolder> holder_of(const struct stat& info) {
  std::ifstream locks("/proc/locks");
  std::string line;
  while (std::getline(locks, line)) {
    std::istringstream words(line);
    std::string number, kind, mode, access, process, place;
    words >> number >> kind >> mode >> access >> process >> place;
    unsigned major_number = 0, minor_number = 0;
    unsigned long inode = 0;
    const auto pid = from_decimal(process, 1u << 30);
    if (kind != "FLOCK" || !pid || *pid == 0 ||
        std::sscanf(place.c_str(), "%x:%x:%lu", &major_number, &minor_number, &inode) != 3) {
      continue;
    }
    if (inode == info.st_ino && major_number == major(info.st_dev) &&
        minor_number == minor(info.st_dev)) {
      return LockHolder{static_cast<int>(*pid), program_of(process)};
    }
  }
  return std::nullopt;
}

std::string in_words(const std::optional<LockHolder>& holder) {
  if (!holder) return {};
  return " (process " + std::to_string(holder->process) +
         (holder->program.empty() ? "" : ", " + holder->program) + ")";
}

}  // namespace

FileLock::FileLock(const fs::path& path, unsigned seconds, Kind kind)
    : file_(open_lock_file(path)) {
  const int operation = kind == Kind::shared ? LOCK_SH : LOCK_EX;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  while (!take(file_, path, operation)) {
    if (std::chrono::steady_clock::now() >= end) {
      struct stat info {};
      const bool known = ::fstat(file_.fd(), &info) == 0;
      throw Error(Code::busy,
                  "another program" + (known ? in_words(holder_of(info)) : "") +
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

std::optional<LockHolder> lock_holder(const fs::path& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return std::nullopt;
  return holder_of(info);
}

}  // namespace depone
