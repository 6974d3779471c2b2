#include "tests/bench/scene.h"

namespace depone::bench {

// One record with a large attachment, two recipients, from the vault's warm file to a file on disk with all its hashes;
// against hashing, tar, age, minisign and hashing again.
Result seal_job(const Options& options) {
  Scene scene;
  scene.make_content(options.bytes);
  const StoredContent content = scene.attach_content();
  std::vector<double> ours;
  std::vector<double> theirs;
  double peak = 0;
  PeakMemory memory;
  for (int run = 0; run < options.runs; ++run) {
    // A vault does not send the same content to the same reader twice: each run has bytes of its own at the end.
    const std::string record = scene.add_record("Run " + std::to_string(run), &content);
    theirs.push_back(peer(scene.peer_dir,
                          "sha256sum content > content.sha256 && tar -c content | age -R one.pub -R two.pub > bundle.age && "
                          "minisign -S -s key.sec -m bundle.age -x bundle.age.minisig && sha256sum bundle.age > bundle.sha256"));
    for (const std::string& name : names_in(scene.monitor.vault.attachments_dir()))
      Scene::warm(scene.monitor.vault.attachments_dir() / name);
    memory.reset();
    std::string sha256;
    ours.push_back(seconds_of([&] { sha256 = scene.seal_one(record); }));
    peak = std::max(peak, memory.mib());
    if (fs::file_size(scene.outbox_file(sha256)) < options.bytes) throw std::runtime_error("the attachment was left out");
    Tx tx(scene.monitor.vault.db());
    set_refused(scene.monitor.vault, sha256, "bench");  // so that the content goes along again
    begin_new_chain(scene.monitor.vault);
    tx.commit();
    sweep_outbox(scene.monitor.vault);
  }
  const double gib = static_cast<double>(options.bytes) / (1u << 30);
  return finish("seal", ours, theirs, peak, number(gib * 1024 / median(ours)) + " MiB/s");
}

}  // namespace depone::bench
