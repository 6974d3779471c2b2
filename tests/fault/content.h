#pragma once

#include <string>

#include "store/vault.h"

namespace depone::testing {

// What a vault holds, as text that is the same for two vaults in which the same was done: every
// record with its fields, custody and the content of its attachments (read to its end), without the
// ids and times that each run makes anew.
std::string content_of(Vault& vault);
// The part of one record. Throws what reading it throws.
std::string record_content(Vault& vault, const std::string& id);

// Opens the vault and gives content_of(); fails the test where it does not open, where
// check_vault() finds anything to say, or where something lies in its directory that is not the
// vault's.
std::string sound_content(const fs::path& dir, std::string_view passphrase);

}  // namespace depone::testing
