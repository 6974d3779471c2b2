#include <fstream>
#include <stdexcept>

#include "tests/bench/scene.h"

namespace depone::bench {

namespace {

// Content of its own for each run: what the vault has already it would not keep twice.
void change_content(const std::string& path, int run) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file << "run " << run << "; ";
  if (!file.flush()) throw std::runtime_error("the content can't be changed");
}

}  // namespace

// A large file into the vault, as `attach` does it, and out of it, as `extract` does; against cp, sync and sha256sum,
// once for each way. The only job of which both sides sync.
Result attach_job(const Options& options) {
  Scene scene;
  scene.make_content(options.bytes);
  const std::string record = scene.add_record("Attachments", nullptr);
  const fs::path out = scene.peer_file("out");
  std::vector<double> ours;
  std::vector<double> theirs;
  std::vector<double> in_s;
  std::vector<double> out_s;
  double peak = 0;
  PeakMemory memory;
  for (int run = 0; run < options.runs; ++run) {
    change_content(scene.peer_file("content"), run);
    peer(scene.peer_dir, "sync content");
    theirs.push_back(peer(scene.peer_dir,
                          "cp content copy && sync copy && sha256sum copy && cp copy back && sync back && sha256sum back"));
    peer(scene.peer_dir, "rm copy back");
    memory.reset();
    std::string sha256;
    in_s.push_back(seconds_of([&] { sha256 = scene.attach_to(record).sha256; }));
    out_s.push_back(seconds_of([&] {
      const auto content = open_content(scene.monitor.vault, sha256);
      FileSink sink(out);
      copy(*content, sink);
      sink.finish();
    }));
    ours.push_back(in_s.back() + out_s.back());
    peak = std::max(peak, memory.mib());
    if (fs::file_size(out) != options.bytes) throw std::runtime_error("it did not come out whole");
    fs::remove(out);
  }
  const double mib = static_cast<double>(options.bytes) / (1u << 20);
  return finish("attach", ours, theirs, peak,
                "in " + number(mib / median(in_s)) + " MiB/s, out " + number(mib / median(out_s)) + " MiB/s");
}

}  // namespace depone::bench
