#include "crypto/age/payload.h"

#include <thread>

#include "crypto/kdf.h"

namespace depone::age {

Secret<32> payload_key(const FileKey& key, ByteView nonce) {
  return hkdf_sha256(key.reveal(), nonce, "payload");
}

bulk::Nonce chunk_nonce(std::uint64_t counter, bool last) {
  bulk::Nonce out{};
  for (unsigned i = 0; i < 8; ++i) out[10 - i] = static_cast<std::uint8_t>(counter >> (8 * i));
  out[11] = last ? 1 : 0;
  return out;
}

bool several_cores() {
  static const bool several = std::thread::hardware_concurrency() > 1;
  return several;
}

std::uint64_t payload_size(std::uint64_t plain) {
  const std::uint64_t chunks = plain == 0 ? 1 : (plain - 1) / kChunk + 1;
  return kPayloadNonce + plain + chunks * kTag;
}

}  // namespace depone::age
