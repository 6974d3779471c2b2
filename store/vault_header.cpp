#include "store/vault_header.h"

#include "crypto/error.h"

namespace depone {

namespace {

constexpr std::size_t kMaxHeader = 1u << 20;
constexpr unsigned kLockSeconds = 10;

// nullopt: missing, damaged or unreadable. All of these are survived while the other copy is good.
std::optional<VaultHeader> read_copy(const fs::path& path, std::optional<std::string>& text) {
  try {
    text = read_text(path, kMaxHeader);
    return VaultHeader::parse(*text);
  } catch (const Error& error) {
    if (error.code() == Code::unsupported) throw;
    return std::nullopt;
  }
}

}  // namespace

FoundHeader read_headers(const fs::path& dir) {
  std::optional<std::string> main_text, copy_text;
  auto main = read_copy(dir / kHeaderName, main_text);
  auto copy = read_copy(dir / kHeaderCopyName, copy_text);
  if (!main && !copy) {
    throw Error(Code::damaged,
                "both copies of the vault's header are damaged or missing, so it cannot be opened; "
                "nothing was changed. Put one of them back from a backup",
                (dir / kHeaderName).string());
  }
  const bool copy_holds = !main || (copy && copy->generation > main->generation);
  FoundHeader found;
  found.older = main && copy && *main_text != *copy_text;
  if (!main) found.damaged = kHeaderName;
  if (!copy) found.damaged = kHeaderCopyName;
  found.header = std::move(copy_holds ? *copy : *main);
  return found;
}

void write_headers(const fs::path& dir, const VaultHeader& header) {
  const std::string file = header.file();
  write_file(dir / kHeaderCopyName, file);
  write_file(dir / kHeaderName, file);
}

void replace_headers(const fs::path& dir, const VaultHeader& next) {
  const FileLock lock(dir / kHeaderLockName, kLockSeconds);
  const VaultHeader there = read_headers(dir).header;
  if (there.generation > next.generation ||
      (there.generation == next.generation && there.file() != next.file())) {
    throw Error(Code::busy,
                "another program changed or destroyed the keys of this vault in the meantime; "
                "nothing was changed",
                dir.string());
  }
  write_headers(dir, next);
}

}  // namespace depone
