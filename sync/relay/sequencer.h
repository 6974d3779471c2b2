#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "crypto/ed25519.h"
#include "crypto/note.h"
#include "sync/relay/ledger.h"

namespace depone::relay {

// Group commit: everything that waits becomes part of the log under one new checkpoint. One at a time has the right to do
// this (the directory's sequencer.lock); the ledger's compare-and-swap holds even if two do.
//
// Tree, tiles and checkpoint go into the ledger in one transaction, and a checkpoint is given to nobody before that is
// durable. So a crash leaves the old head or the new one, and no two trees of one size are ever shown.
class Sequencer {
 public:
  Sequencer(Ledger& ledger, VerifierKey name, const Ed25519Key& key)
      : ledger_(ledger), name_(std::move(name)), key_(key.clone()) {}

  // The number of entries that were added; 0: nothing waited. Code::damaged where the head does not fit the tree: then
  // nothing is signed.
  std::size_t run_once();

 private:
  Ledger& ledger_;
  VerifierKey name_;
  Ed25519Key key_;
};

// Runs a sequencer at once when woken and looks by itself every tenth of a second: other processes (`members approve`)
// leave entries in the ledger too.
class SequencerThread {
 public:
  // `published` is called on the thread after each checkpoint, `failed` with what went wrong: it goes on trying.
  SequencerThread(Sequencer sequencer, std::function<void()> published,
                  std::function<void(const std::string&)> failed);
  ~SequencerThread();  // what waits stays in the ledger
  void wake();
  bool healthy() const { return healthy_; }

 private:
  void run();
  Sequencer sequencer_;
  std::function<void()> published_;
  std::function<void(const std::string&)> failed_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;
  bool stop_ = false;
  std::atomic<bool> healthy_{true};
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace depone::relay
