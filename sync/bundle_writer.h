#pragma once

#include <span>
#include <string>
#include <vector>

#include "crypto/age/recipients.h"
#include "crypto/formats/roster.h"
#include "store/attachments.h"
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

// Makes bundles in the outbox, each in one pass: archived, encrypted, hashed, written, synced;
// those without attachments side by side on all cores. Then, in one transaction for all of them,
// the custody events `sealed`, the bundles and the vault's place in its chain, in the order given.
// No record may be in two of them. After a failure the vault is as it was. `archive`: the sender's
// own archive recipient is among the recipients. Gives each bundle's SHA-256.
std::vector<std::string> write_bundles(Vault& vault, const Roster& roster,
                                       std::vector<BundleOrder> orders, bool archive, Time now);

}  // namespace depone
