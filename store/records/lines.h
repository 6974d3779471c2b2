#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "crypto/formats/revision.h"
#include "crypto/hash.h"
#include "store/vault.h"

namespace depone {

// The disclosed lines that the vault holds of a record, each once. They lie together as they came,
// each ended by LF, without their hashes, which are made anew when they are read: one row a
// revision, where one a line was most of what writing a record took. Reading any of them reads all
// of the record's.

using TakeLine = std::function<void(const Sha256& commitment, std::string_view line)>;
void each_held_line(Vault& vault, std::int64_t record, const TakeLine& take);
// By their commitments, all in memory.
std::map<Sha256, std::string> held_lines(Vault& vault, std::int64_t record);
std::set<Sha256> held_commitments(Vault& vault, std::int64_t record);

// The lines of a record that has none yet. Inside a Tx.
void insert_first_lines(Vault& vault, std::int64_t record, std::span<const Line> lines);
// Those of them that are not among `held`, which takes them up. Inside a Tx.
void insert_lines(Vault& vault, std::int64_t record, std::span<const Line> lines,
                  std::set<Sha256>& held);

}  // namespace depone
