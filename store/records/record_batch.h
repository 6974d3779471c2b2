#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "store/records/new_record.h"
#include "store/records/records.h"

namespace depone {

// Many new records, as create_record() makes each. What needs no database (commitments, hashes,
// words) is done on a second thread while this one writes the records before. Used on one thread,
// inside one Tx; nothing is there before finish().
class RecordBatch {
 public:
  RecordBatch(Vault& vault, std::string_view kind, std::string_view action, Time now);
  RecordBatch(const RecordBatch&) = delete;
  RecordBatch& operator=(const RecordBatch&) = delete;
  ~RecordBatch();

  // `wanted` is asked, and `done` is given the new record's number, when its turn to be written has
  // come: in the order of add(). Both get what import_digest() says of the fields. Either may be
  // empty. Throws, here or later, what create_record() throws.
  using Wanted = std::function<bool(const Sha256& digest)>;
  using Done = std::function<void(const Sha256& digest, std::int64_t number)>;
  void add(FieldMap fields, Json detail, Wanted wanted, Done done);
  void finish();

 private:
  struct Item {
    FieldMap fields;
    Json detail;
    Wanted wanted;
    Done done;
    Sha256 digest = {};
    NewRecord record = {};
    std::exception_ptr failed = nullptr;
  };
  using Chunk = std::vector<Item>;

  void hand_over();
  void write_one_chunk();
  void work(const std::stop_token& stop);

  Vault& vault_;
  const std::string kind_;
  const RecordMaker maker_;
  Chunk filling_;
  std::size_t filling_bytes_ = 0;
  std::size_t handed_over_ = 0;  // chunks that are with the worker or behind it
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Chunk> raw_;
  std::deque<Chunk> made_;
  std::deque<Chunk> written_;  // to be taken apart, which takes time too
  std::jthread worker_;
};

}  // namespace depone
