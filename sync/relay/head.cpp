#include "sync/relay/head.h"

#include <algorithm>

namespace depone::relay {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Of RFC 3986's host and port. Several Host fields are joined by ", ", and no host has a space.
bool is_host_char(char c) {
  constexpr std::string_view kOthers = "-._~%!$&'()*+;=:[]";
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         kOthers.find(c) != std::string_view::npos;
}

bool all(std::string_view text, bool (*is)(char)) {
  return std::all_of(text.begin(), text.end(), is);
}

std::optional<Refused> wrong_framing(const Request& request) {
  if (const std::string* coding = request.header("transfer-encoding")) {
    if (request.http_1_0) {
      return Refused{"malformed", "HTTP/1.0 has no Transfer-Encoding"};
    }
    if (request.header("content-length")) {
      return Refused{"malformed", "Content-Length and Transfer-Encoding exclude each other"};
    }
    // Any other is not known here: 501. RFC 9112, 6.1.
    if (!request.chunked || coding->size() != std::string_view("chunked").size()) {
      return Refused{"malformed", "no Transfer-Encoding but chunked is known here", {}, 501};
    }
  }
  if (const std::string* length = request.header("content-length");
      length && !all(*length, is_digit)) {
    return Refused{"malformed", "Content-Length must be there once, and a number"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refused> wrong_with_head(const Request& request) {
  if (request.fields > kMaxFields) {
    return Refused{
        "malformed", "a head has at most " + std::to_string(kMaxFields) + " fields", {}, 431};
  }
  if (auto wrong = wrong_framing(request)) return wrong;
  const std::string* host = request.header("host");
  if (!host && !request.http_1_0) return Refused{"malformed", "Host must be there"};
  if (host && !all(*host, is_host_char)) {
    return Refused{"malformed", "Host must be there once, and name a host"};
  }
  return std::nullopt;
}

}  // namespace depone::relay
