// Laid under a program with LD_PRELOAD: counts each durable step (a write, sync, rename,
// truncation, removal, link, new file or directory) below some directories, and does at the chosen
// one what the harness (tests/fault/points.h) says. Taken from the environment:
//
//   DEPONE_FAULT_UNDER  directories, canonical, with ':' between
//   DEPONE_FAULT_KIND   count | kill | torn | full | short | error | undirect
//   DEPONE_FAULT_AT     the number of the step, from 1
//   DEPONE_FAULT_STEPS  a file of 8 bytes that the number of steps so far is kept in (it outlives
//                       the process)
//   DEPONE_FAULT_LOG    optional: a line for each step, "<number> <call> <path> <bytes>"
//
// Syncs are counted and not carried out: what a killed process has given to the kernel stays.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

// What a step does to the disk: `grow` may need room, `free` gives some back, `sync` is when the
// kernel says that there was none.
enum class Effect { grow, sync, free };
enum class Verdict { go, half, fail };

struct Settings {
  const char* under = nullptr;
  const char* kind = "count";
  std::uint64_t at = 0;
  std::atomic<std::uint64_t>* steps = nullptr;
  int log = -1;

  bool is(const char* name) const { return std::strcmp(kind, name) == 0; }
};

Settings read_settings() {
  Settings settings;
  settings.under = std::getenv("DEPONE_FAULT_UNDER");
  if (const char* kind = std::getenv("DEPONE_FAULT_KIND")) settings.kind = kind;
  if (const char* at = std::getenv("DEPONE_FAULT_AT")) settings.at = std::strtoull(at, nullptr, 10);
  if (const char* path = std::getenv("DEPONE_FAULT_STEPS")) {
    const auto fd = static_cast<int>(syscall(SYS_open, path, O_RDWR | O_CLOEXEC));
    void* shared =
        fd < 0 ? MAP_FAILED
               : mmap(nullptr, sizeof(std::uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0) syscall(SYS_close, fd);
    if (shared != MAP_FAILED) settings.steps = static_cast<std::atomic<std::uint64_t>*>(shared);
  }
  if (const char* path = std::getenv("DEPONE_FAULT_LOG")) {
    settings.log =
        static_cast<int>(syscall(SYS_open, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  }
  return settings;
}

const Settings& settings() {
  static const Settings read = read_settings();
  return read;
}

template <typename Function>
Function* next(Function*, const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}
#define NEXT(name) static auto* const next_##name = next(&(name), #name)

bool is_under(const char* path) {
  const char* rest = settings().under;
  while (rest != nullptr && *rest != '\0') {
    const char* end = std::strchr(rest, ':');
    const std::size_t length =
        end == nullptr ? std::strlen(rest) : static_cast<std::size_t>(end - rest);
    if (length > 0 && std::strncmp(path, rest, length) == 0 &&
        (rest[length - 1] == '/' || path[length] == '/' || path[length] == '\0')) {
      return true;
    }
    rest = end == nullptr ? nullptr : end + 1;
  }
  return false;
}

// The absolute path that a call means. "" where it can't be told.
class Path {
 public:
  explicit Path(int fd) { read_fd(fd); }
  Path(int directory, const char* path) {
    if (path == nullptr) return;
    if (path[0] != '/') {
      if (directory == AT_FDCWD) {
        if (syscall(SYS_getcwd, text_, sizeof text_) < 0) text_[0] = '\0';
      } else {
        read_fd(directory);
      }
    }
    const std::size_t length = std::strlen(text_);
    std::snprintf(text_ + length, sizeof text_ - length, "%s%s", path[0] == '/' ? "" : "/", path);
  }
  const char* text() const { return text_; }

 private:
  void read_fd(int fd) {
    char link[64];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const long length = syscall(SYS_readlink, link, text_, sizeof text_ - 1);
    text_[length < 0 ? 0 : length] = '\0';
  }
  char text_[2 * PATH_MAX] = {};
};

[[noreturn]] void die() {
  syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
  for (;;) pause();
}

// Counts a step, and says what becomes of it. `bytes`: of a write, else 0.
Verdict step(const char* call, const Path& path, Effect effect, std::size_t bytes = 0) {
  const Settings& chosen = settings();
  if (chosen.steps == nullptr || !is_under(path.text())) return Verdict::go;
  const bool torn = chosen.is("torn");
  if (torn && bytes < 2) return Verdict::go;
  const std::uint64_t number = chosen.steps->fetch_add(1) + 1;
  if (chosen.log >= 0) {
    char line[2 * PATH_MAX + 100];
    const int length =
        std::snprintf(line, sizeof line, "%llu %s %s %zu\n",
                      static_cast<unsigned long long>(number), call, path.text(), bytes);
    if (length > 0) syscall(SYS_write, chosen.log, line, length);
  }
  if (chosen.at == 0 || number < chosen.at) return Verdict::go;
  if (torn) return Verdict::half;
  if (chosen.is("kill")) die();
  if (chosen.is("short")) {
    if (number == chosen.at && bytes >= 2) return Verdict::half;
  } else if (!chosen.is("full") && !chosen.is("error")) {
    return Verdict::go;
  }
  // A full disk stays full, and a broken one broken; room can be made on both.
  if (effect == Effect::free) return Verdict::go;
  errno = chosen.is("error") ? EIO : ENOSPC;
  return Verdict::fail;
}

// A write of which only half arrives; the process does not live to see that where it was to be
// torn.
template <typename Write>
ssize_t written(const char* call, int fd, std::size_t bytes, const Write& write) {
  if (settings().is("undirect") && (syscall(SYS_fcntl, fd, F_GETFL) & O_DIRECT) != 0) {
    errno = EINVAL;
    return -1;
  }
  switch (step(call, Path(fd), Effect::grow, bytes)) {
    case Verdict::fail:
      return -1;
    case Verdict::half: {
      const ssize_t put = write(bytes / 2);
      if (settings().is("torn")) die();
      return put;
    }
    case Verdict::go:
      break;
  }
  return write(bytes);
}

bool exists(const Path& path) {
  struct stat info {};
  return syscall(SYS_newfstatat, AT_FDCWD, path.text(), &info, AT_SYMLINK_NOFOLLOW) == 0;
}

bool fails(const char* call, const Path& path, Effect effect) {
  return step(call, path, effect) == Verdict::fail;
}

// Opening counts where it may make a file, or empty one.
bool open_fails(const char* call, const Path& path, int flags) {
  if ((flags & (O_CREAT | O_TRUNC)) == 0) return false;
  return fails(call, path, exists(path) ? Effect::free : Effect::grow);
}

bool fopen_fails(const char* call, const char* path, const char* mode) {
  if (std::strpbrk(mode, "wa") == nullptr) return false;
  return open_fails(call, Path(AT_FDCWD, path), O_CREAT);
}

Effect truncation(int fd, off_t length) {
  struct stat info {};
  return syscall(SYS_fstat, fd, &info) == 0 && info.st_size >= length ? Effect::free : Effect::grow;
}

mode_t mode_of(int flags, va_list list) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  NEXT(open);
  va_list list;
  va_start(list, flags);
  const mode_t mode = mode_of(flags, list);
  va_end(list);
  return open_fails("open", Path(AT_FDCWD, path), flags) ? -1 : next_open(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  NEXT(open64);
  va_list list;
  va_start(list, flags);
  const mode_t mode = mode_of(flags, list);
  va_end(list);
  return open_fails("open", Path(AT_FDCWD, path), flags) ? -1 : next_open64(path, flags, mode);
}

int openat(int directory, const char* path, int flags, ...) {
  NEXT(openat);
  va_list list;
  va_start(list, flags);
  const mode_t mode = mode_of(flags, list);
  va_end(list);
  return open_fails("openat", Path(directory, path), flags)
             ? -1
             : next_openat(directory, path, flags, mode);
}

int openat64(int directory, const char* path, int flags, ...) {
  NEXT(openat64);
  va_list list;
  va_start(list, flags);
  const mode_t mode = mode_of(flags, list);
  va_end(list);
  return open_fails("openat", Path(directory, path), flags)
             ? -1
             : next_openat64(directory, path, flags, mode);
}

int creat(const char* path, mode_t mode) {
  NEXT(creat);
  return open_fails("creat", Path(AT_FDCWD, path), O_CREAT) ? -1 : next_creat(path, mode);
}

FILE* fopen(const char* path, const char* mode) {
  NEXT(fopen);
  return fopen_fails("fopen", path, mode) ? nullptr : next_fopen(path, mode);
}

FILE* fopen64(const char* path, const char* mode) {
  NEXT(fopen64);
  return fopen_fails("fopen", path, mode) ? nullptr : next_fopen64(path, mode);
}

ssize_t write(int fd, const void* data, size_t size) {
  NEXT(write);
  return written("write", fd, size, [&](size_t part) { return next_write(fd, data, part); });
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  NEXT(pwrite);
  return written("pwrite", fd, size,
                 [&](size_t part) { return next_pwrite(fd, data, part, offset); });
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) {
  NEXT(pwrite64);
  return written("pwrite", fd, size,
                 [&](size_t part) { return next_pwrite64(fd, data, part, offset); });
}

ssize_t writev(int fd, const iovec* parts, int count) {
  NEXT(writev);
  size_t size = 0;
  for (int i = 0; i < count; ++i) size += parts[i].iov_len;
  return written("writev", fd, size, [&](size_t part) {
    // Half of them is the half of the first.
    return part == size ? next_writev(fd, parts, count)
                        : syscall(SYS_write, fd, parts[0].iov_base, parts[0].iov_len / 2);
  });
}

ssize_t sendfile(int out, int in, off_t* offset, size_t size) {
  NEXT(sendfile);
  return written("sendfile", out, size,
                 [&](size_t part) { return next_sendfile(out, in, offset, part); });
}

ssize_t sendfile64(int out, int in, off64_t* offset, size_t size) {
  NEXT(sendfile64);
  return written("sendfile", out, size,
                 [&](size_t part) { return next_sendfile64(out, in, offset, part); });
}

ssize_t copy_file_range(int in, off64_t* in_offset, int out, off64_t* out_offset, size_t size,
                        unsigned flags) {
  NEXT(copy_file_range);
  return written("copy_file_range", out, size, [&](size_t part) {
    return next_copy_file_range(in, in_offset, out, out_offset, part, flags);
  });
}

int fallocate(int fd, int mode, off_t offset, off_t length) {
  NEXT(fallocate);
  return fails("fallocate", Path(fd), Effect::grow) ? -1 : next_fallocate(fd, mode, offset, length);
}

int posix_fallocate(int fd, off_t offset, off_t length) {
  NEXT(posix_fallocate);
  return fails("fallocate", Path(fd), Effect::grow) ? errno
                                                    : next_posix_fallocate(fd, offset, length);
}

int ftruncate(int fd, off_t length) noexcept {
  NEXT(ftruncate);
  return fails("ftruncate", Path(fd), truncation(fd, length)) ? -1 : next_ftruncate(fd, length);
}

int ftruncate64(int fd, off64_t length) noexcept {
  NEXT(ftruncate64);
  return fails("ftruncate", Path(fd), truncation(fd, length)) ? -1 : next_ftruncate64(fd, length);
}

int truncate(const char* path, off_t length) noexcept {
  NEXT(truncate);
  return fails("truncate", Path(AT_FDCWD, path), Effect::grow) ? -1 : next_truncate(path, length);
}

int fsync(int fd) {
  NEXT(fsync);
  if (settings().steps == nullptr) return next_fsync(fd);
  return fails("fsync", Path(fd), Effect::sync) ? -1 : 0;
}

int fdatasync(int fd) {
  NEXT(fdatasync);
  if (settings().steps == nullptr) return next_fdatasync(fd);
  return fails("fdatasync", Path(fd), Effect::sync) ? -1 : 0;
}

int syncfs(int fd) noexcept {
  NEXT(syncfs);
  if (settings().steps == nullptr) return next_syncfs(fd);
  return fails("syncfs", Path(fd), Effect::sync) ? -1 : 0;
}

int rename(const char* from, const char* to) noexcept {
  NEXT(rename);
  return fails("rename", Path(AT_FDCWD, to), Effect::grow) ? -1 : next_rename(from, to);
}

int renameat(int from_directory, const char* from, int to_directory, const char* to) noexcept {
  NEXT(renameat);
  return fails("rename", Path(to_directory, to), Effect::grow)
             ? -1
             : next_renameat(from_directory, from, to_directory, to);
}

int renameat2(int from_directory, const char* from, int to_directory, const char* to,
              unsigned flags) noexcept {
  NEXT(renameat2);
  return fails("rename", Path(to_directory, to), Effect::grow)
             ? -1
             : next_renameat2(from_directory, from, to_directory, to, flags);
}

int link(const char* from, const char* to) noexcept {
  NEXT(link);
  return fails("link", Path(AT_FDCWD, to), Effect::grow) ? -1 : next_link(from, to);
}

int linkat(int from_directory, const char* from, int to_directory, const char* to,
           int flags) noexcept {
  NEXT(linkat);
  return fails("link", Path(to_directory, to), Effect::grow)
             ? -1
             : next_linkat(from_directory, from, to_directory, to, flags);
}

int symlink(const char* target, const char* path) noexcept {
  NEXT(symlink);
  return fails("symlink", Path(AT_FDCWD, path), Effect::grow) ? -1 : next_symlink(target, path);
}

int unlink(const char* path) noexcept {
  NEXT(unlink);
  return fails("unlink", Path(AT_FDCWD, path), Effect::free) ? -1 : next_unlink(path);
}

int unlinkat(int directory, const char* path, int flags) noexcept {
  NEXT(unlinkat);
  return fails("unlink", Path(directory, path), Effect::free)
             ? -1
             : next_unlinkat(directory, path, flags);
}

int remove(const char* path) noexcept {
  NEXT(remove);
  return fails("unlink", Path(AT_FDCWD, path), Effect::free) ? -1 : next_remove(path);
}

int rmdir(const char* path) noexcept {
  NEXT(rmdir);
  return fails("rmdir", Path(AT_FDCWD, path), Effect::free) ? -1 : next_rmdir(path);
}

int mkdir(const char* path, mode_t mode) noexcept {
  NEXT(mkdir);
  const Path where(AT_FDCWD, path);
  return fails("mkdir", where, exists(where) ? Effect::free : Effect::grow)
             ? -1
             : next_mkdir(path, mode);
}

int mkdirat(int directory, const char* path, mode_t mode) noexcept {
  NEXT(mkdirat);
  const Path where(directory, path);
  return fails("mkdir", where, exists(where) ? Effect::free : Effect::grow)
             ? -1
             : next_mkdirat(directory, path, mode);
}

}  // extern "C"
