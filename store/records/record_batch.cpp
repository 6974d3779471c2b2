#include "store/records/record_batch.h"

#include <utility>

namespace depone {

namespace {

constexpr std::size_t kChunk = 64;
constexpr std::size_t kChunkBytes = 1u << 20;  // of text: a large record goes alone
constexpr std::size_t kAhead = 4;              // so many chunks may wait

std::size_t text_of(const FieldMap& fields) {
  std::size_t bytes = 0;
  for (const auto& [path, value] : fields) {
    if (value.is_string()) bytes += value.get_ref<const std::string&>().size();
  }
  return bytes;
}

}  // namespace

RecordBatch::RecordBatch(Vault& vault, std::string_view kind, std::string_view action, Time now)
    : vault_(vault),
      kind_(kind),
      maker_(vault, kind, action, now),
      worker_([this](const std::stop_token& stop) { work(stop); }) {
  ensure_index(vault);
}

RecordBatch::~RecordBatch() {
  worker_.request_stop();
  changed_.notify_all();
}

void RecordBatch::add(FieldMap fields, Json detail, Wanted wanted, Done done) {
  filling_bytes_ += text_of(fields);
  filling_.push_back({std::move(fields), std::move(detail), std::move(wanted), std::move(done)});
  if (filling_.size() < kChunk && filling_bytes_ < kChunkBytes) return;
  hand_over();
  while (handed_over_ > kAhead) write_one_chunk();
}

void RecordBatch::finish() {
  if (!filling_.empty()) hand_over();
  while (handed_over_ > 0) write_one_chunk();
}

void RecordBatch::hand_over() {
  const std::lock_guard lock(mutex_);
  raw_.push_back(std::exchange(filling_, {}));
  filling_bytes_ = 0;
  ++handed_over_;
  changed_.notify_all();
}

void RecordBatch::write_one_chunk() {
  Chunk chunk;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !made_.empty(); });
    chunk = std::move(made_.front());
    made_.pop_front();
  }
  --handed_over_;
  std::vector<const NewRecord*> begun;
  for (Item& item : chunk) {
    if (item.wanted && !item.wanted(item.digest)) continue;
    if (item.failed) std::rethrow_exception(item.failed);
    begin_record(vault_, item.record);
    begun.push_back(&item.record);
    if (item.done) item.done(item.digest, item.record.number);
  }
  complete_records(vault_, begun);
  const std::lock_guard lock(mutex_);
  written_.push_back(std::move(chunk));
}

void RecordBatch::work(const std::stop_token& stop) {
  while (true) {
    Chunk chunk;
    std::deque<Chunk> written;
    {
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, stop, [this] { return !raw_.empty(); })) return;
      chunk = std::move(raw_.front());
      raw_.pop_front();
      written.swap(written_);
    }
    written.clear();
    for (Item& item : chunk) {
      try {
        item.digest = import_digest(kind_, item.fields);
        item.record = maker_.make(std::move(item.fields), item.detail);
      } catch (...) {
        item.failed = std::current_exception();
      }
    }
    const std::lock_guard lock(mutex_);
    made_.push_back(std::move(chunk));
    changed_.notify_all();
  }
}

}  // namespace depone
