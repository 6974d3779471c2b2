#include "sync/relay/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

namespace depone::relay {

namespace {

// Ledger, log, kept uploads, connections that are turned away.
constexpr std::uint64_t kOwn = 600;
constexpr std::uint64_t kEach = 2;

}  // namespace

std::uint64_t make_room_for_connections(std::uint64_t wanted) {
  wanted = std::min<std::uint64_t>(wanted, 1u << 24);
  const rlim_t needed = kOwn + kEach * wanted;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  if (limit.rlim_cur < needed) {
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = std::min(needed, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) limit.rlim_cur = before;
  }
  const std::uint64_t left = limit.rlim_cur - std::min<rlim_t>(limit.rlim_cur, kOwn);
  return std::clamp<std::uint64_t>(left / kEach, 1, wanted);
}

}  // namespace depone::relay
