#pragma once

#include <optional>

#include "cli/context.h"
#include "crypto/ed25519.h"
#include "sync/relay/directory.h"

namespace depone::cli {

// The authority's key beside the relay, opened with its passphrase; nullopt where it is on another machine.
std::optional<Ed25519Key> open_authority(Context& context, const relay::Directory& relay);

}  // namespace depone::cli
