#pragma once

#include <condition_variable>
#include <mutex>

#include "crypto/secret.h"
#include "store/sql.h"
#include "sync/relay/ledger.h"

namespace depone::relay {

// The ledger in one SQLCipher file. An entry's index is given when it is accepted: whatever is at or above the head's
// size waits. Writers take turns in the process by a mutex and between processes by SQLite's lock; readers have
// connections of their own.
class LedgerSqlcipher : public Ledger {
 public:
  // `create`: the file must not be there. Code::not_found, damaged, unsupported, busy.
  static std::unique_ptr<LedgerSqlcipher> open(const std::filesystem::path& path, const Secret<32>& key, bool create);
  // The file as it stands at one moment, in a new one under the same key, while this and other processes write to it.
  // Without the uploads under way: none of them was answered for, and what arrived of them is not in the ledger.
  static void copy(const std::filesystem::path& from, const Secret<32>& key, const std::filesystem::path& to,
                   const PageProgress& progress);

  void add_invite(const InviteRecord& invite, Time now) override;
  std::optional<InviteRecord> invite(const ByteArray<8>& id) override;
  std::vector<InviteRecord> invites() override;
  std::optional<InviteRecord> join_with(std::string_view request_key) override;
  Claim claim(const ByteArray<8>& id, std::string_view join, std::string_view fingerprint,
              std::string_view request_key, const std::vector<std::string>& keys, Time now) override;

  std::uint64_t roster_version() override;
  std::optional<StoredRoster> roster(std::optional<std::uint64_t> version) override;
  bool publish(const StoredRoster& roster, std::string_view entry) override;
  void close_key(std::string_view request_key, std::string_view bundle_key) override;
  bool is_closed(std::string_view key) override;
  bool spend_nonce(std::string_view nonce, Time now) override;
  std::vector<LastBundle> chain_ends(std::string_view bundle_key) override;

  std::optional<UploadRecord> upload(std::string_view member, std::string_view sha256) override;
  std::vector<UploadRecord> uploads() override;
  std::vector<UploadRecord> uploads_of(std::string_view member) override;
  void put_upload(const UploadRecord& upload) override;
  void touch_upload(std::string_view member, std::string_view sha256, Time now) override;
  bool remove_upload(std::string_view member, std::string_view sha256, bool even_completing) override;
  std::optional<std::string> holder_of_place(std::string_view key, std::string_view chain, std::uint64_t sequence,
                                             std::string_view sha256) override;
  bool begin_completing(std::string_view member, std::string_view sha256) override;
  bool put_completing(const UploadRecord& upload) override;

  Accepted accept(const UploadRecord& upload, std::string_view entry, Time now) override;
  std::optional<BundleRecord> bundle(std::string_view sha256) override;
  std::vector<BundleRecord> bundles(std::uint64_t first, std::size_t limit) override;
  Usage usage(std::string_view member, Time now) override;
  std::vector<Day> days() override;

  std::vector<MailboxItem> addressed_to(std::string_view member, std::optional<std::uint64_t> after,
                                        std::size_t limit) override;
  std::vector<MailboxItem> sent_by(std::string_view member, std::optional<std::uint64_t> after,
                                   std::size_t limit) override;
  std::uint64_t count_sent(std::string_view member) override;

  Head head() override;
  std::vector<std::string> entries(std::uint64_t first, std::size_t limit) override;
  std::vector<std::string> waiting(std::size_t limit) override;
  std::uint64_t count_waiting() override;
  Bytes tile(unsigned level, std::uint64_t index) override;
  bool swap_head(const Head& before, const Head& after, const Tiles& changed) override;
  std::vector<std::string> check() override;

 private:
  LedgerSqlcipher(std::filesystem::path path, const Secret<32>& key, Database writer);

  // A connection of this call's own while it lasts.
  class Reader;
  // The one that writes, inside a transaction.
  class Writer;

  std::filesystem::path path_;
  Secret<32> key_;
  std::mutex writing_;
  Database writer_;
  std::mutex reading_;
  std::condition_variable returned_;
  std::vector<Database> readers_;
  std::size_t opened_ = 0;
};

}  // namespace depone::relay
