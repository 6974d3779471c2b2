#include "tests/bench/scene.h"

namespace depone::bench {

// Many records of 2 KiB, one bundle each, two recipients; against the stock pipeline for each.
Result small_job(const Options& options) {
  Scene scene;
  // The peer is timed on fewer: its time a record does not depend on how many there are.
  const std::uint64_t theirs_each = std::max<std::uint64_t>(options.records / 20, 1);
  write_file(scene.peer_file("content"), std::string(2048, 'x'), true);
  std::vector<double> ours;
  std::vector<double> theirs;
  double peak = 0;
  for (int run = 0; run < options.runs; ++run) {
    std::vector<std::string> records;
    for (std::uint64_t i = 0; i < options.records; ++i) {
      records.push_back(scene.add_record(std::string(2048, static_cast<char>('a' + i % 26)), nullptr));
    }
    const double some = peer(
        scene.peer_dir,
        "for i in $(seq " + std::to_string(theirs_each) +
            "); do sha256sum content > content.sha256; tar -c content | age -R one.pub -R two.pub > bundle.age; "
            "minisign -S -s key.sec -m bundle.age -x bundle.age.minisig; sha256sum bundle.age > bundle.sha256; done");
    theirs.push_back(some / static_cast<double>(theirs_each) * static_cast<double>(options.records));
    PeakMemory memory;
    memory.reset();
    SealRequest request;
    request.records = records;
    request.full_members = 1;
    SealResult sealed;
    ours.push_back(seconds_of([&] { sealed = seal(scene.monitor.vault, request, scene.clock, {}); }));
    if (sealed.bundles.size() != records.size()) throw std::runtime_error("not one bundle each");
    peak = std::max(peak, memory.mib());
  }
  return finish("small", ours, theirs, peak,
                std::to_string(static_cast<double>(options.records) / median(ours)) + " bundles/s");
}

}  // namespace depone::bench
