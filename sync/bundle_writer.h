#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "crypto/age/recipients.h"
#include "crypto/formats/roster.h"
#include "store/records/attachments.h"
#include "sync/link.h"

namespace depone {

// What one record puts into a bundle.
struct Parcel {
  struct Item {
    std::string id;     // of the revision
    std::string json;   // the file as it stands
    std::string lines;  // …fields.jsonl
  };
  std::string record;
  std::vector<Item> revisions;             // ascending by id
  std::vector<StoredContent> attachments;  // whose content goes along
};

struct Reader {
  const MemberLine* line = nullptr;
  age::HybridRecipient recipient;
};

// What a parcel adds to an archive, and what the file of an archive of that length is at most: for
// packing.
std::uint64_t parcel_text(const Parcel& parcel);     // members held in memory, custody estimated
std::uint64_t parcel_content(const Parcel& parcel);  // attachments
std::size_t parcel_members(const Parcel& parcel);
std::uint64_t bundle_file_size(std::uint64_t archive, std::size_t readers);

// One bundle that is to be made: what goes into it, and for whom.
struct BundleOrder {
  std::vector<Parcel> parcels;
  std::vector<Reader> readers;
};

// Makes bundles in the outbox, each in one pass: archived, encrypted, hashed, written, synced.
// Those without attachments are written side by side on other threads, while the caller plans the
// next ones. A group of bundles is recorded in one transaction: the custody events `sealed`, the
// bundles and the vault's place in its chain, in the order given. What is not recorded when the
// writer goes is gone from the outbox, and the vault is as if it had never been begun.
class BundleWriter {
 public:
  // `archive`: the sender's own archive recipient is among the recipients of every bundle. All
  // three outlive the writer; nothing else may seal meanwhile.
  BundleWriter(Vault& vault, const Roster& roster, bool archive);
  ~BundleWriter();
  BundleWriter(const BundleWriter&) = delete;
  BundleWriter& operator=(const BundleWriter&) = delete;

  // Begins a group. No record may be in two orders of one writer. Gives the SHA-256 of the bundles
  // that were recorded meanwhile, which are those begun before.
  std::vector<std::string> begin(std::vector<BundleOrder> orders, Time now);
  // Waits for the last group, and records it.
  std::vector<std::string> finish();

 private:
  struct Group;
  class Numbers;
  std::vector<std::string> record(Group& group);
  Vault& vault_;
  const Roster& roster_;
  bool archive_;
  std::unique_ptr<Numbers> numbers_;
  std::unique_ptr<Group> running_;
};

}  // namespace depone
