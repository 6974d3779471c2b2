#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/formats/invite.h"
#include "crypto/formats/roster.h"
#include "store/vault.h"

namespace depone {

// What this vault knows of its organisation: the invite it came by, the authority it pins, the
// rosters it accepted.

struct Enrolment {
  std::string invite;  // the invite's text (its secret stays in the encrypted database)
  minisign::PublicKey authority;
  std::string name;       // own pseudonym
  std::string member_id;  // "" until a roster names this vault's bundle key
};
std::optional<Enrolment> enrolment(Vault& vault);
void save_enrolment(Vault& vault, const Enrolment& enrolment);  // inside a Tx

std::optional<Roster> newest_roster(Vault& vault);
std::optional<Roster> roster_version(Vault& vault, std::uint64_t version);
// Takes a checked roster in by the decided rules: a higher version by the pinned authority, or by
// the successor that a held one of that authority announced (which so becomes the pinned one);
// where it is the next one, `previous` must match; the first one must be what the invite says (log
// key, lowest version); the same version with the same bytes changes nothing but that lines are
// added. Sets the enrolment's member_id. Code::refused (and the offered head is kept, for `check`
// to report) otherwise. Makes its own transaction: called inside one, a refused head is not kept,
// because the caller's is rolled back.
void accept_roster(Vault& vault, const Roster& roster, Time now);

// Heads that were refused, for `check`: "version 3 of <time>: <reason>".
std::vector<std::string> refused_rosters(Vault& vault);

// The pinned authority first, then those that it succeeded. Empty before joining.
std::vector<minisign::PublicKey> authorities(Vault& vault);

// The largest log checkpoint that was seen and verified (the note), by origin. A smaller one
// changes nothing.
std::optional<std::string> newest_checkpoint(Vault& vault, std::string_view origin);
void save_checkpoint(Vault& vault, std::string_view origin, std::uint64_t size,
                     std::string_view note);

// How far this vault's mailbox has been read in a log: the last index taken in, nullopt: nothing
// yet.
std::optional<std::uint64_t> mailbox_position(Vault& vault, std::string_view origin);
void set_mailbox_position(Vault& vault, std::string_view origin, std::uint64_t index);

}  // namespace depone
