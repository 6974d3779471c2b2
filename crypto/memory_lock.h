#pragma once

namespace depone {

// Whether any memory that held a secret (crypto/secret.h) could not be locked, so that it may have
// reached the swap space: what start_crypto() tries is a little, and how much may be locked is
// limited.
bool secrets_went_unlocked();

}  // namespace depone
