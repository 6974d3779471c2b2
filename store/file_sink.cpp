#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <new>
#include <optional>
#include <thread>

#include "crypto/error.h"
#include "crypto/handoff.h"
#include "crypto/secret.h"
#include "store/file.h"

namespace depone {

namespace {

// open(2), O_DIRECT: memory, offset and length are multiples of the device's block, of which 4,096
// bytes is the largest in use.
constexpr std::size_t kBlock = 4096;
constexpr std::size_t kPiece = 1u << 20;
// A shorter file is better in the page cache: whoever reads it next finds it there.
constexpr std::uint64_t kDirectFrom = 4u << 20;

bool is_same_file(int fd, const fs::path& path) {
  struct stat own {
  }, there{};
  return ::fstat(fd, &own) == 0 && ::lstat(path.c_str(), &there) == 0 &&
         own.st_dev == there.st_dev && own.st_ino == there.st_ino;
}

bool set_direct(int fd, bool on) {
  const int flags = ::fcntl(fd, F_GETFL);
  return flags >= 0 && ::fcntl(fd, F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT) == 0;
}

// Aligned memory that is filled, and wiped in the end: `extract` writes plaintext.
class Piece {
 public:
  Piece() : bytes_(static_cast<std::uint8_t*>(std::aligned_alloc(kBlock, kPiece))) {
    if (!bytes_) throw std::bad_alloc();
  }
  Piece(Piece&&) = default;
  Piece& operator=(Piece&&) = default;
  ~Piece() {
    if (bytes_) wipe({bytes_.get(), kPiece});
  }

  // Returns what had no room any more.
  ByteView add(ByteView bytes) {
    const std::size_t part = std::min(kPiece - used_, bytes.size());
    std::copy_n(bytes.begin(), part, bytes_.get() + used_);
    used_ += part;
    return bytes.subspan(part);
  }
  bool is_full() const { return used_ == kPiece; }
  ByteView bytes() const { return {bytes_.get(), used_}; }
  void clear() { used_ = 0; }

 private:
  struct Free {
    void operator()(std::uint8_t* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<std::uint8_t, Free> bytes_;
  std::size_t used_ = 0;
};

}  // namespace

// Copying a long file into the page cache costs more than all else that is done to it where the
// kernel has to find the memory first, and throws out what others have there.
class FileSink::Direct {
 public:
  Direct(int fd, const fs::path& path) : fd_(fd), path_(path), direct_(set_direct(fd, true)) {
    empty_.put({});
    thread_ = std::thread([this] { run(); });
  }
  Direct(const Direct&) = delete;
  Direct& operator=(const Direct&) = delete;
  ~Direct() { stop(); }

  void write(ByteView bytes) {
    while (!bytes.empty()) {
      bytes = filling_.add(bytes);
      if (!filling_.is_full()) return;
      std::optional<Piece> next = empty_.take();
      if (!next) fail();
      std::swap(filling_, *next);
      to_write_.put(*std::move(next));
    }
  }

  void finish() {
    stop();
    if (failure_) fail();
    put(filling_.bytes());
  }

 private:
  void run() {
    try {
      while (auto piece = to_write_.take()) {
        put(piece->bytes());
        piece->clear();
        empty_.put(*std::move(piece));
      }
    } catch (...) {
      failure_ = std::current_exception();
      empty_.close();
    }
  }

  // The end of a file is no whole block; a file system may not want the others so either, or may
  // have taken a part of one.
  void put(ByteView bytes) {
    while (!bytes.empty()) {
      if (direct_ && bytes.size() % kBlock != 0) leave_direct();
      const ssize_t put = ::write(fd_, bytes.data(), bytes.size());
      if (put >= 0) {
        bytes = bytes.subspan(static_cast<std::size_t>(put));
      } else if (errno == EINVAL && direct_) {
        leave_direct();
      } else if (errno != EINTR) {
        throw_errno("writing", path_);
      }
    }
  }

  void leave_direct() {
    if (!set_direct(fd_, false)) throw_errno("writing", path_);
    direct_ = false;
  }

  void stop() {
    to_write_.close();
    if (thread_.joinable()) thread_.join();
  }

  [[noreturn]] void fail() {
    stop();
    std::rethrow_exception(failure_);
  }

  int fd_;
  fs::path path_;
  bool direct_;  // of the descriptor
  Piece filling_;
  Handoff<Piece> to_write_;
  Handoff<Piece> empty_;
  std::exception_ptr failure_;
  std::thread thread_;
};

FileSink::FileSink(fs::path path, bool replace)
    : path_(std::move(path)),
      partial_(path_.parent_path() / (std::string(kPartialPrefix) + random_name())),
      replace_(replace) {
  int fd;
  do {
    fd = ::open(partial_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) throw_errno("writing", path_);
  file_ = File(fd);
}

FileSink::~FileSink() {
  if (file_) ::unlink(partial_.c_str());
}

void FileSink::write(ByteView bytes) {
  while (!bytes.empty() && written_ < kDirectFrom) {
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(kDirectFrom - written_, bytes.size()));
    const ssize_t put = ::write(file_.fd(), bytes.data(), wanted);
    if (put < 0) {
      if (errno == EINTR) continue;
      throw_errno("writing", path_);
    }
    bytes = bytes.subspan(static_cast<std::size_t>(put));
    written_ += static_cast<std::uint64_t>(put);
  }
  if (bytes.empty()) return;
  if (!direct_) direct_ = std::make_unique<Direct>(file_.fd(), path_);
  direct_->write(bytes);
}

void FileSink::finish() {
  if (!file_) return;
  if (direct_) direct_->finish();
  if (::fsync(file_.fd()) != 0) throw_errno("writing", path_);
  try {
    rename_file(partial_, path_, replace_);
  } catch (const Error&) {
    // Where only the directory could not be synced, a new file has its name already.
    if (!replace_ && is_same_file(file_.fd(), path_)) ::unlink(path_.c_str());
    throw;
  }
  direct_.reset();
  file_ = File();
}

}  // namespace depone
