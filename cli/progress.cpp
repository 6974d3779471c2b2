#include "cli/progress.h"

#include <fmt/format.h>
#include <array>
#include <cmath>

#include "cli/clean_end.h"

namespace depone::cli {

namespace {

using std::chrono::duration;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr std::string_view kClearLine = "\r\x1b[K";

std::string time_left(double left) {
  if (left < 90) return fmt::format("{:.0f} s", left);
  if (left < 5400) return fmt::format("{:.0f} min", left / 60);
  return fmt::format("{:.1f} h", left / 3600);
}

}  // namespace

std::string human_bytes(std::uint64_t bytes) {
  if (bytes < 1024) return fmt::format("{} B", bytes);
  constexpr std::array kUnits{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

ProgressLine::ProgressLine(Context& context)
    : context_(context), began_(steady_clock::now()), shown_(began_) {}

ProgressLine::~ProgressLine() {
  if (visible_) context_.err << kClearLine << std::flush;
}

void ProgressLine::update(std::string_view step, std::uint64_t done, std::uint64_t of, Unit unit) {
  end_where_interrupted();
  if (!context_.err_is_terminal) return;
  const auto now = steady_clock::now();
  if (step != step_) {
    step_ = step;
    step_began_ = now;
  }
  if (now - began_ < seconds(1) || now - shown_ < milliseconds(200)) return;
  shown_ = now;
  visible_ = true;

  const auto amount = [unit](std::uint64_t n) {
    return unit == Unit::bytes ? human_bytes(n) : std::to_string(n);
  };
  const double spent = duration<double>(now - step_began_).count();
  const double rate = spent > 0 ? static_cast<double>(done) / spent : 0;
  std::string line = printable(step) + ": " + amount(done);
  if (of > 0) line += " of " + amount(of);
  if (rate >= 1) {
    line += ", " + amount(static_cast<std::uint64_t>(std::llround(rate))) + "/s";
    if (of > done) line += ", " + time_left(static_cast<double>(of - done) / rate) + " left";
  }
  context_.err << kClearLine << line << std::flush;
}

std::size_t WatchedSource::read(std::span<std::uint8_t> into) {
  const std::size_t got = source_.read(into);
  done_ += got;
  progress_.update(step_, done_, size_, Unit::bytes);
  return got;
}

double Stopwatch::seconds() const {
  return std::round(duration<double>(steady_clock::now() - began_).count() * 1000) / 1000;
}

}  // namespace depone::cli
