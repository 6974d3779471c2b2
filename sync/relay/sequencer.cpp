#include "sync/relay/sequencer.h"

#include <chrono>

#include "crypto/error.h"
#include "crypto/formats/checkpoint.h"
#include "sync/relay/log.h"

namespace depone::relay {

namespace {

constexpr std::size_t kBatch = 4096;
constexpr std::chrono::milliseconds kTick{100};
constexpr std::chrono::seconds kAfterFailure{2};

}  // namespace

std::size_t Sequencer::run_once() {
  const Head before = ledger_.head();
  const std::vector<std::string> texts = ledger_.waiting(kBatch);
  if (texts.empty()) return 0;
  TileNodes nodes(ledger_);
  if (before.size > 0) {
    const Checkpoint old = open_checkpoint(before.note, name_);
    if (old.size != before.size || merkle::root_from(nodes.reader(), old.size) != old.root) {
      throw Error(Code::damaged,
                  "the log's tree is not the one that its checkpoint says. Nothing more is signed; run `check`", "ledger");
    }
  }
  std::uint64_t size = before.size;
  for (const std::string& text : texts) nodes.append(size++, merkle::leaf_hash(as_bytes(text)));
  const Checkpoint checkpoint{name_.name, size, merkle::root_from(nodes.reader(), size)};
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const Head after{size, sign_note(checkpoint.text(), name_, key_).bytes(),
                   Time{std::chrono::duration_cast<std::chrono::seconds>(now).count()}};
  return ledger_.swap_head(before, after, nodes.changed()) ? texts.size() : 0;
}

SequencerThread::SequencerThread(Sequencer sequencer, std::function<void()> published,
                                 std::function<void(const std::string&)> failed)
    : sequencer_(std::move(sequencer)), published_(std::move(published)), failed_(std::move(failed)),
      thread_([this] { run(); }) {}

SequencerThread::~SequencerThread() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  woken_.notify_one();
  thread_.join();
}

void SequencerThread::wake() {
  {
    const std::lock_guard lock(mutex_);
    wake_ = true;
  }
  woken_.notify_one();
}

void SequencerThread::run() {
  std::unique_lock lock(mutex_);
  auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(kTick);
  while (!stop_) {
    woken_.wait_for(lock, pause, [&] { return stop_ || (wake_ && healthy_); });
    if (stop_) return;
    wake_ = false;
    lock.unlock();
    try {
      while (sequencer_.run_once() > 0) published_();
      healthy_ = true;
      pause = kTick;
    } catch (const std::exception& error) {
      if (healthy_.exchange(false)) failed_(error.what());
      pause = kAfterFailure;
    }
    lock.lock();
  }
}

}  // namespace depone::relay
