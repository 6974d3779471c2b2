#include "cli/monitor/exchange.h"

#include <cmath>

namespace depone::cli {

Progress show_progress(ProgressLine& line) {
  return [&line](std::string_view step, std::uint64_t done, std::uint64_t of) {
    const bool items = step == "seal" || step == "consent";
    line.update(step, done, of, items ? Unit::items : Unit::bytes);
  };
}

void print_notes(Context& context, const std::vector<std::string>& notes) {
  for (const std::string& note : notes) context.err << "depone: " << printable(note) << '\n';
}

void print_refusals(Context& context, const std::vector<SealRefusal>& refused) {
  for (const SealRefusal& refusal : refused) {
    context.err << "depone: record " << refusal.record
                << " stays here: " << printable(refusal.reason) << '\n';
  }
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

double rounded(double seconds) { return std::round(seconds * 1000) / 1000; }

}  // namespace depone::cli
