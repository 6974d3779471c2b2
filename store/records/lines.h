#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "crypto/formats/revision.h"
#include "crypto/hash.h"
#include "store/vault.h"

namespace depone {

// The disclosed lines that the vault holds of a record, each once. They lie together as they came,
// each ended by LF, without their hashes, which are made anew when they are read: one row a
// revision, where one a line was most of what writing a record took.

// By their commitments.
std::map<Sha256, std::string> held_lines(Vault& vault, std::int64_t record);

// The lines of a record that has none yet. Inside a Tx.
void insert_first_lines(Vault& vault, std::int64_t record, std::span<const Line> lines);
// Those of them that are not held yet. Inside a Tx.
void insert_lines(Vault& vault, std::int64_t record, std::span<const Line> lines);

}  // namespace depone
