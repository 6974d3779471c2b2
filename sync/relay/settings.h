#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "sync/relay/config.h"

namespace depone::relay {

// What of relay.toml may change while the relay serves: limits, public_log, metrics_from. From several threads at once.
class Settings {
 public:
  explicit Settings(const Config& config) { take(config); }
  void take(const Config& config) {
    const std::lock_guard lock(mutex_);
    limits_ = config.limits;
    public_log_ = config.public_log;
    metrics_from_ = config.metrics_from;
  }

  Limits limits() const {
    const std::lock_guard lock(mutex_);
    return limits_;
  }
  bool public_log() const {
    const std::lock_guard lock(mutex_);
    return public_log_;
  }
  std::vector<std::string> metrics_from() const {
    const std::lock_guard lock(mutex_);
    return metrics_from_;
  }

 private:
  mutable std::mutex mutex_;
  Limits limits_;
  bool public_log_ = false;
  std::vector<std::string> metrics_from_;
};

}  // namespace depone::relay
