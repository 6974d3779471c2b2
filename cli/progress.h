#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "cli/context.h"
#include "crypto/io.h"

namespace depone::cli {

enum class Unit { bytes, items };

// One line on standard error, only where that is a terminal and the job takes longer than a second:
// what, how far, rate, time left. Cleared when destroyed. Where a CleanEnd lives, an update is
// where the command ends once it was interrupted.
class ProgressLine {
 public:
  explicit ProgressLine(Context& context);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();
  // `of`: 0 where it is not known.
  void update(std::string_view step, std::uint64_t done, std::uint64_t of, Unit unit = Unit::items);

 private:
  Context& context_;
  std::string step_;
  std::chrono::steady_clock::time_point began_;
  std::chrono::steady_clock::time_point step_began_;
  std::chrono::steady_clock::time_point shown_;
  bool visible_ = false;
};

// Shows what is read through it.
class WatchedSource : public Source {
 public:
  WatchedSource(Source& source, ProgressLine& progress, std::string step, std::uint64_t size)
      : source_(source), progress_(progress), step_(std::move(step)), size_(size) {}
  std::size_t read(std::span<std::uint8_t> into) override;
  std::uint64_t read_so_far() const { return done_; }

 private:
  Source& source_;
  ProgressLine& progress_;
  std::string step_;
  std::uint64_t size_;
  std::uint64_t done_ = 0;
};

// Seconds since it was made, to the millisecond.
class Stopwatch {
 public:
  double seconds() const;

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

std::string human_bytes(std::uint64_t bytes);

}  // namespace depone::cli
