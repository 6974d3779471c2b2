#include "tests/bench/scene.h"

namespace depone::bench {

// The bundle of `seal` back: signature and hashes checked, into the desk's vault files; against minisign, age, tar and
// sha256sum.
Result open_job(const Options& options) {
  Scene scene;
  scene.make_content(options.bytes);
  const StoredContent content = scene.attach_content();
  peer(scene.peer_dir,
       "sha256sum content > content.sha256 && tar -c content | age -R one.pub -R two.pub > bundle.age && "
       "minisign -S -s key.sec -m bundle.age -x bundle.age.minisig && mkdir out");
  std::vector<double> ours;
  std::vector<double> theirs;
  double peak = 0;
  PeakMemory memory;
  for (int run = 0; run < options.runs; ++run) {
    const std::string sha256 = scene.seal_one(scene.add_record("Run " + std::to_string(run), &content));
    const fs::path file = scene.outbox_file(sha256);
    const std::string minisig = outgoing_by_hash(scene.monitor.vault, sha256)->minisig;
    theirs.push_back(peer(scene.peer_dir,
                          "minisign -V -q -p key.pub -m bundle.age -x bundle.age.minisig && "
                          "age -d -i one bundle.age | tar -x -C out && cd out && sha256sum -c ../content.sha256 && rm content"));
    Scene::warm(file);
    memory.reset();
    OpenResult opened;
    ours.push_back(seconds_of([&] {
      opened = open_bundle(scene.desk.vault, file, minisig, std::nullopt, {}, scene.clock, {});
    }));
    peak = std::max(peak, memory.mib());
    if (opened.attachments != 1 || opened.already) throw std::runtime_error("the attachment was left out");
    Tx tx(scene.monitor.vault.db());
    set_refused(scene.monitor.vault, sha256, "bench");
    begin_new_chain(scene.monitor.vault);
    tx.commit();
    sweep_outbox(scene.monitor.vault);
  }
  const double gib = static_cast<double>(options.bytes) / (1u << 30);
  return finish("open", ours, theirs, peak, number(gib * 1024 / median(ours)) + " MiB/s");
}

}  // namespace depone::bench
