#pragma once

#include <string>
#include <string_view>

#include "crypto/formats/checkpoint.h"
#include "store/file.h"
#include "sync/relay/ledger.h"

namespace depone::relay {

class Directory;

// A relay that was put back from a backup may lack the newest part of its log. If it then signed
// anything, there would be two trees of one size under one key: a fork, which is what the log is
// there to exclude. So `restore` leaves a mark, restored.json, and nothing is signed by the log key
// until the log was held against the newest checkpoint that anybody else knows.
inline constexpr std::string_view kRestoredMark = "restored.json";

struct RestoredMark {
  Time made;      // the backup
  Time restored;  // from it
  std::uint64_t entries = 0;
  std::string json() const;
};

bool is_restored(const fs::path& relay);
// Code::refused while the mark is there: what to do.
void refuse_while_restored(const fs::path& relay);
// Code::refused where `path` is a backup, which is restored and never served. Gives the path.
const fs::path& refuse_backup(const fs::path& path);

// The signed note in what an auditor, member or witness may have at hand: a checkpoint as it is, or
// with the line ends that mail and shells give it; a receipt (.tlog-proof); an auditor's state
// (depone-audit log --save). Code::malformed.
std::string checkpoint_in(std::string_view text);

// What the log has against a checkpoint that somebody knows.
struct Reach {
  Checkpoint known;
  std::uint64_t entries = 0;  // of the relay, those too that wait
};
// The log holds all that the checkpoint covers, and the same: it may go on. Else, with nothing
// changed: Code::bad_signature, malformed (it is none of this log's); mismatch (a fork: the log key
// has signed another tree than this); refused (it covers more than the log has); damaged (the log
// does not fit its own checkpoint).
Reach hold_against(Ledger& ledger, const VerifierKey& log, std::string_view checkpoint);

// The same, and then the mark is gone, durably. Fine where there is none.
Reach accept_latest(Directory& relay, std::string_view checkpoint);

}  // namespace depone::relay
