#include "tests/fault/points.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>

#include "tests/store/vault_fixture.h"

namespace depone::testing {

namespace {

const char* name_of(Fault fault) {
  switch (fault) {
    case Fault::none:
      return "count";
    case Fault::kill:
      return "kill";
    case Fault::torn:
      return "torn";
    case Fault::full:
      return "full";
    case Fault::short_:
      return "short";
    case Fault::error:
      return "error";
    case Fault::undirect:
      return "undirect";
  }
  return "count";
}

}  // namespace

FaultyRun run_with_fault(Fault fault, std::uint64_t at, const fs::path& under,
                         const std::vector<std::string>& argv, const std::string& input,
                         const std::map<std::string, std::string>& env, const fs::path& log) {
  const TempDir temp;
  const fs::path counter = temp / "steps";
  put_bytes(counter, Bytes(sizeof(std::uint64_t)));
  std::map<std::string, std::string> with = env;
  with["LD_PRELOAD"] = DEPONE_BIN "/tests/libfault-shim.so";
  with["DEPONE_FAULT_UNDER"] = fs::canonical(under).string();
  with["DEPONE_FAULT_KIND"] = name_of(fault);
  with["DEPONE_FAULT_AT"] = std::to_string(fault == Fault::none ? 0 : at);
  with["DEPONE_FAULT_STEPS"] = counter.string();
  if (!log.empty()) with["DEPONE_FAULT_LOG"] = log.string();

  FaultyRun run;
  run.process = run_process(argv, input, with);
  const Bytes counted = bytes_of(counter);
  std::memcpy(&run.steps, counted.data(), sizeof run.steps);
  run.hit = fault != Fault::none && run.steps >= at;
  return run;
}

std::vector<std::uint64_t> chosen_steps(std::uint64_t all, std::uint64_t most) {
  std::vector<std::uint64_t> steps;
  if (std::getenv("DEPONE_FAULT_EVERY") != nullptr || all <= most) {
    for (std::uint64_t step = 1; step <= all; ++step) steps.push_back(step);
  } else {
    for (std::uint64_t i = 0; i < most; ++i) steps.push_back(1 + i * (all - 1) / (most - 1));
  }
  return steps;
}

void report_points(const std::string& line) {
  std::cout << line << '\n';
  if (const char* path = std::getenv("DEPONE_FAULT_REPORT")) {
    std::ofstream(path, std::ios::app) << line << '\n';
  }
}

}  // namespace depone::testing
