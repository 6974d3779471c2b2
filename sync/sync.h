#pragma once

#include "sync/pull.h"
#include "sync/push.h"
#include "sync/seal.h"

namespace depone {

struct SyncResult {
  PullResult pull;
  SealResult seal;  // of all rounds
  PushResult push;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::uint64_t roster = 0;  // version held
  bool clock_skew = false;
  double seal_seconds = 0;
  double push_seconds = 0;         // with receipts
  std::vector<std::string> notes;  // nobody to seal to
};

// Roster, pull and open, seal, push, receipts with their checkpoint: in this order; can be
// interrupted anywhere and run again. Where the relay ended a chain, what it held is sealed and
// pushed once more.
SyncResult sync_with_relay(Vault& vault, const Clock& clock, const Progress& progress);

}  // namespace depone
