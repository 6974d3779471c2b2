#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "crypto/age/recipients.h"
#include "crypto/age/stream.h"
#include "store/file.h"
#include "sync/link.h"

namespace depone {

struct UnsealResult {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  bool padding_left_out = false;
};

// Decrypts an age file (armored too) and unpacks its tar into `to` (new, or an empty directory):
// regular files and directories below `to` only, through libarchive; links, devices, absolute
// paths, "..", duplicates, sparse files are refused (Code::malformed names the member). The padding
// of a sealed bundle is left out. A payload that is no tar becomes one file named like the age file
// without ".age". Everything is written beside and moved into place at the end, once the last byte
// was authenticated: nothing is left behind after a failure. No signature is judged. `open` finds
// the file key; what it needed for that is not needed any more once it has returned.
using OpenAge = std::function<std::unique_ptr<age::Decryptor>(Source&)>;
UnsealResult unseal(const fs::path& age_file, const OpenAge& open, const fs::path& to,
                    const Progress& progress);
UnsealResult unseal(const fs::path& age_file, const std::vector<const age::Identity*>& identities,
                    const fs::path& to, const Progress& progress);

}  // namespace depone
