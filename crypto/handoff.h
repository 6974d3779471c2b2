#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace depone {

// Hands things from one thread to another, in order. How many there can be at a time is bounded by
// how many the two have between them: buffers go round.
template <typename T>
class Handoff {
 public:
  // false where it was closed: nobody will take it.
  bool put(T thing) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return false;
      things_.push_back(std::move(thing));
    }
    changed_.notify_one();
    return true;
  }

  // Waits for one; nullopt once it is closed and empty.
  std::optional<T> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !things_.empty(); });
    if (things_.empty()) return std::nullopt;
    T thing = std::move(things_.front());
    things_.pop_front();
    return thing;
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> things_;
  bool closed_ = false;
};

}  // namespace depone
