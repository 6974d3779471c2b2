#include "tests/sync/relay/service_fixture.h"

using namespace depone;
using namespace depone::testing;

TEST_CASE("A join waits for approval and then answers member", "[relay]") {
  ServiceFixture f;
  const relay::NewInvite made = f.invite(Role::monitor, "monitor-1");
  const ServiceFixture::Person who = f.person("monitor-1", 1);
  const relay::Response first = f.join(who.identity, made.invite, Role::monitor);
  CHECK(first.status == 202);
  CHECK(JoinAnswer::parse(first.body).status == "pending");
  f.approve(who, Role::monitor);
  const relay::Response again = f.join(who.identity, made.invite, Role::monitor);
  CHECK(again.status == 200);
  CHECK(JoinAnswer::parse(again.body).id == "monitor-1");
}

TEST_CASE("A join again with the same keys repeats the answer", "[relay]") {
  ServiceFixture f;
  const relay::NewInvite made = f.invite(Role::monitor, "monitor-1");
  const ServiceFixture::Person who = f.person("monitor-1", 1);
  const std::string first = f.join(who.identity, made.invite, Role::monitor).body;
  f.now = Time{kNow.seconds + 100};
  CHECK(f.join(who.identity, made.invite, Role::monitor).body == first);
}

TEST_CASE("A used invite is refused to other keys", "[relay]") {
  ServiceFixture f;
  const relay::NewInvite made = f.invite(Role::monitor, "monitor-1");
  f.join(f.person("", 1).identity, made.invite, Role::monitor);
  const relay::Response response = f.join(f.person("", 2).identity, made.invite, Role::monitor);
  CHECK(response.status == 403);
  CHECK(problem_in(response) == "invite");
}

TEST_CASE("An expired invite is refused", "[relay]") {
  ServiceFixture f;
  const relay::NewInvite made = f.invite(Role::monitor, "monitor-1");
  CHECK(made.expires == Time{kNow.seconds + 72 * 3600});
  // Signed by a client whose clock is right: only the relay's counts here.
  f.now = Time{made.expires.seconds - 100};
  const Identity late = Identity::from_seed(seed_of(1));
  const std::string body = ServiceFixture::join_body(late, made.invite, Role::monitor).json();
  f.now = made.expires;
  const relay::Request request = signed_request(late.request, {"POST",
                                                               "/v1/join",
                                                               {{"depone-invite", invite_header(made.invite, body)},
                                                                {"content-digest", content_digest(as_bytes(body))}},
                                                               body,
                                                               {"content-digest"},
                                                               kUrl,
                                                               made.expires});
  CHECK(problem_in(f.ask(request, body)) == "invite");
}

TEST_CASE("An invite with another secret is refused", "[relay]") {
  ServiceFixture f;
  relay::NewInvite made = f.invite(Role::monitor, "monitor-1");
  made.invite.secret[0] ^= 1;
  CHECK(problem_in(f.join(f.person("", 1).identity, made.invite, Role::monitor)) == "invite");
}

TEST_CASE("An invite that this relay never made is refused", "[relay]") {
  ServiceFixture f;
  relay::NewInvite made = f.invite(Role::monitor, "monitor-1");
  made.invite.id[0] ^= 1;
  CHECK(problem_in(f.join(f.person("", 1).identity, made.invite, Role::monitor)) == "invite");
}

TEST_CASE("A key of another member is refused", "[relay]") {
  ServiceFixture f;
  f.add("monitor-1", Role::monitor, 1);
  const relay::NewInvite made = f.invite(Role::monitor, "monitor-2");
  const relay::Response response = f.join(f.person("", 1).identity, made.invite, Role::monitor);
  CHECK(response.status == 409);
  CHECK(problem_in(response) == "key-taken");
}

TEST_CASE("A join signed by another key than its own is refused", "[relay]") {
  ServiceFixture f;
  const relay::NewInvite made = f.invite(Role::monitor, "monitor-1");
  const Identity who = Identity::from_seed(seed_of(1));
  const std::string body = ServiceFixture::join_body(who, made.invite, Role::monitor).json();
  const relay::Request request =
      signed_request(Ed25519Key::generate(), {"POST",
                                              "/v1/join",
                                              {{"depone-invite", invite_header(made.invite, body)},
                                               {"content-digest", content_digest(as_bytes(body))}},
                                              body,
                                              {"content-digest"}});
  CHECK(problem_in(f.ask(request, body)) == "unauthorized");
}

TEST_CASE("A body that is not the one that was signed is refused", "[relay]") {
  ServiceFixture f;
  const relay::NewInvite made = f.invite(Role::monitor, "monitor-1");
  const Identity who = Identity::from_seed(seed_of(1));
  std::string body = ServiceFixture::join_body(who, made.invite, Role::monitor).json();
  const std::string digest = content_digest(as_bytes(body));
  body += " ";
  const relay::Request request = signed_request(who.request, {"POST",
                                                              "/v1/join",
                                                              {{"depone-invite", invite_header(made.invite, body)},
                                                               {"content-digest", digest}},
                                                              body,
                                                              {"content-digest"}});
  CHECK(problem_in(f.ask(request, body)) == "unauthorized");
}

TEST_CASE("A monitor's keys are refused by an auditor's invite", "[relay]") {
  ServiceFixture f;
  const relay::NewInvite made = f.invite(Role::auditor, "auditor-1");
  CHECK(problem_in(f.join(f.person("", 1).identity, made.invite, Role::monitor)) == "malformed");
}

TEST_CASE("A join that is too long is refused before it is read", "[relay]") {
  ServiceFixture f;
  relay::Request request = plain_request({"POST", "/v1/join", {{"depone-invite", "x"}}, "", {}});
  request.content_length = 100'000;
  CHECK(problem_in(f.ask(request)) == "too-large");
}

TEST_CASE("The holder of an invite reads the roster's head and readers, and nobody else", "[relay]") {
  ServiceFixture f;
  f.add("desk-1", Role::desk, 9);
  f.add("monitor-1", Role::monitor, 1);
  const relay::NewInvite made = f.invite(Role::monitor, "monitor-2");
  const auto ask = [&](const std::string& target) {
    return f.ask(plain_request(
        {"GET", target, {{"depone-invite", invite_header(made.invite, kUrl + target)}}, "", {}}));
  };
  const relay::Response head = ask("/v1/roster");
  CHECK(head.status == 200);
  const std::string members = ask("/v1/roster/members?version=3").body;
  CHECK(members.find("desk-1") != std::string::npos);
  CHECK(members.find("monitor-1") == std::string::npos);
}

TEST_CASE("An invite's MAC over another address opens nothing", "[relay]") {
  ServiceFixture f;
  const relay::NewInvite made = f.invite(Role::monitor, "monitor-2");
  const relay::Response response = f.ask(plain_request(
      {"GET", "/v1/roster", {{"depone-invite", invite_header(made.invite, std::string(kUrl) + "/other")}}, "", {}}));
  CHECK(problem_in(response) == "invite");
}

TEST_CASE("A name is used once", "[relay]") {
  ServiceFixture f;
  f.invite(Role::monitor, "Monitor 1");
  CHECK(code_of([&] { f.invite(Role::monitor, "monitor-1"); }) == Code::refused);
}

TEST_CASE("An invite that was not used in time frees its name", "[relay]") {
  ServiceFixture f;
  f.invite(Role::monitor, "monitor-1");
  f.now = Time{kNow.seconds + 72 * 3600};
  CHECK(f.invite(Role::monitor, "monitor-1").member == "monitor-1");
}

TEST_CASE("Without a name the role and the next number are one", "[relay]") {
  ServiceFixture f;
  CHECK(f.invite(Role::desk, "").member == "desk-1");
  CHECK(f.invite(Role::desk, "").member == "desk-2");
}
