#pragma once

#include "store/file.h"

namespace depone {

// Destroys the key slots of a vault, without its passphrase and without waiting for whoever has it
// open: both copies of the header are overwritten where they lie and synced, then replaced by one
// without slots, so that opening says what happened. Once this has returned no slot opens. Cut off
// midway it can be run again. What another process holds in memory stays there until that ends.
// Code::not_found where there is no vault.
void destroy_key_slots(const fs::path& vault_dir);

}  // namespace depone
