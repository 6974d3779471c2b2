#pragma once

#include "store/file.h"

namespace depone {

// backup.lock, beside the vault's own lock: a copy of the vault is made while another process works
// in it, so what is being copied must stay. Shared while a copy is made; exclusive for whoever
// removes or replaces files that a copy may be reading.

inline constexpr std::string_view kCopyLockName = "backup.lock";
inline constexpr unsigned kCopyLockSeconds = 10;

// To be held while removing. nullopt while a copy is being made: what was to go stays for the next
// sweep.
inline std::optional<FileLock> hold_off_copies(const fs::path& vault_dir) {
  return FileLock::try_lock(vault_dir / kCopyLockName);
}

}  // namespace depone
