#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/hash.h"
#include "crypto/io.h"

namespace depone {

// HTTP through libcurl; the only file that includes it is http.cpp. Plain http is allowed to
// loopback addresses, and to onion services, whose name is their key (Code::refused otherwise). No
// redirects are followed. Proxies as curl reads them from the environment, never for a loopback
// address; an onion service is asked through tor_proxy() or not at all, and its name never looked up
// elsewhere.
// Not reaching the other side is Code::unreachable.

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;                            // of an error, or where `into` was null

  const std::string* header(const std::string& name) const;  // null where it is not there
};

struct HttpRequest {
  std::string method;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::string_view>
      text;  // a body in memory: sent again where a kept connection was closed meanwhile
  Source* body = nullptr;  // or a streamed one, with body_size
  std::uint64_t body_size = 0;
  Sink* into = nullptr;  // where a 2xx body goes; null: into HttpResponse::body
  std::function<void(const HttpResponse&)>
      before_body;                // sees status and headers of a 2xx; may throw
  std::size_t limit = 16u << 20;  // of a body held in memory; Code::malformed beyond
  unsigned timeout_seconds = 60;  // without a byte moving
  std::function<void(std::uint64_t sent, std::uint64_t received)> progress;  // of this request
};

class HttpClient {
 public:
  // `pins`: base64url SHA-256 of SubjectPublicKeyInfo, for https: the server has one of these keys,
  // and its certificate is not judged otherwise. Without, it is by the system's authorities.
  explicit HttpClient(std::vector<std::string> pins = {});
  ~HttpClient();
  HttpResponse send(const HttpRequest& request);  // keeps the connection for the next one
  std::uint64_t bytes_sent() const;               // of bodies and headers, all requests
  std::uint64_t bytes_received() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The value of ALL_PROXY or all_proxy where it is a socks5h:// address (names are looked up behind
// it): Tor. nullopt otherwise.
std::optional<std::string> tor_proxy();

// Code::refused where it is neither https, nor http to an onion service, nor http to 127.0.0.0/8, ::1 or localhost;
// Code::malformed where it is no URL of the plain form scheme://host[:port][/path][?query].
void check_relay_url(std::string_view url);

}  // namespace depone
