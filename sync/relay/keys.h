#pragma once

#include "crypto/ed25519.h"
#include "crypto/secret.h"
#include "store/file.h"

namespace depone::relay {

// The relay's keys, in its directory `keys/`, files of mode 0600 with two lines, each ended by LF: a format name
// (depone/log-key/1, depone/ledger-key/1, depone/token-key/1) and 32 bytes in hex. None of them opens a bundle.
enum class KeyFile { log, ledger, token };

void make_key_files(const fs::path& directory);  // three new ones
// Code::not_found; damaged where it is not such a file.
Secret<32> read_key_file(const fs::path& directory, KeyFile which);

}  // namespace depone::relay
