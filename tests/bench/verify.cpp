#include <sodium.h>

#include <stdexcept>
#include <thread>

#include "crypto/formats/entry.h"
#include "tests/bench/scene.h"

namespace depone::bench {

namespace {

constexpr std::size_t kKeys = 20;

struct Signed {
  std::string entry;
  // What the peer is given: the same two signatures, taken apart beforehand.
  Ed25519Public key;
  Ed25519Signature signature;
  Ed25519Signature global;
  Bytes prehashed;
  Bytes commented;
};

Signed make(const Ed25519Key& key, std::uint64_t number) {
  Digests digests;
  random_bytes(digests.sha256);
  random_bytes(digests.blake2b);
  digests.size = 20'000;
  const BundleComment comment{"00000000000000aa", number + 1, std::nullopt, digests.sha256};
  const minisign::Signature signature = minisign::sign(key, digests.blake2b, kBundleUntrusted, comment.text());
  Signed out{BundleEntry{digests, minisign::PublicKey(key.public_key()), signature.text()}.text(),
             key.public_key(),
             signature.signature,
             signature.global,
             Bytes(digests.blake2b.begin(), digests.blake2b.end()),
             Bytes(signature.signature.begin(), signature.signature.end())};
  const ByteView text = as_bytes(signature.trusted_comment);
  out.commented.insert(out.commented.end(), text.begin(), text.end());
  return out;
}

// All of them, shared out over the machine's threads.
template <typename Verify>
void on_all_threads(const std::vector<Signed>& entries, Verify verify) {
  const std::size_t threads = std::max(1u, std::thread::hardware_concurrency());
  std::vector<std::jthread> workers;
  std::atomic<bool> bad = false;
  for (std::size_t t = 0; t < threads; ++t) {
    workers.emplace_back([&, t] {
      for (std::size_t i = t; i < entries.size(); i += threads) {
        if (!verify(entries[i])) bad = true;
      }
    });
  }
  workers.clear();
  if (bad) throw std::runtime_error("a signature does not verify");
}

bool bare(const Signed& entry) {
  return crypto_sign_verify_detached(entry.signature.data(), entry.prehashed.data(), entry.prehashed.size(),
                                     entry.key.data()) == 0 &&
         crypto_sign_verify_detached(entry.global.data(), entry.commented.data(), entry.commented.size(),
                                     entry.key.data()) == 0;
}

}  // namespace

// Parsing log entries and checking both signatures of each, from memory; against libsodium's bare verification.
Result verify_job(const Options& options) {
  std::vector<Ed25519Key> keys;
  for (std::size_t i = 0; i < kKeys; ++i) keys.push_back(Ed25519Key::generate());
  std::vector<Signed> entries;
  for (std::uint64_t i = 0; i < options.entries; ++i) entries.push_back(make(keys[i % kKeys], i / kKeys));
  std::vector<double> ours;
  std::vector<double> theirs;
  double peak = 0;
  for (int run = 0; run < options.runs; ++run) {
    theirs.push_back(seconds_of([&] { on_all_threads(entries, bare); }));
    PeakMemory memory;
    memory.reset();
    ours.push_back(seconds_of([&] {
      on_all_threads(entries, [](const Signed& entry) { return entry_signature_ok(parse_entry(entry.entry)); });
    }));
    peak = std::max(peak, memory.mib());
  }
  return finish("verify", ours, theirs, peak,
                number(static_cast<double>(options.entries) / median(ours)) + " entries/s");
}

}  // namespace depone::bench
