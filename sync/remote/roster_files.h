#pragma once

#include <string>

#include "crypto/formats/entry.h"
#include "crypto/formats/roster.h"
#include "store/file.h"
#include "sync/remote/checks.h"

namespace depone {

// A roster from files: the head at `path`, `path`.minisig and members.jsonl beside it
// (courier/audit), of which no one is a symbolic link. Code::not_found; bad_signature, mismatch,
// malformed name the file.
Roster read_roster_files(const fs::path& path, const minisign::PublicKey& authority);
// The authority that the head at `path` names, unchecked: for saying so where nobody gave the
// authority's key.
minisign::PublicKey claimed_authority(const fs::path& path);
// Every head of a courier's audit/rosters/ against the log's entry of its version: hash and
// signature file. A copy that is missing, altered or of no entry fails the check `rosters`; without
// such a directory nothing is checked.
void check_roster_copies(const fs::path& audit, const std::vector<RosterEntry>& entries,
                         Checks& checks);
// "RW…" or a minisign public key file. Code::usage where it is neither, not_found where there is no
// such file.
minisign::PublicKey read_authority(const std::string& key_or_file);

}  // namespace depone
