#include "sync/remote/url.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/error.h"
#include "sync/remote/http.h"
#include "sync/remote/http_date.h"

using namespace depone;

namespace {

std::optional<Code> verdict(const char* url) {
  try {
    check_relay_url(url);
    return std::nullopt;
  } catch (const Error& error) {
    return error.code();
  }
}

}  // namespace

TEST_CASE("A relay is reached by https, or by http on this computer", "[remote]") {
  for (const char* url :
       {"https://relay.example.org", "https://relay.example.org:8443/depone", "http://127.0.0.1:80",
        "http://127.9.8.7/x?y=z", "http://localhost:1234", "http://[::1]:5/"}) {
    INFO(url);
    CHECK(verdict(url) == std::nullopt);
  }
}

TEST_CASE("Plain http to anywhere else is refused", "[remote]") {
  for (const char* url :
       {"http://relay.example.org", "http://128.0.0.1", "http://127.0.0.1.example.org",
        "http://127.1", "http://localhost.example.org", "http://0.0.0.0", "http://[::2]",
        "http://0127.0.0.1"}) {
    INFO(url);
    CHECK(verdict(url) == Code::refused);
  }
}

TEST_CASE("What is not plainly a web address is malformed", "[remote]") {
  for (const char* url :
       {"", "relay.example.org", "ftp://127.0.0.1", "http://", "http://user@127.0.0.1",
        "http://127.0.0.1:0", "http://127.0.0.1:99999", "http://127.0.0.1:", "http://127.0.0.1/#x",
        "http://127.0.0.1/a b", "http://[::1", "HTTP://127.0.0.1",
        "http://127.0.0.1\\@evil.example", "http://127.0.0.1\r\nX: y", "file:///etc/passwd",
        "http://127.0.0.1?x", "https://-x"}) {
    INFO(url);
    CHECK(verdict(url) == Code::malformed);
  }
}

TEST_CASE("The scheme's own port is left out of an origin", "[remote]") {
  CHECK(Url::parse("https://a.example:443/x").origin() == "https://a.example");
  CHECK(Url::parse("http://[::1]:8080/x").origin() == "http://[::1]:8080");
  CHECK(Url::parse("http://[::1]:8080/x?y").target == "/x?y");
}

TEST_CASE("A query's value is percent-encoded", "[remote]") {
  CHECK(percent_encode("relay.example.org/log/2 é") == "relay.example.org%2Flog%2F2%20%C3%A9");
}

TEST_CASE("An HTTP date is read in its one form", "[remote]") {
  const auto time = parse_http_date("Tue, 24 Nov 2026 09:30:00 GMT");
  REQUIRE(time);
  CHECK(time->text() == "2026-11-24T09:30:00Z");
  for (const char* text : {"", "Tue, 24 Nov 2026 09:30:00 UTC", "Tue, 24 Nov 2026 09:30:00",
                           "Tue, 24 Foo 2026 09:30:00 GMT", "Tue, 31 Feb 2026 09:30:00 GMT",
                           "Tuesday, 24-Nov-26 09:30:00 GMT"}) {
    INFO(text);
    CHECK_FALSE(parse_http_date(text));
  }
}
