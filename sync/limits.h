#pragma once

#include <cstddef>
#include <cstdint>

namespace depone {

// How much a bundle may hold. `open` takes memory up to these, so `seal` stays below them.

inline constexpr std::size_t kMaxManifest = 16u << 20;
// manifest.json, checkpoint, revisions, fields and custody together: what is held in memory.
inline constexpr std::uint64_t kMaxText = 64u << 20;
inline constexpr std::size_t kMaxMembers = 1u << 16;

// A bundle with this much is full and the next one begins; only a single record may be larger.
inline constexpr std::uint64_t kFullBundle = 32u << 20;
inline constexpr std::size_t kFullMembers = 20'000;

inline constexpr std::uint64_t kSmallestArchive = 16384;

}  // namespace depone
