#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/bytes.h"
#include "crypto/formats/manifest.h"
#include "crypto/formats/roster.h"
#include "crypto/formats/time.h"
#include "crypto/formats/wire.h"

namespace depone::relay {

// An invite, and the join that used it.
struct InviteRecord {
  ByteArray<8> id{};
  ByteArray<16> secret{};
  std::string member;  // the id that the member will have
  Role role = Role::monitor;
  std::string member_class;
  Time expires;
  std::string join;         // the join's body; "" while it is unused
  std::string fingerprint;  // of the join
  std::string request_key;  // of the join, base64
  bool used() const { return !join.empty(); }
};

struct StoredRoster {
  std::uint64_t version = 0;
  std::string head;     // roster.json
  std::string minisig;  // roster.json.minisig
  std::string members;  // members.jsonl
};

// A bundle that is announced or under way.
struct UploadRecord {
  std::string member;  // who sends it
  std::string sha256;
  std::uint64_t size = 0;
  std::string minisig;
  std::string key;  // bundle key, RW…
  std::string chain;
  std::uint64_t sequence = 0;
  std::vector<std::string> to;  // member ids, never empty
  std::string staging;          // name of the file that holds what arrived
  Time touched;
  bool completing = false;  // verified; its object may be there already
  std::string token = {};   // id of the bearer token that it was begun with; "" where that was a signature
};

// A bundle that was taken in.
struct BundleRecord {
  std::string sha256;
  std::string member;
  std::uint64_t size = 0;
  std::string minisig;
  std::uint64_t index = 0;   // its place in the log
  bool published = false;    // a checkpoint covers it
  std::vector<std::string> to;
};

// The signed tree head and what it says. size 0, no note: nothing is published yet.
struct Head {
  std::uint64_t size = 0;
  std::string note;
  Time time = {};  // when it was signed, by that machine's clock: to be shown, proves nothing
};

// The relay's memory: invites and joins, rosters, uploads under way, entries in order, the checkpoint, mailboxes, quota.
// One contract for every place where it may be kept (tests/contract). Each call is one transaction, durable when it
// returns. All of it may be called from several threads and processes at once. Errors: Code::damaged, busy, io.
//
// The log itself is in here: entries in order and, as tlog-tiles has them, the hashes of each level in tiles of 256. The
// tiles that are served are a view of these, so no partial tile is ever stored twice and no crash leaves half of one.
class Ledger {
 public:
  virtual ~Ledger() = default;

  // --- invites and joins
  // Code::refused where the member id is one of the roster's or of another invite that may still be used.
  virtual void add_invite(const InviteRecord& invite, Time now) = 0;
  virtual std::optional<InviteRecord> invite(const ByteArray<8>& id) = 0;
  virtual std::vector<InviteRecord> invites() = 0;  // in the order they were made
  // The newest join with this request key.
  virtual std::optional<InviteRecord> join_with(std::string_view request_key) = 0;
  enum class Claim { taken, repeated, used_up, expired, unknown, key_taken };
  // Uses the invite up for this join. `keys`: every public string of it; key_taken where the roster has one of them for
  // another member. The same keys again: repeated.
  virtual Claim claim(const ByteArray<8>& id, std::string_view join, std::string_view fingerprint,
                      std::string_view request_key, const std::vector<std::string>& keys, Time now) = 0;

  // --- rosters
  virtual std::uint64_t roster_version() = 0;  // 0: none yet
  virtual std::optional<StoredRoster> roster(std::optional<std::uint64_t> version) = 0;  // nullopt: the newest
  // The next roster and its log entry, in one. False where the newest is not the one before it any more.
  virtual bool publish(const StoredRoster& roster, std::string_view entry) = 0;
  // From now on nothing signed with this request key, and no bundle of this bundle key, is taken in: what a revocation
  // will say of the log stays true until it is published.
  virtual void close_key(std::string_view request_key, std::string_view bundle_key) = 0;
  virtual bool is_closed(std::string_view key) = 0;
  // True once in ten minutes for each nonce.
  virtual bool spend_nonce(std::string_view nonce, Time now) = 0;
  // For each chain of a bundle key where the log ends, waiting entries included.
  virtual std::vector<LastBundle> chain_ends(std::string_view bundle_key) = 0;

  // --- uploads
  virtual std::optional<UploadRecord> upload(std::string_view member, std::string_view sha256) = 0;
  // Those that stood still for longest first.
  virtual std::vector<UploadRecord> uploads() = 0;
  virtual std::vector<UploadRecord> uploads_of(std::string_view member) = 0;
  virtual void put_upload(const UploadRecord& upload) = 0;  // in the place of one of the same member and hash
  virtual void touch_upload(std::string_view member, std::string_view sha256, Time now) = 0;
  // False, and nothing done, where it is completing, unless `even_completing`.
  virtual bool remove_upload(std::string_view member, std::string_view sha256, bool even_completing) = 0;
  // The other bundle than `sha256`, taken in or completing, that has this place; nullopt where it is free.
  virtual std::optional<std::string> holder_of_place(std::string_view key, std::string_view chain,
                                                     std::uint64_t sequence, std::string_view sha256) = 0;
  // Marks an upload as completing, so that its place is its own; false where the place is used.
  virtual bool begin_completing(std::string_view member, std::string_view sha256) = 0;
  // Both in one, for a whole bundle that did not arrive as an upload: in the place of one of the same member and hash.
  // False, and nothing done, where the place is used.
  virtual bool put_completing(const UploadRecord& upload) = 0;

  // --- entries
  enum class Accepted { yes, already, closed, gone, sequence_used };
  // The upload becomes an entry that waits for the next checkpoint. gone: there is no such upload any more.
  virtual Accepted accept(const UploadRecord& upload, std::string_view entry, Time now) = 0;
  virtual std::optional<BundleRecord> bundle(std::string_view sha256) = 0;
  virtual std::vector<BundleRecord> bundles(std::uint64_t first, std::size_t limit) = 0;  // by index, waiting ones too
  struct Usage {
    std::uint64_t bundles = 0;
    std::uint64_t bytes = 0;
  };
  virtual Usage usage(std::string_view member, Time now) = 0;  // of today, UTC
  struct Day {
    std::int64_t day = 0;  // since 1970
    Usage taken;
  };
  virtual std::vector<Day> days() = 0;  // on which something was taken in, in order

  // --- mailboxes: published entries with an index above `after`, in order, at most `limit`
  virtual std::vector<MailboxItem> addressed_to(std::string_view member, std::optional<std::uint64_t> after,
                                                std::size_t limit) = 0;
  virtual std::vector<MailboxItem> sent_by(std::string_view member, std::optional<std::uint64_t> after,
                                           std::size_t limit) = 0;
  virtual std::uint64_t count_sent(std::string_view member) = 0;

  // --- the log
  virtual Head head() = 0;
  virtual std::vector<std::string> entries(std::uint64_t first, std::size_t limit) = 0;  // published ones
  virtual std::vector<std::string> waiting(std::size_t limit) = 0;                       // from head().size on
  virtual std::uint64_t count_waiting() = 0;
  // The hashes that a tile of the hash tree holds so far; empty where there is none.
  virtual Bytes tile(unsigned level, std::uint64_t index) = 0;
  using Tiles = std::map<std::pair<unsigned, std::uint64_t>, Bytes>;
  // Compare-and-swap: the new head with the tiles that changed; false, and nothing done, where the head is not `before`
  // any more.
  virtual bool swap_head(const Head& before, const Head& after, const Tiles& changed) = 0;

  // Damage in the storage itself, one sentence each.
  virtual std::vector<std::string> check() = 0;
};

}  // namespace depone::relay
