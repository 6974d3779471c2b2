#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/bytes.h"
#include "crypto/secret.h"

namespace depone {

// Bech32 (BIP 173, the original checksum constant), without its limit of 90 characters, as age uses
// it. `hrp` is given in lower case; upper = the whole string in upper case.
std::string bech32_encode(std::string_view hrp, ByteView data, bool upper = false);
// The same for secrets: the text in guarded memory.
SecretBytes bech32_encode_secret(std::string_view hrp, ByteView data, bool upper);

// The data where `text` is a valid string of that prefix, all in one case; nullopt otherwise. The
// result may be a secret: it is in guarded memory.
std::optional<SecretBytes> bech32_decode(std::string_view hrp, std::string_view text,
                                         bool upper = false);

}  // namespace depone
