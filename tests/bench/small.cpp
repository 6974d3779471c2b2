#include <sys/resource.h>

#include <cstdio>

#include "crypto/age/stream.h"
#include "tests/bench/scene.h"

namespace depone::bench {

namespace {

constexpr int kSamples = 500;

// Of all threads of this process, user and system.
double processor_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double each(const std::function<void()>& work) {
  const double before = processor_seconds();
  for (int i = 0; i < kSamples; ++i) work();
  return (processor_seconds() - before) / kSamples;
}

// Where the processor time of one bundle goes: parts of the work, done alone.
std::string parts_of(double bundle, std::uint64_t bundle_size, const std::string& directory) {
  const std::vector<age::HybridRecipient> two{age::HybridIdentity::from_seed(Secret<32>::random()).recipient(),
                                              age::HybridIdentity::from_seed(Secret<32>::random()).recipient()};
  const double wrapping = each([&] {
    const age::FileKey key = age::FileKey::random();
    for (const age::HybridRecipient& one : two) one.wrap(key);
  });
  const Bytes archive(bundle_size - bundle_size % 1024);
  const double in_memory = each([&] {
    NullSink nowhere;
    DigestingSink digesting(nowhere);
    const auto encryptor = age::Encryptor::for_bundle(two, digesting);
    encryptor->write(archive);
    encryptor->finish();
    digesting.digests();
  });
  const double file = each([&] { depone::write_file(directory + "/bundle", archive); });
  char text[200];
  std::snprintf(text, sizeof text,
                "processor time a bundle %.0f us: two X-Wing encapsulations %.0f, encryption and hashes %.0f, its file %.0f, "
                "the vault and its signatures %.0f",
                bundle * 1e6, wrapping * 1e6, (in_memory - wrapping) * 1e6, file * 1e6,
                (bundle - in_memory - file) * 1e6);
  return text;
}

}  // namespace

// Many records of 2 KiB, one bundle each, two recipients; against the stock pipeline for each.
Result small_job(const Options& options) {
  Scene scene;
  // The peer is timed on fewer: its time a record does not depend on how many there are.
  const std::uint64_t theirs_each = std::max<std::uint64_t>(options.records / 20, 1);
  depone::write_file(scene.peer_file("content"), std::string(2048, 'x'), true);
  std::vector<double> ours;
  std::vector<double> theirs;
  std::vector<double> processor;
  double peak = 0;
  std::uint64_t bundle_size = 0;
  PeakMemory memory;
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
    memory.reset();
    SealRequest request;
    request.records = records;
    request.full_members = 1;
    SealResult sealed;
    const double before = processor_seconds();
    ours.push_back(seconds_of([&] { sealed = seal(scene.monitor.vault, request, scene.clock, {}); }));
    processor.push_back((processor_seconds() - before) / static_cast<double>(records.size()));
    if (sealed.bundles.size() != records.size()) throw std::runtime_error("not one bundle each");
    peak = std::max(peak, memory.mib());
    bundle_size = fs::file_size(scene.outbox_file(sealed.bundles.front()));
  }
  return finish("small", ours, theirs, peak,
                number(static_cast<double>(options.records) / median(ours)) + " bundles/s; " +
                    parts_of(median(processor), bundle_size, scene.peer_dir));
}

}  // namespace depone::bench
