#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/manifest.h"
#include "crypto/formats/time.h"
#include "crypto/hash.h"
#include "store/vault.h"

namespace depone {

// Bundles that this vault made: files in outbox/ under random names until their receipt is here;
// everything about them in the database.

struct BundleTarget {
  std::string member;     // id
  std::string recipient;  // age1pq1…
  std::uint64_t number;   // of this chain for this recipient
};

// sealed: waiting to go or to be receipted; delivered: the receipt is here; refused: the relay will
// never take it
struct OutgoingBundle {
  std::string sha256;
  std::uint64_t size = 0;
  std::string file;  // name in outbox/; "" once delivered
  std::string minisig;
  std::string chain;
  std::uint64_t sequence = 0;
  std::string state;
  std::string upload;   // URL of the upload begun at the relay, or ""
  std::string receipt;  // tlog-proof once delivered
  std::string problem;  // why refused
  std::vector<BundleTarget> targets;
  std::vector<std::string> records;
};

// Where the next bundle stands: chain, sequence, previous (for the first of a chain, this vault's
// delivered bundle with the highest log index); numbers for recipients. Fixed only by add_outgoing.
struct ChainPosition {
  std::string chain;
  std::uint64_t sequence;
  std::optional<std::string> previous;
};
ChainPosition chain_position(Vault& vault);
std::uint64_t next_number(Vault& vault, std::string_view recipient);

struct SealedRevision {
  std::string record;
  std::string revision;
};
// The bundle's file is durable in outbox/. Records it, moves the chain on, states what it holds.
// Inside a Tx. `state`, `upload`, `receipt`, `problem` and `records` of the bundle are not read.
// Code::mismatch where chain, sequence and previous (as the signature's comment has them) or a
// target's number are not the next ones.
void add_outgoing(Vault& vault, const OutgoingBundle& bundle,
                  const std::vector<SealedRevision>& revisions,
                  const std::vector<std::string>& attachments);

std::vector<OutgoingBundle> outgoing(Vault& vault,
                                     std::string_view state);  // in the order they were made
std::optional<OutgoingBundle> outgoing_by_hash(Vault& vault, std::string_view sha256);
void set_upload(Vault& vault, std::string_view sha256, std::string_view url);
// The receipt (already checked) makes it delivered; custody `delivered` (object: the bundle) for
// each of its records. A second receipt changes nothing. Inside a Tx; the file is removed by
// sweep_outbox afterwards.
void set_delivered(Vault& vault, std::string_view sha256, std::string_view receipt, Time now);
// Nothing for a delivered one. Inside a Tx.
void set_refused(Vault& vault, std::string_view sha256, std::string_view problem);
// Draws a new chain. Of every chain with a refused bundle, those after it without a receipt are
// refused too: what refused ones hold counts as never sealed, and their files go with the next
// sweep. Those before it still wait for their receipt. Inside a Tx.
void begin_new_chain(Vault& vault);

// Whether a revision was already sealed to this recipient (in a bundle not refused).
bool was_sealed_to(Vault& vault, std::string_view revision, std::string_view recipient);
bool attachment_was_sent_to(Vault& vault, std::string_view sha256, std::string_view recipient);

// Removes files of outbox/ that are delivered or were never recorded, of our form of name.
void sweep_outbox(Vault& vault);

}  // namespace depone
