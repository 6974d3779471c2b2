#include "store/panic.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "crypto/error.h"
#include "store/vault_state.h"

namespace depone {

namespace {

constexpr std::uint64_t kMaxHeader = 1u << 20;
constexpr std::uint64_t kBeyondAll = 1ull
                                     << 52;  // no header of a program still running replaces it

// Random bytes over all of a file, where it lies. Nothing where it is not there.
void overwrite(const fs::path& path) {
  const File file(::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!file) {
    if (errno == ENOENT) return;
    throw_errno("overwriting", path);
  }
  struct stat info {};
  if (::fstat(file.fd(), &info) != 0 || !S_ISREG(info.st_mode)) throw_errno("overwriting", path);
  // A header is never longer; what is beyond that is none.
  Bytes noise(std::min<std::uint64_t>(static_cast<std::uint64_t>(info.st_size), kMaxHeader));
  random_bytes(noise);
  for (std::size_t at = 0; at < noise.size();) {
    const ssize_t put =
        ::pwrite(file.fd(), noise.data() + at, noise.size() - at, static_cast<off_t>(at));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) throw_errno("overwriting", path);
    at += static_cast<std::size_t>(put);
  }
  if (::fdatasync(file.fd()) != 0) throw_errno("overwriting", path);
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

}  // namespace

void destroy_key_slots(const fs::path& vault_dir) {
  const fs::path dir = plain_path(vault_dir);
  if (!is_there(dir / kHeaderName) && !is_there(dir / kHeaderCopyName)) {
    throw Error(Code::not_found, "there is no vault at " + dir.string());
  }
  const VaultHeader header = empty_header(dir);
  overwrite(dir / kHeaderName);
  overwrite(dir / kHeaderCopyName);
  // A header may be in one of these, where writing it was cut off.
  for (const std::string& name : names_in(dir)) {
    if (is_partial_name(name) && !fs::is_directory(dir / name)) overwrite(dir / name);
  }
  try {
    write_headers(dir, header);
  } catch (const Error&) {
    // No slot is left either way: on a full disk what stays are two files of noise.
  }
}

}  // namespace depone
