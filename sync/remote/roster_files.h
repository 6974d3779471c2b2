#pragma once

#include <string>

#include "crypto/formats/roster.h"
#include "store/file.h"

namespace depone {

// A roster from files: the head at `path`, `path`.minisig and members.jsonl beside it
// (courier/audit), of which no one is a symbolic link. Code::not_found; bad_signature, mismatch,
// malformed name the file.
Roster read_roster_files(const fs::path& path, const minisign::PublicKey& authority);
// The authority that the head at `path` names, unchecked: for saying so where nobody gave the
// authority's key.
minisign::PublicKey claimed_authority(const fs::path& path);
// "RW…" or a minisign public key file. Code::usage where it is neither, not_found where there is no
// such file.
minisign::PublicKey read_authority(const std::string& key_or_file);

}  // namespace depone
