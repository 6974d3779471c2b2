#include "crypto/formats/wire.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;

TEST_CASE("A join's answer is read and written the same", "[wire]") {
  const std::string text =
      R"({"format":"depone/join-answer/1","status":"member","fingerprint":"0123456789abcdef0123","id":"monitor-1"})";
  const JoinAnswer answer = JoinAnswer::parse(text);
  CHECK(answer.status == "member");
  CHECK(answer.id == "monitor-1");
  CHECK(answer.json() == text);
}

TEST_CASE("A join's answer that is none is refused", "[wire]") {
  for (
      const char* text :
      {"", "{}", R"({"format":"depone/join-answer/1","status":"maybe","fingerprint":"","id":""})",
       R"({"format":"depone/join-answer/1","status":"pending","fingerprint":"","id":"","more":1})"}) {
    CHECK(code_of([&] { JoinAnswer::parse(text); }) == Code::malformed);
  }
}

TEST_CASE("A mailbox is read and written the same", "[wire]") {
  const std::string text =
      R"({"format":"depone/mailbox/1","log":"relay.example.org/log","roster":3,"own":7,"entries":[{"index":4,"entry":"YQo="},{"index":9,"entry":"Ygo="}],"more":true})";
  const Mailbox mailbox = Mailbox::parse(text);
  CHECK(mailbox.items.at(1).entry == "b\n");
  CHECK(mailbox.items.at(1).index == 9);
  CHECK(mailbox.own == 7);
  CHECK(mailbox.more);
  CHECK(mailbox.json() == text);
}

TEST_CASE("A mailbox that is none is refused", "[wire]") {
  const auto with = [](const std::string& entries, const std::string& more) {
    return code_of([&] {
      Mailbox::parse(R"({"format":"depone/mailbox/1","log":"l","roster":1,"own":0,"entries":)" +
                     entries + R"(,"more":)" + more + "}");
    });
  };
  CHECK(with("[]", "false") == std::nullopt);
  CHECK(with("[]", "1") == Code::malformed);
  CHECK(with("{}", "false") == Code::malformed);
  CHECK(with(R"([{"index":1,"entry":"?"}])", "false") == Code::malformed);
  CHECK(with(R"([{"index":-1,"entry":""}])", "false") == Code::malformed);
  CHECK(with(R"([{"index":2,"entry":""},{"index":2,"entry":""}])", "false") == Code::malformed);
  CHECK(with(R"([{"index":2,"entry":"","more":1}])", "false") == Code::malformed);
}

TEST_CASE("A problem is read and written the same", "[wire]") {
  const Problem problem{401, "clock", "The clock is wrong.", "Off by 7 minutes."};
  CHECK(
      problem.json() ==
      R"({"type":"urn:depone:problem:clock","title":"The clock is wrong.","status":401,"detail":"Off by 7 minutes."})");
  const auto read = Problem::parse(401, problem.json());
  REQUIRE(read);
  CHECK(read->name == "clock");
  CHECK(read->title == problem.title);
  CHECK(read->detail == problem.detail);
  CHECK(read->status == 401);
}

TEST_CASE("A problem of somebody else is none of ours", "[wire]") {
  for (const char* text : {"", "<html>", "{}", R"({"type":"about:blank"})", R"({"type":1})"})
    CHECK_FALSE(Problem::parse(500, text));
  CHECK(Problem::parse(500, R"({"type":"urn:depone:problem:busy","more":[1]})")->name == "busy");
}

}  // namespace
}  // namespace depone
