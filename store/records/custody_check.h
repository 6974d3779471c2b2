#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/vault.h"

namespace depone {

// Whether the chains of custody of a record are as they were written: every event has its hash and
// names the one before it, none is missing at the beginning, in between or at the end, and this
// vault has a chain of its own.
struct CustodyReport {
  std::uint64_t events = 0;
  std::vector<std::string> damage;  // in words
  std::vector<std::string> notes;   // a clock that went back: no damage
};
CustodyReport check_chains(Vault& vault, std::string_view record);

}  // namespace depone
