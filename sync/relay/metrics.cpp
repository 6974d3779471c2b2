#include "sync/relay/metrics.h"

#include <fmt/format.h>

namespace depone::relay {

namespace {

std::string head_text(std::string_view name, std::string_view kind, std::string_view help) {
  return fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, kind);
}

}  // namespace

std::string gauge_text(std::string_view name, std::string_view help, std::uint64_t value) {
  return head_text(name, "gauge", help) + fmt::format("{} {}\n", name, value);
}

void Metrics::answered(const std::string& method, const std::string& route, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  Answers& at = answers_[{method, route, status}];
  ++at.count;
  at.seconds += seconds;
}

void Metrics::refused(const std::string& problem) {
  const std::lock_guard lock(mutex_);
  ++refusals_[problem];
}

void Metrics::connections(std::uint64_t count) {
  const std::lock_guard lock(mutex_);
  connections_ = count;
}

void Metrics::polls(std::uint64_t count) {
  const std::lock_guard lock(mutex_);
  polls_ = count;
}

std::string Metrics::text() const {
  const std::lock_guard lock(mutex_);
  std::string counts = head_text("depone_requests_total", "counter", "Requests answered.");
  std::string times = head_text("depone_request_seconds_total", "counter", "Time that answers took, long polls included.");
  for (const auto& [key, answers] : answers_) {
    const auto& [method, route, status] = key;
    const std::string labels = fmt::format("{{method=\"{}\",route=\"{}\",status=\"{}\"}}", method, route, status);
    counts += fmt::format("depone_requests_total{} {}\n", labels, answers.count);
    times += fmt::format("depone_request_seconds_total{} {:.6f}\n", labels, answers.seconds);
  }
  std::string refusals = head_text("depone_refusals_total", "counter", "Requests refused, by the name of the problem.");
  for (const auto& [problem, count] : refusals_)
    refusals += fmt::format("depone_refusals_total{{problem=\"{}\"}} {}\n", problem, count);
  return counts + times + refusals + gauge_text("depone_connections", "Connections open now.", connections_) +
         gauge_text("depone_polls", "Long polls waiting now.", polls_);
}

}  // namespace depone::relay
