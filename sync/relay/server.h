#pragma once

#include <functional>
#include <string>

#include "sync/relay/auth.h"
#include "sync/relay/directory.h"

namespace depone::relay {

// Serves a relay's directory until SIGTERM or SIGINT, which drain it: open uploads keep what arrived. Writes the log while
// it runs: Code::busy where another process does. With a certificate in relay.toml it speaks TLS, and reads it again at
// SIGHUP. Code::refused for an address that is not loopback without one, and for a certificate whose key is none of those
// that the roster pins; io where the address cannot be had. Port 0: any; the journal says which.
void serve(Directory& relay, const Endpoint& listen, const Clock& clock);

}  // namespace depone::relay
