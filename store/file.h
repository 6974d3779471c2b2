#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/io.h"

namespace depone {

namespace fs = std::filesystem;

// Files, durably. Errors are Code::io (the message says when the disk is full) or not_found, with
// the path as context. Nothing here follows a symbolic link in the last component of a path unless
// said.

// An open descriptor.
class File {
 public:
  File() = default;
  explicit File(int fd) : fd_(fd) {}
  File(File&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  File& operator=(File&& other) noexcept;
  ~File();
  int fd() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// Reads a file as a stream. `follow` allows a symbolic link (for files that the user names
// himself); pipes and /dev/fd/N are fine then.
class FileSource : public Source {
 public:
  explicit FileSource(const fs::path& path, bool follow = false);
  std::size_t read(std::span<std::uint8_t> into) override;
  std::uint64_t size() const;  // of a regular file, now; 0 for a pipe
  void seek(std::uint64_t offset);
  int fd() const { return file_.fd(); }

 private:
  File file_;
  fs::path path_;
};

// A new file that is complete or absent: written beside under a random name, synced, renamed, the
// directory synced, by finish(). Destroyed without finish() it is gone. Mode 0600. `replace` false:
// Code::refused where the name is taken. A long one is written by a thread of its own, and without
// a stay in the kernel's page cache where the file system can do that; an error of it comes from a
// later write() or from finish().
class FileSink : public Sink {
 public:
  explicit FileSink(fs::path path, bool replace = false);
  ~FileSink() override;
  void write(ByteView bytes) override;
  void finish() override;

 private:
  class Direct;
  fs::path path_;
  fs::path partial_;
  File file_;
  bool replace_;
  std::uint64_t written_ = 0;
  std::unique_ptr<Direct> direct_;  // once it is long
};
// Names of files that FileSink is writing start with this; a sweep may remove them once no process
// holds the directory.
inline constexpr std::string_view kPartialPrefix = ".partial-";

Bytes read_file(const fs::path& path, std::size_t limit, bool follow = false);
std::string read_text(const fs::path& path, std::size_t limit, bool follow = false);
std::optional<Bytes> read_file_if_there(const fs::path& path, std::size_t limit);
void write_file(const fs::path& path, ByteView bytes, bool replace = true);
void write_file(const fs::path& path, std::string_view text, bool replace = true);

fs::path plain_path(const fs::path& path);  // absolute, without a slash at its end
void make_directory(const fs::path& path);  // mode 0700, durable; fine where it is there
void sync_directory(const fs::path& path);
void remove_file(const fs::path& path);  // fine where it is not there; the directory is synced
void rename_file(const fs::path& from, const fs::path& to,
                 bool replace);               // both in one file system; durable
std::string random_name();                    // 32 hex digits
bool is_random_name(std::string_view name);   // of that form
bool is_partial_name(std::string_view name);  // of the form that FileSink writes under
// The names in a directory, `.` and `..` apart, in ascending order.
std::vector<std::string> names_in(const fs::path& directory);
// Code::io for errno (not_found for ENOENT): "<doing> <path>: …"; says when the disk is full.
[[noreturn]] void throw_errno(std::string_view doing, const fs::path& path);

// An advisory lock (flock) on a file of that name, held until destroyed. Waits up to `seconds`,
// then Code::busy names the process that holds it where that is known.
class FileLock {
 public:
  enum class Kind { exclusive, shared };
  FileLock(const fs::path& path, unsigned seconds, Kind kind = Kind::exclusive);
  static std::optional<FileLock> try_lock(const fs::path& path);

 private:
  FileLock() = default;
  File file_;
};

// A process that holds a FileLock, as the kernel lists it.
struct LockHolder {
  int process = 0;
  std::string program;  // its short name; "" where that is not known
};
// nullopt where the file is not there, nobody holds it, or it can't be told who.
std::optional<LockHolder> lock_holder(const fs::path& path);

}  // namespace depone
