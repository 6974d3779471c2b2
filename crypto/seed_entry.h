#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "crypto/identity.h"

namespace depone {

// A recovery seed as a person copies it from the sheet: in one line or in groups, with or without
// the prefix DEPONE-SEED-1, in either case, with spaces, line breaks and hyphens anywhere.

inline constexpr std::size_t kSeedCharacters = 58;   // after the prefix
inline constexpr std::size_t kSeedGroup = 4;         // as the sheet prints it
inline constexpr std::size_t kSeedGroupsInLine = 8;  //

// How many of the 58 characters are there.
std::size_t seed_characters(ByteView typed);

// The seed, or what is wrong, in words: the place where that can be told from the checksum ("line
// 1, group 3, character 2"), never what stands there or should.
struct SeedEntry {
  std::optional<Seed> seed;
  std::string problem;
};
SeedEntry read_seed(ByteView typed);

// The part of a text that holds the seed: of a whole recovery sheet what follows the prefix, up to
// an empty line; of any other text all of it.
ByteView seed_in(ByteView text);

}  // namespace depone
