#include "tests/sync/relay/service_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

struct AuthFixture : ServiceFixture {
  Person desk = add("desk-1", Role::desk, 9);
  Person monitor = add("monitor-1", Role::monitor, 1);
  Sending roster{"GET", "/v1/roster", {}, "", {}};
};

}  // namespace

TEST_CASE("A member's signature is taken", "[relay]") {
  AuthFixture f;
  CHECK(f.ask(signed_request(f.monitor.request(), f.roster)).status == 200);
}

TEST_CASE("A request without a signature is unauthorized", "[relay]") {
  AuthFixture f;
  const relay::Response response = f.ask(plain_request(f.roster));
  CHECK(response.status == 401);
  CHECK(problem_in(response) == "unauthorized");
  CHECK(header_in(response, "WWW-Authenticate") == "Signature");
}

TEST_CASE("Unknown keys, bad signatures and broken headers get one and the same answer", "[relay]") {
  AuthFixture f;
  std::vector<std::string> answers;
  answers.push_back(f.ask(plain_request(f.roster)).body);
  answers.push_back(f.ask(signed_request(Ed25519Key::generate(), f.roster)).body);
  relay::Request other_method = signed_request(f.monitor.request(), f.roster);
  other_method.method = "HEAD";
  answers.push_back(f.ask(other_method).body);
  relay::Request broken = signed_request(f.monitor.request(), f.roster);
  broken.headers["signature"] = "depone=:AAAA:";
  answers.push_back(f.ask(broken).body);
  relay::Request nothing = signed_request(f.monitor.request(), f.roster);
  nothing.headers["signature-input"] = "%%";
  answers.push_back(f.ask(nothing).body);
  for (const std::string& answer : answers) CHECK(answer == answers.front());
}

TEST_CASE("A signature for another address does not hold here", "[relay]") {
  AuthFixture f;
  f.roster.url = "http://127.0.0.1:8081";
  CHECK(problem_in(f.ask(signed_request(f.monitor.request(), f.roster))) == "unauthorized");
}

TEST_CASE("A signature that leaves out what it must cover does not hold", "[relay]") {
  AuthFixture f;
  const Sealed sealed = f.seal(f.monitor, "text", 1);
  CHECK(f.create(f.monitor, sealed).status == 201);
  relay::Request patch = signed_request(f.monitor.request(), {"PATCH",
                                                              "/v1/bundles/uploads/" + sealed.sha256,
                                                              {{"tus-resumable", "1.0.0"},
                                                               {"upload-offset", "0"},
                                                               {"content-type", "application/offset+octet-stream"}},
                                                              sealed.age,
                                                              {"content-length"}});
  CHECK(problem_in(f.ask(patch, sealed.age)) == "unauthorized");
}

TEST_CASE("Five minutes are tolerated and not a second more", "[relay]") {
  AuthFixture f;
  for (const std::int64_t off : {-300, 300}) {
    f.roster.created = Time{kNow.seconds + off};
    CHECK(f.ask(signed_request(f.monitor.request(), f.roster)).status == 200);
  }
  for (const std::int64_t off : {-301, 301}) {
    f.roster.created = Time{kNow.seconds + off};
    const relay::Response response = f.ask(signed_request(f.monitor.request(), f.roster));
    CHECK(response.status == 401);
    CHECK(problem_in(response) == "clock");
  }
}

TEST_CASE("Who has joined and is not approved is told so", "[relay]") {
  AuthFixture f;
  const ServiceFixture::Person waiting = f.add("monitor-2", Role::monitor, 2, false);
  const relay::Response response = f.get(waiting, "/v1/roster");
  CHECK(response.status == 403);
  CHECK(problem_in(response) == "pending");
}

TEST_CASE("Who is revoked is told so", "[relay]") {
  AuthFixture f;
  revoke_member(*f.relay, "monitor-1", &f.authority, kNow);
  const relay::Response response = f.get(f.monitor, "/v1/mailbox");
  CHECK(response.status == 403);
  CHECK(problem_in(response) == "revoked");
}

TEST_CASE("A revocation counts before its roster is signed", "[relay]") {
  AuthFixture f;
  CHECK_FALSE(revoke_member(*f.relay, "monitor-1", nullptr, kNow).published);
  CHECK(problem_in(f.get(f.monitor, "/v1/mailbox")) == "revoked");
}

TEST_CASE("An auditor may not send bundles", "[relay]") {
  AuthFixture f;
  const ServiceFixture::Person auditor = f.add("auditor-1", Role::auditor, 3);
  const relay::Response response = f.create(auditor, f.seal(auditor, "text", 1));
  CHECK(response.status == 403);
  CHECK(problem_in(response) == "role");
}
