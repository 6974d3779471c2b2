#pragma once

#include <optional>

#include "store/file.h"
#include "store/keyslots.h"

namespace depone {

// vault.json and vault.json.copy: of two valid copies the higher generation holds.

inline constexpr std::string_view kHeaderName = "vault.json";
inline constexpr std::string_view kHeaderCopyName = "vault.json.copy";

struct FoundHeader {
  VaultHeader header;
  bool older = false;   // one of two valid copies is: write_headers() makes it good
  std::string damaged;  // the name of a copy that is missing or damaged; "" where none is
};

// Code::damaged where neither copy is valid; unsupported where one is of a newer version.
FoundHeader read_headers(const fs::path& dir);
// The copy first, then vault.json, each durable before the next: one valid copy is there at every
// moment. For a vault that nobody else can have open; elsewhere replace_headers().
void write_headers(const fs::path& dir, const VaultHeader& header);

// Held while both copies are read, compared and written: `panic` waits for nobody who has the vault
// open, but for this for a moment.
inline constexpr std::string_view kHeaderLockName = "header.lock";
// Writes them under that lock. Code::busy, and nothing is changed, where what lies there is newer
// than `next`, or another header of the same generation: whoever wrote it did so meanwhile.
void replace_headers(const fs::path& dir, const VaultHeader& next);

}  // namespace depone
