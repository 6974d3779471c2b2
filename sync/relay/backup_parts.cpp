#include "sync/relay/backup_parts.h"

#include <sys/statvfs.h>

#include <algorithm>

#include "crypto/error.h"

namespace depone::relay {

namespace {

constexpr std::uint64_t kBlock = 4096;
constexpr std::uint64_t kMiB = 1u << 20;

std::string mebibytes(std::uint64_t bytes) {
  return std::to_string((bytes + kMiB - 1) / kMiB) + " MiB";
}

}  // namespace

bool is_inside(const std::string& path) {
  const fs::path plain = fs::path(path).lexically_normal();
  return plain.is_relative() && !plain.empty() && *plain.begin() != ".." && *plain.begin() != ".";
}

std::vector<std::string> files_outside(const Config& config) {
  std::vector<std::string> out;
  for (const std::string& file : {config.tls_certificate, config.tls_key}) {
    if (!file.empty() && !is_inside(file)) out.push_back(file);
  }
  return out;
}

void check_room(const fs::path& parent, std::uint64_t bytes, std::uint64_t files,
                std::uint64_t reserve) {
  struct statvfs info {};
  if (::statvfs(parent.c_str(), &info) != 0) throw_errno("asking for free space", parent);
  const std::uint64_t free = static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
  const std::uint64_t needed = bytes + files * kBlock;
  if (free >= reserve && free - reserve >= needed) return;
  throw Error(Code::refused,
              "there is no room: " + mebibytes(needed) + " are needed and " +
                  mebibytes(free - std::min(free, reserve)) + " are free" +
                  (reserve > 0 ? " beside what the relay keeps in reserve" : "") +
                  "; nothing was made. Take another disk, or make room",
              parent.string());
}

void refuse_within(const fs::path& place, const fs::path& dir, const char* why) {
  const fs::path inner = fs::weakly_canonical(place);
  const fs::path outer = fs::weakly_canonical(dir);
  const auto [end, ignored] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  if (end == outer.end()) throw Error(Code::usage, why, place.string());
}

}  // namespace depone::relay
