#pragma once

#include "crypto/age/header.h"
#include "crypto/age/stream.h"
#include "crypto/bulk.h"

// What writing and reading a payload share.
namespace depone::age {

inline constexpr std::size_t kPayloadNonce = 16;
inline constexpr std::size_t kSealedChunk = kChunk + kTag;
inline constexpr std::size_t kBatch = 16;  // chunks handled at a time: 1 MiB
inline constexpr std::size_t kBuffers = 3;
// From here on a second thread is worth its start.
inline constexpr std::uint64_t kThreadFrom = 4u << 20;

Secret<32> payload_key(const FileKey& key, ByteView nonce);
// 11 bytes of big-endian counter, then whether the chunk is the last.
bulk::Nonce chunk_nonce(std::uint64_t counter, bool last);
bool several_cores();

}  // namespace depone::age
