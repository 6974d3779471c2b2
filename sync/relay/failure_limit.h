#pragma once

#include <algorithm>
#include <mutex>

#include "crypto/formats/time.h"

namespace depone::relay {

// How many requests of nobody known are told why, over all connections: a bucket that fills again steadily. What is in
// order never asks it, so nobody can use it to keep a member out.
class FailureLimit {
 public:
  // False: this one is beyond `a_minute`.
  bool take(std::uint64_t a_minute, Time now) {
    const std::lock_guard lock(mutex_);
    const auto most = static_cast<double>(a_minute);
    if (!begun_) left_ = most;
    begun_ = true;
    const double since = static_cast<double>(std::max<std::int64_t>(0, now.seconds - last_.seconds));
    left_ = std::min(most, left_ + since * most / 60);
    last_ = now;
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }

 private:
  std::mutex mutex_;
  bool begun_ = false;
  Time last_;
  double left_ = 0;
};

}  // namespace depone::relay
