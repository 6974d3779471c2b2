#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace depone {

// A URL of the one plain form that is used here: scheme://host[:port][/path][?query], http or
// https, no user, no fragment, visible ASCII only. Stricter than RFC 3986 on purpose: what we
// accept, every parser reads alike.
struct Url {
  bool https = false;
  std::string host;        // "relay.example.org", "127.0.0.1", "[::1]"
  std::uint16_t port = 0;  // 0: the scheme's
  std::string target;      // path and query, "" or from the slash on

  static Url parse(std::string_view text);  // Code::malformed
  // "https://relay.example.org": without the port where it is the scheme's own.
  std::string origin() const;
  bool onion() const;     // a Tor onion service, RFC 7686
  bool loopback() const;  // 127.0.0.0/8, [::1], localhost
};

// For one value of a query: everything but RFC 3986's unreserved characters as %XX.
std::string percent_encode(std::string_view text);

}  // namespace depone
