#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "crypto/hash.h"
#include "sync/relay/ledger.h"
#include "store/file.h"

namespace depone::relay {

// What has arrived of one bundle: a staging file that grows, hashed as it does. The file's length is the offset: what was
// synced stays through a crash, and is hashed again then.
class OpenUpload {
 public:
  OpenUpload(UploadRecord record, fs::path file);

  // A claim to be the one who writes. The newest claim wins: a client that comes back is not held up by its own dead
  // connection.
  using Turn = std::uint64_t;
  Turn take_turn();
  // The same for who goes on at `offset`. Refused "offset" where that is not the end of what is there.
  Turn take_turn_at(std::uint64_t offset);
  // Refused "offset" where somebody else has the turn meanwhile; "storage-full"; "too-large" beyond the announced size.
  void write(Turn turn, ByteView bytes);
  void sync(Turn turn);
  // Cuts off what was written beyond `size` (its digest did not hold).
  void cut_to(Turn turn, std::uint64_t size);
  std::uint64_t size() const;
  bool full() const { return size() >= record.size; }
  Digests digests();  // of all of it
  const fs::path& file() const { return path_; }

  const UploadRecord record;
  std::mutex completing;  // held by who takes it in

 private:
  class Appender;
  void check_turn(Turn turn) const;
  void start_hash();
  void forget_hash();

  mutable std::mutex mutex_;
  fs::path path_;
  File fd_;
  std::uint64_t size_ = 0;
  Turn turn_ = 0;
  std::unique_ptr<NullSink> nowhere_;
  std::unique_ptr<DigestingSink> hash_;  // of the first size_ bytes; null: not known
};

// The uploads under way. Their hash states are kept here while there is room; everything else is in ledger and staging.
class Uploads {
 public:
  Uploads(Ledger& ledger, fs::path staging) : ledger_(ledger), staging_(std::move(staging)) {}

  // nullptr where there is none.
  std::shared_ptr<OpenUpload> find(std::string_view member, std::string_view sha256);
  // A new one, in the place of any other of the same member and hash. Refused "conflict" where that is completing.
  std::shared_ptr<OpenUpload> begin(UploadRecord record);
  // Forgets it in the ledger too, and removes the file. False where it is completing, unless `even_completing`.
  bool end(const OpenUpload& upload, bool even_completing = false);
  // After accept(): the ledger has forgotten it already.
  void drop(const OpenUpload& upload);
  // Forgets uploads that nobody touched since, and staging files of none. Not while the same member's bytes arrive.
  void sweep(Time untouched_since);

  // How many bodies of a member arrive now; refused "busy" (429) beyond `limit`.
  class Arriving {
   public:
    Arriving(Uploads& uploads, std::string member, std::uint64_t limit);
    Arriving(const Arriving&) = delete;
    Arriving& operator=(const Arriving&) = delete;
    ~Arriving();

   private:
    Uploads& uploads_;
    std::string member_;
  };

 private:
  using Key = std::pair<std::string, std::string>;
  Ledger& ledger_;
  fs::path staging_;
  std::mutex mutex_;
  std::map<Key, std::shared_ptr<OpenUpload>> open_;
  std::map<std::string, std::uint64_t, std::less<>> arriving_;
};

}  // namespace depone::relay
