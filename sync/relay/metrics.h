#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

namespace depone::relay {

// Counts of what was answered since the start, for GET /metrics in Prometheus' text format 0.0.4
// (prometheus.io/docs/instrumenting/exposition_formats). By method, route and status: nothing that names anybody.
// From several threads at once.
class Metrics {
 public:
  void answered(const std::string& method, const std::string& route, int status, double seconds);
  void refused(const std::string& problem);
  void connections(std::uint64_t count);
  void polls(std::uint64_t count);

  std::string text() const;

 private:
  struct Answers {
    std::uint64_t count = 0;
    double seconds = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, int>, Answers> answers_;
  std::map<std::string, std::uint64_t> refusals_;
  std::uint64_t connections_ = 0;
  std::uint64_t polls_ = 0;
};

// "# HELP …", "# TYPE … gauge" and the value.
std::string gauge_text(std::string_view name, std::string_view help, std::uint64_t value);

}  // namespace depone::relay
