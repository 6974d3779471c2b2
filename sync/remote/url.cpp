#include "sync/remote/url.h"

#include <algorithm>

#include "crypto/bytes.h"
#include "crypto/error.h"

namespace depone {

namespace {

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_host(std::string_view host) {
  if (host.starts_with('[')) {
    return host.size() > 4 && host.ends_with(']') &&
           std::all_of(host.begin() + 1, host.end() - 1, [](char c) {
             return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ||
                    c == ':' || c == '.';
           });
  }
  return !host.empty() && host.size() <= 253 && is_alnum(host.front()) &&
         std::all_of(host.begin(), host.end(),
                     [](char c) { return is_alnum(c) || c == '-' || c == '.'; });
}

[[noreturn]] void no_url(std::string_view text) {
  throw Error(Code::malformed,
              "this is not a web address of the form https://name[:port][/path]; nothing was sent",
              std::string(text.substr(0, 200)));
}

}  // namespace

Url Url::parse(std::string_view text) {
  const bool visible = std::all_of(text.begin(), text.end(), [](char c) {
    return c > 0x20 && c < 0x7f &&
           std::string_view("\"<>\\^`{|}#").find(c) == std::string_view::npos;
  });
  if (!visible || text.size() > 8192) no_url(text);
  Url url;
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    url.https = true;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    no_url(text);
  }
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view authority = rest.substr(0, end);
  url.target = rest.substr(end);
  if (url.target.starts_with('?')) no_url(text);
  const std::size_t bracket = authority.find(']');
  const std::size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    const auto port = from_decimal(authority.substr(colon + 1), 65535);
    if (!port || *port == 0) no_url(text);
    url.port = static_cast<std::uint16_t>(*port);
    authority = authority.substr(0, colon);
  }
  if (!is_host(authority)) no_url(text);
  url.host = authority;
  if (url.port == (url.https ? 443 : 80)) url.port = 0;
  return url;
}

std::string Url::origin() const {
  std::string text = (https ? "https://" : "http://") + host;
  if (port != 0) text += ":" + std::to_string(port);
  return text;
}

bool Url::onion() const {
  constexpr std::string_view kOnion = ".onion";
  if (host.size() <= kOnion.size()) return false;
  return std::equal(kOnion.begin(), kOnion.end(), host.end() - kOnion.size(), [](char a, char b) {
    return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b);
  });
}

bool Url::loopback() const {
  if (host == "localhost" || host == "[::1]") return true;
  const auto parts = split(host, '.');
  return parts.size() == 4 && parts[0] == "127" &&
         std::all_of(parts.begin(), parts.end(),
                     [](std::string_view part) { return from_decimal(part, 255).has_value(); });
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

}  // namespace depone
