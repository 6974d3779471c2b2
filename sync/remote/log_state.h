#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace depone {

// Where one chain of one key ends in a log.
struct ChainEnd {
  std::string member;  // id; "" where no roster was at hand
  std::string key;     // RW…
  std::string chain;
  std::uint64_t sequence = 0;
  std::string bundle;
  bool operator==(const ChainEnd&) const = default;
};

// What an auditor keeps between two checks (--save, --since): docs/format.md, "Log state".
// {"format":"depone/log-state/1","checkpoint":"<note>","chains":[{"member","key","chain","sequence","bundle"}]}
struct LogState {
  std::string checkpoint;  // the signed note
  std::vector<ChainEnd> chains;
  static LogState parse(std::string_view json);  // Code::malformed, unsupported
  std::string json() const;                      // one line, ended by LF
};

}  // namespace depone
