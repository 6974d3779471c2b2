#include "store/panic.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "crypto/error.h"
#include "store/vault_state.h"

namespace depone {

namespace {

constexpr std::uint64_t kMaxHeader = 1u << 20;
constexpr std::uint64_t kBeyondAll = 1ull
                                     << 52;  // no header of a program still running replaces it

[[noreturn]] void cannot_overwrite(const fs::path& path) {
  const int error = errno;
  const bool full = error == ENOSPC || error == EDQUOT;
  throw Error(Code::io,
              (full ? std::string("the disk is full") : std::generic_category().message(error)) +
                  ": not every key slot of the vault is destroyed. " +
                  (full ? "Make room and run it again" : "Run it again, or destroy the disk"),
              path.string());
}

// Random bytes over all of a file, where it lies. Nothing where it is not there.
void overwrite(const fs::path& path) {
  const File file(::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file) {
    if (errno == ENOENT) return;
    cannot_overwrite(path);
  }
  struct stat info {};
  if (::fstat(file.fd(), &info) != 0 || !S_ISREG(info.st_mode)) cannot_overwrite(path);
  // A header is never longer; what is beyond that is none.
  Bytes noise(std::min<std::uint64_t>(static_cast<std::uint64_t>(info.st_size), kMaxHeader));
  random_bytes(noise);
  for (std::size_t at = 0; at < noise.size();) {
    const ssize_t put =
        ::pwrite(file.fd(), noise.data() + at, noise.size() - at, static_cast<off_t>(at));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) cannot_overwrite(path);
    at += static_cast<std::size_t>(put);
  }
  if (::fdatasync(file.fd()) != 0) cannot_overwrite(path);
}

// A header that is just being written is not to come after what is done here. Whoever writes one
// holds this for a moment; longer is not waited, and where the lock can't be had (a full disk) it
// is done without.
std::optional<FileLock> hold_off_headers(const fs::path& dir) {
  constexpr std::chrono::milliseconds kPause{20}, kLongest{400};
  for (auto waited = kPause; waited <= kLongest; waited += kPause) {
    try {
      if (auto lock = FileLock::try_lock(dir / kHeaderLockName)) return lock;
    } catch (const Error&) {
      break;
    }
    std::this_thread::sleep_for(kPause);
  }
  return std::nullopt;
}

bool a_slot_is_left(const fs::path& dir) {
  for (const std::string_view name : {kHeaderName, kHeaderCopyName}) {
    try {
      if (!VaultHeader::parse(read_text(dir / name, kMaxHeader)).slots.empty()) return true;
    } catch (const Error&) {  // noise, or missing
    }
  }
  return false;
}

// What is left of the header without its slots. Where nothing can be read any more, as after a run
// that was cut off, the vault's id is lost, and nothing needs it.
VaultHeader empty_header(const fs::path& dir) {
  VaultHeader header;
  try {
    header = read_headers(dir).header;
  } catch (const Error&) {
    header.vault = random_array<16>();
    header.generation = kBeyondAll;
  }
  ++header.generation;
  header.slots.clear();
  return header;
}

void overwrite_all(const fs::path& dir) {
  const VaultHeader header = empty_header(dir);
  std::vector<fs::path> paths{dir / kHeaderName, dir / kHeaderCopyName};
  // A header may be in one of these, where writing it was cut off.
  for (const std::string& name : names_in(dir)) {
    if (is_partial_name(name) && !fs::is_directory(dir / name)) paths.push_back(dir / name);
  }
  // As many as can be; what keeps one of them from it is told then.
  std::exception_ptr failure;
  for (const fs::path& path : paths) {
    try {
      overwrite(path);
    } catch (const Error&) {
      if (!failure) failure = std::current_exception();
    }
  }
  if (failure) std::rethrow_exception(failure);
  for (std::size_t i = 2; i < paths.size(); ++i) ::unlink(paths[i].c_str());
  try {
    write_headers(dir, header);
  } catch (const Error&) {
    // No slot is left either way: on a full disk what stays are two files of noise.
  }
}

}  // namespace

void destroy_key_slots(const fs::path& vault_dir) {
  const fs::path dir = plain_path(vault_dir);
  if (!is_there(dir / kHeaderName) && !is_there(dir / kHeaderCopyName)) {
    throw Error(Code::not_found, "there is no vault at " + dir.string());
  }
  const auto lock = hold_off_headers(dir);
  overwrite_all(dir);
  // Without the lock somebody's header may have come in between.
  constexpr int kMoreTimes = 4;
  for (int i = 0; i < kMoreTimes && a_slot_is_left(dir); ++i) overwrite_all(dir);
  if (a_slot_is_left(dir)) {
    throw Error(Code::io,
                "another program keeps writing key slots into the vault: not every slot is "
                "destroyed. End that program and run it again",
                dir.string());
  }
}

}  // namespace depone
