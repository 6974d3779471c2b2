#include "sync/relay/message.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/formats/wire.h"
#include "sync/remote/http_date.h"

using namespace depone;
using namespace depone::relay;

namespace {

Request of(const std::string& target) {
  Request request;
  request.target = target;
  return request;
}

}  // namespace

TEST_CASE("A target is taken apart", "[relay]") {
  Request request = of("/v1/mailbox?log=relay.example.org%2Flog&after=7&empty");
  REQUIRE(request.parse_target());
  CHECK(request.path == "/v1/mailbox");
  CHECK(request.query_value("log") == "relay.example.org/log");
  CHECK(request.query_value("after") == "7");
  CHECK(request.query_value("empty").empty());
  CHECK(request.query_value("nothing").empty());
}

TEST_CASE("Targets that are not of the plain form are refused", "[relay]") {
  for (const char* target : {"", "v1", "http://127.0.0.1/v1", "*", "/a b", "/a#b", "/a?b=%", "/a?b=%4", "/a?b=%zz"}) {
    INFO(target);
    CHECK_FALSE(of(target).parse_target());
  }
}

TEST_CASE("A time is written as HTTP has it", "[relay]") {
  CHECK(http_date(Time{1'795'512'600}) == "Tue, 24 Nov 2026 09:30:00 GMT");
  CHECK(http_date(Time{0}) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(http_date(Time{784'111'777}) == "Sun, 06 Nov 1994 08:49:37 GMT");  // RFC 9110, 5.6.7
  CHECK(parse_http_date(http_date(Time{1'795'512'600})) == Time{1'795'512'600});
}

TEST_CASE("A refusal becomes a problem with its status", "[relay]") {
  const Response response = problem_response({"quota", "why", {{"Retry-After", "5"}}});
  CHECK(response.status == 429);
  const auto problem = Problem::parse(response.status, response.body);
  REQUIRE(problem);
  CHECK(problem->name == "quota");
  CHECK(problem->detail == "why");
  CHECK(response.headers.back().first == "Retry-After");
}
