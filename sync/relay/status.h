#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sync/relay/directory.h"

namespace depone::relay {

struct Status {
  std::string organisation;
  std::string url;
  std::string origin;
  std::uint64_t log_size = 0;
  std::string checkpoint;  // the signed note; "" before the first
  std::uint64_t waiting = 0;
  std::uint64_t bundles = 0;
  std::uint64_t bytes = 0;  // of bundles
  std::uint64_t roster = 0;  // version
  std::string expires;       // of the roster
  std::uint64_t members = 0;
  std::uint64_t pending = 0;
  std::uint64_t invited = 0;
  std::uint64_t revoked = 0;
  std::uint64_t uploads = 0;
  std::uint64_t disk_free = 0;
  std::uint64_t disk_reserve = 0;
  std::optional<std::uint64_t> disk_days;  // until the reserve is reached, at the rate of the last 30 days
  std::string certificate_expires;         // "" where the relay does no TLS
  std::vector<std::string> warnings;       // what the operator has to do something about
  bool serving = false;  // a process has the log
};
Status status_of(Directory& relay, Time now);

}  // namespace depone::relay
