#include "sync/relay/tokens.h"

#include "crypto/formats/wire.h"
#include "tests/sync/relay/service_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

struct TokenFixture : ServiceFixture {
  Person desk = add("desk-1", Role::desk, 9);
  Person monitor = add("monitor-1", Role::monitor, 1);

  relay::Response ask_token(const Person& who, const std::string& nonce) {
    return ask(signed_request(who.request(), {"POST", "/v1/token", {}, "", {}, kUrl, now, nonce}));
  }
  std::string token(const Person& who) {
    const relay::Response answer = ask_token(who, random_name());
    REQUIRE(answer.status == 200);
    return TokenAnswer::parse(answer.body).token;
  }
  // What a stock tus client sends: an Authorization header and nothing that is signed.
  relay::Response bear(const std::string& token, Sending sending, const std::string& body = {}) {
    sending.headers.emplace_back("authorization", "Bearer " + token);
    sending.headers.emplace_back("tus-resumable", "1.0.0");
    sending.body = body;
    return ask(plain_request(sending), body);
  }
  relay::Response create_with(const std::string& token, const Sealed& sealed, const std::string& body = {}) {
    const std::string metadata =
        "sha256 " + base64(as_bytes(sealed.sha256)) + ",minisig " + base64(as_bytes(sealed.minisig));
    return bear(token,
                {"POST",
                 "/v1/bundles",
                 {{"upload-length", std::to_string(sealed.age.size())},
                  {"content-type", "application/offset+octet-stream"},
                  {"upload-metadata", metadata}},
                 "",
                 {}},
                body);
  }
  relay::Response patch_with(const std::string& token, const Sealed& sealed, std::uint64_t offset) {
    return bear(token,
                {"PATCH",
                 "/v1/bundles/uploads/" + sealed.sha256,
                 {{"upload-offset", std::to_string(offset)}, {"content-type", "application/offset+octet-stream"}},
                 "",
                 {}},
                sealed.age.substr(offset));
  }
  relay::Response head_with(const std::string& token, const Sealed& sealed) {
    return bear(token, {"HEAD", "/v1/bundles/uploads/" + sealed.sha256, {}, "", {}});
  }
  void pass(std::int64_t seconds) { now = Time{now.seconds + seconds}; }
};

}  // namespace

TEST_CASE("With a token a bundle goes in without a signature on any request", "[relay]") {
  TokenFixture f;
  const std::string token = f.token(f.monitor);
  const Sealed sealed = f.seal(f.monitor, std::string(10'000, 'x'), 1);
  CHECK(f.create_with(token, sealed).status == 201);
  CHECK(header_in(f.head_with(token, sealed), "Upload-Offset") == "0");
  CHECK(f.patch_with(token, sealed, 0).status == 204);
  f.sequence();
  CHECK(f.get(f.monitor, "/v1/receipts/" + sealed.sha256).status == 200);
}

TEST_CASE("With a token a creation may bring a part of its content, and no digest", "[relay]") {
  TokenFixture f;
  const std::string token = f.token(f.monitor);
  const Sealed sealed = f.seal(f.monitor, std::string(10'000, 'x'), 1);
  CHECK(header_in(f.create_with(token, sealed, sealed.age.substr(0, 1000)), "Upload-Offset") == "1000");
  CHECK(f.patch_with(token, sealed, 1000).status == 204);
}

TEST_CASE("A token reads nothing", "[relay]") {
  TokenFixture f;
  const std::string token = f.token(f.monitor);
  const Sealed sealed = f.deliver(f.monitor, 1);
  f.sequence();
  for (const std::string& target : {std::string("/v1/mailbox"), std::string("/v1/sent"), std::string("/v1/roster"),
                                    "/v1/receipts/" + sealed.sha256, "/v1/bundles/" + sealed.sha256,
                                    std::string("/log/checkpoint")}) {
    INFO(target);
    CHECK(problem_in(f.bear(token, {"GET", target, {}, "", {}})) == "unauthorized");
  }
}

TEST_CASE("A token is for fifteen minutes, and then for what was begun with it", "[relay]") {
  TokenFixture f;
  const std::string token = f.token(f.monitor);
  const Sealed begun = f.seal(f.monitor, "begun with the token", 1);
  const Sealed other = f.seal(f.monitor, "begun with a signature", 2);
  CHECK(f.create_with(token, begun).status == 201);
  CHECK(f.create(f.monitor, other).status == 201);
  f.pass(15 * 60 - 1);
  CHECK(f.head_with(token, other).status == 200);
  f.pass(1);
  CHECK(problem_in(f.create_with(token, f.seal(f.monitor, "new", 3))) == "unauthorized");
  CHECK(problem_in(f.head_with(token, other)) == "unauthorized");
  CHECK(f.patch_with(token, begun, 0).status == 204);
}

TEST_CASE("A token is known to the next start", "[relay]") {
  TokenFixture f;
  const std::string token = f.token(f.monitor);
  f.start();
  CHECK(f.create_with(token, f.seal(f.monitor, "text", 1)).status == 201);
}

TEST_CASE("A request for a token counts once", "[relay]") {
  TokenFixture f;
  CHECK(f.ask_token(f.monitor, "one").status == 200);
  CHECK(problem_in(f.ask_token(f.monitor, "one")) == "unauthorized");
  CHECK(f.ask_token(f.desk, "one").status == 200);  // another's nonce
  CHECK(f.ask_token(f.monitor, "two").status == 200);
  CHECK(problem_in(f.ask_token(f.monitor, "")) == "malformed");
}

TEST_CASE("A token for who may not upload is refused", "[relay]") {
  TokenFixture f;
  const ServiceFixture::Person auditor = f.add("auditor-1", Role::auditor, 4);
  CHECK(problem_in(f.ask_token(auditor, "one")) == "role");
  CHECK(problem_in(f.ask_token(f.person("nobody", 7), "one")) == "unauthorized");
}

TEST_CASE("A revocation ends a token too", "[relay]") {
  TokenFixture f;
  const std::string token = f.token(f.monitor);
  relay::revoke_member(*f.relay, "monitor-1", &f.authority, f.now);
  CHECK(problem_in(f.create_with(token, f.seal(f.monitor, "text", 1))) == "revoked");
}

TEST_CASE("Another member's token is not good for an upload that it did not begin", "[relay]") {
  TokenFixture f;
  const Sealed sealed = f.seal(f.monitor, "text", 1);
  CHECK(f.create_with(f.token(f.monitor), sealed).status == 201);
  const std::string other = f.token(f.desk);
  CHECK(f.head_with(other, sealed).status == 404);
  CHECK(f.patch_with(other, sealed, 0).status == 404);
}

TEST_CASE("An altered token, a token of another relay and what is none get one answer", "[relay]") {
  TokenFixture f;
  const std::string token = f.token(f.monitor);
  const Sealed sealed = f.seal(f.monitor, "text", 1);
  std::vector<std::string> bad{"", "x", token + "A", token.substr(1), std::string(token.size(), 'A')};
  for (const std::size_t at : {std::size_t{0}, std::size_t{50}, token.size() - 2}) {
    bad.push_back(token);
    bad.back()[at] = token[at] == 'B' ? 'C' : 'B';
  }
  bad.push_back(relay::Tokens(Secret<32>::random()).issue(f.monitor.request().public_key(), Time{f.now.seconds + 900}));
  const relay::Response first = f.create_with("x", sealed);
  CHECK(first.status == 401);
  for (const std::string& text : bad) {
    INFO(text);
    const relay::Response answer = f.create_with(text, sealed);
    CHECK(answer.status == 401);
    CHECK(answer.body == first.body);
  }
}
