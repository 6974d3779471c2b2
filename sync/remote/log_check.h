#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "crypto/formats/checkpoint.h"
#include "crypto/formats/cosignature.h"
#include "crypto/formats/entry.h"
#include "crypto/formats/roster.h"
#include "sync/remote/checks.h"
#include "sync/remote/log_source.h"
#include "sync/remote/log_state.h"

namespace depone {

// Everything that can be checked of a log without a key that opens bundles: the checkpoint's
// signature, the tree rebuilt from every entry against root and tiles, each entry's signatures,
// rosters in order, each member's chains. Read tile by tile: memory is about 100 bytes an entry.

struct LogReport {
  Checkpoint checkpoint;
  std::string note;  // the checkpoint as it was read
  std::vector<Cosignature> cosignatures;  // of the roster's witnesses, on that checkpoint
  std::uint64_t bundles = 0, rosters = 0;
  std::vector<RosterEntry> roster_entries;  // in the log's order
  std::uint64_t newest_roster = 0;  // version of the last roster entry; 0: none
  std::vector<ChainEnd> chains;
  std::vector<std::string> failures;  // what does not hold, one sentence each
  std::vector<std::string> missing;   // gaps: member, chain, sequences
  std::vector<std::string> notes;     // to be looked at
  Checks checks;  // signature, witnesses, tree, tiles, entries, rosters, members, chains, consistency
  bool valid() const { return !checks.failed(); }
  LogState state() const { return {note, chains}; }
};

using LogProgress = std::function<void(std::uint64_t done, std::uint64_t of)>;

// `roster` null: members are not checked. `since`: the older state that this log must be an
// extension of; signatures of entries that it covers are not checked again. `progress` may be
// empty. Throws only where the source does (not there, unreachable, refused): what does not hold is
// in the report.
LogReport check_log(LogSource& source, const VerifierKey& key, const Roster* roster,
                    const LogState* since, const LogProgress& progress);

}  // namespace depone
