#include "tests/bench/job.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace depone::bench {

namespace {

// A line of /proc/self/status, in MiB.
double status_mib(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":")) return std::strtod(line.c_str() + name.size() + 1, nullptr) / 1024;
  }
  throw std::runtime_error("no " + name + " in /proc/self/status");
}

}  // namespace

double seconds_of(const std::function<void()>& work) {
  const auto began = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

double peer(const std::string& directory, const std::string& command) {
  const std::string full = "cd '" + directory + "' && set -eo pipefail && " + command;
  std::string quoted = full;
  for (std::size_t at = 0; (at = quoted.find('\'', at)) != std::string::npos; at += 4) quoted.replace(at, 1, "'\\''");
  int status = 0;
  const double took = seconds_of([&] { status = std::system(("bash -c '" + quoted + "' >/dev/null").c_str()); });
  if (status != 0) throw std::runtime_error("the peer failed: " + command);
  return took;
}

PeakMemory::PeakMemory() : before_(status_mib("VmRSS")) {}

void PeakMemory::reset() { std::ofstream("/proc/self/clear_refs") << "5"; }

double PeakMemory::mib() const { return status_mib("VmHWM") - before_; }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::string number(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

Result finish(std::string job, std::vector<double> ours, std::vector<double> theirs, double peak_mib, std::string rate) {
  Result result;
  result.job = std::move(job);
  result.ours_s = median(ours);
  result.peer_s = median(theirs);
  result.peak_mib = peak_mib;
  result.rate = std::move(rate);
  result.ours = std::move(ours);
  result.peer = std::move(theirs);
  return result;
}

}  // namespace depone::bench
