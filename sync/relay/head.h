#pragma once

#include <optional>

#include "sync/relay/message.h"

namespace depone::relay {

inline constexpr std::size_t kMaxFields = 256;

// What is wrong with a request's head beyond its syntax: whatever two programs in a row could read
// as two different requests (RFC 9112, 3.2 and 6.3), and more fields than anybody needs. Nothing
// that follows such a head can be told apart, so the connection must be closed. nullopt: nothing.
std::optional<Refused> wrong_with_head(const Request& request);

}  // namespace depone::relay
