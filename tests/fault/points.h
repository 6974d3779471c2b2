#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "store/file.h"
#include "tests/support/process.h"

namespace depone::testing {

// What happens at a durable step (a write, sync, rename, truncation, removal, link, new file or
// directory) of a program that runs over tests/fault/shim.
enum class Fault {
  none,      // the steps are counted
  kill,      // SIGKILL before it
  torn,      // half of a write arrives, then SIGKILL; only writes are counted
  full,      // ENOSPC, from then on, wherever more room would be needed
  short_,    // half of a write arrives, then the disk is full
  error,     // EIO, from then on
  undirect,  // every write past the page cache is EINVAL, as where a file system can't do that
};

struct FaultyRun {
  ProcessResult process;
  std::uint64_t steps = 0;  // counted until it ended
  bool hit = false;         // it came to the step
  bool killed() const { return process.status == 128 + 9; }
};

// Runs a program whose steps below `under` are counted. `log`: a file for a line a step.
FaultyRun run_with_fault(Fault fault, std::uint64_t at, const fs::path& under,
                         const std::vector<std::string>& argv, const std::string& input = {},
                         const std::map<std::string, std::string>& env = {},
                         const fs::path& log = {});

// The steps at which a series of tests stops, of so many that there are: every one where
// DEPONE_FAULT_EVERY is set (scripts/soak) or there are few, else `most` of them, spread, the first
// and the last among them.
std::vector<std::uint64_t> chosen_steps(std::uint64_t all, std::uint64_t most);

// A line of the kind "new: 52 steps, killed at 52 of them"; on standard output, and behind the file
// that DEPONE_FAULT_REPORT names.
void report_points(const std::string& line);

}  // namespace depone::testing
