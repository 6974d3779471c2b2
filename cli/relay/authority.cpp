#include "cli/relay/authority.h"

#include "cli/prompt.h"
#include "sync/relay/init.h"

namespace depone::cli {

std::optional<Ed25519Key> open_authority(Context& context, const relay::Directory& relay) {
  if (!relay.has_authority_key()) return std::nullopt;
  const SecretBytes passphrase = ask_passphrase(context, "Passphrase of the authority's key");
  return relay::read_authority_key(relay.authority_key(), passphrase.reveal());
}

}  // namespace depone::cli
