#include "sync/remote/relay_client.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/error.h"
#include "crypto/http_signature.h"
#include "crypto/identity.h"
#include "tests/sync/remote/audit_fixture.h"
#include "tests/sync/remote/tiny_server.h"

using namespace depone;
using namespace depone::testing;

namespace {

const std::string kBundle(64, 'a');

Time now() { return kNow; }

struct Fixture {
  Ed25519Key key = Ed25519Key::generate();
  RelayClient client(const TinyServer& server) const {
    return RelayClient(server.url(), {}, &key, now);
  }
};

// Whether the request's one signature is by `key` over `covered`, whose values are taken from the
// request.
bool signed_over(const TinyRequest& request, const std::string& url, const Ed25519Key& key,
                 const std::vector<std::string>& covered) {
  const auto found =
      find_signature(request.headers.at("signature-input"), request.headers.at("signature"));
  if (!found || found->covered != covered ||
      found->parsed.keyid != request_key_text(key.public_key()))
    return false;
  Components components;
  for (const std::string& name : covered) {
    components.emplace_back(name, name == "@method"       ? request.method
                                  : name == "@target-uri" ? url + request.target
                                                          : request.headers.at(name));
  }
  const std::string base = signature_base(components, found->params);
  return ed25519_verify(key.public_key(), as_bytes(base), found->signature);
}

std::string date(const char* text) { return std::string("Date: ") + text + "\r\n"; }

}  // namespace

TEST_CASE("A request without a body is signed over method and target", "[remote]") {
  const Fixture fixture;
  TinyServer server([](const TinyRequest&) { return answer(202, "", ""); });
  RelayClient client = fixture.client(server);
  CHECK_FALSE(client.receipt(kBundle, 5));
  const TinyRequest request = server.requests().at(0);
  CHECK(request.target == "/v1/receipts/" + kBundle + "?wait=5");
  CHECK(signed_over(request, server.url(), fixture.key, {"@method", "@target-uri"}));
}

TEST_CASE("A relay of another version that does not know the request says which side to upgrade", "[remote]") {
  const Fixture fixture;
  const auto failure = [&](const std::string& headers, int status) {
    TinyServer server([&](const TinyRequest&) { return answer(status, headers, ""); });
    RelayClient client = fixture.client(server);
    try {
      client.receipt(kBundle, 5);
    } catch (const Error& error) {
      CHECK(server.requests().at(0).headers.at("depone-protocol") == "1");
      return std::string(error.code() == Code::unsupported ? error.message() : "another error");
    }
    return std::string("none");
  };
  CHECK(failure("Depone-Protocol: 2\r\n", 404).starts_with("this program is too old"));
  CHECK(failure("Depone-Protocol: 0\r\n", 405).starts_with("the relay is older"));
  CHECK(failure("Depone-Protocol: 1\r\n", 405) == "another error");
}

TEST_CASE("A join is signed over its digest and carries the invite's proof", "[remote]") {
  const Fixture fixture;
  TinyServer server([](const TinyRequest&) { return problem(403, "invite"); });
  RelayClient client = fixture.client(server);
  Invite invite{server.url(),
                minisign::PublicKey(Ed25519Key::generate().public_key()),
                {},
                {1, 2},
                {3, 4},
                1,
                {}};
  Join join;
  join.invite = hex(invite.id);
  join.name = "expert";
  join.request_key = fixture.key.public_key();
  CHECK(code_of([&] { client.join(join, &invite); }) == Code::refused);
  const TinyRequest request = server.requests().at(0);
  CHECK(signed_over(request, server.url(), fixture.key,
                    {"@method", "@target-uri", "content-digest"}));
  CHECK(content_digest_ok(request.headers.at("content-digest"), as_bytes(request.body)));
  const auto claim = InviteClaim::parse(request.headers.at("depone-invite"));
  REQUIRE(claim);
  CHECK(claim->matches(invite.secret, request.body));
}

TEST_CASE("An answer to a join for other keys is not believed", "[remote]") {
  const Fixture fixture;
  TinyServer server([](const TinyRequest&) {
    return answer(202, "", JoinAnswer{"pending", "00000000000000000000", ""}.json());
  });
  RelayClient client = fixture.client(server);
  Join join;
  join.name = "expert";
  join.invite = "0000000000000000";
  join.request_key = fixture.key.public_key();
  CHECK(code_of([&] { client.join(join, nullptr); }) == Code::mismatch);
}

TEST_CASE("A wrong clock is tried once more with the relay's time", "[remote]") {
  const Fixture fixture;
  TinyServer server([](const TinyRequest& request) {
    const auto found =
        find_signature(request.headers.at("signature-input"), request.headers.at("signature"));
    if (found->parsed.created == Time{kNow.seconds + 3600}) return answer(202, "", "");
    return problem(401, "clock", date("Tue, 24 Nov 2026 10:30:00 GMT"));
  });
  RelayClient client = fixture.client(server);
  CHECK_FALSE(client.receipt(kBundle, 0));
  CHECK(client.clock_skew());
  CHECK(server.requests().size() == 2);
}

TEST_CASE("A clock that stays wrong is refused after one more try", "[remote]") {
  const Fixture fixture;
  TinyServer server([](const TinyRequest&) {
    return problem(401, "clock", date("Tue, 24 Nov 2026 10:30:00 GMT"));
  });
  RelayClient client = fixture.client(server);
  CHECK(code_of([&] { client.receipt(kBundle, 0); }) == Code::refused);
  CHECK(server.requests().size() == 2);
}

TEST_CASE("A HEAD whose date is far off is tried with the relay's time", "[remote]") {
  const Fixture fixture;
  int count = 0;
  TinyServer server([&](const TinyRequest&) {
    if (++count == 1) return answer(401, date("Tue, 24 Nov 2026 10:30:00 GMT"), "", true);
    return answer(200, "Upload-Offset: 7\r\n", "", true);
  });
  RelayClient client = fixture.client(server);
  CHECK(client.upload_offset(server.url() + "/v1/bundles/u1") == 7);
  CHECK(client.clock_skew());
}

TEST_CASE("Problems become the errors that they mean", "[remote]") {
  const std::pair<const char*, Code> meanings[] = {
      {"pending", Code::refused},         {"revoked", Code::refused},
      {"unauthorized", Code::refused},    {"invite", Code::refused},
      {"quota", Code::refused},           {"busy", Code::unreachable},
      {"not-found", Code::not_found},     {"malformed", Code::malformed},
      {"signature", Code::bad_signature}, {"storage-full", Code::unreachable}};
  for (const auto& [name, code] : meanings) {
    INFO(name);
    const std::string of = name;
    CHECK(problem_error(Problem{400, of, "t", ""}).code() == code);
  }
}

TEST_CASE("What a relay says is shown without control characters", "[remote]") {
  const Error error = problem_error(Problem{403, "role", "t", "bad\x1b[2Jthing"});
  CHECK(error.message().find('\x1b') == std::string::npos);
}

TEST_CASE("A server error without a problem is unreachable", "[remote]") {
  const Fixture fixture;
  TinyServer server([](const TinyRequest&) { return answer(502, "", "<html>"); });
  RelayClient client = fixture.client(server);
  CHECK(code_of([&] { client.checkpoint(); }) == Code::unreachable);
}

TEST_CASE("A log file that is not there is told apart from a refusal", "[remote]") {
  const Fixture fixture;
  TinyServer server([](const TinyRequest& request) {
    return request.target == "/log/tile/0/000" ? problem(404, "not-found") : problem(403, "role");
  });
  RelayClient client = fixture.client(server);
  CHECK_FALSE(client.log_file("tile/0/000"));
  CHECK(code_of([&] { client.log_file("tile/entries/000"); }) == Code::refused);
}

TEST_CASE("An upload is created with tus's headers, signed", "[remote]") {
  const Fixture fixture;
  TinyServer server(
      [](const TinyRequest&) { return answer(201, "Location: /v1/bundles/u1\r\n", ""); });
  RelayClient client = fixture.client(server);
  const RelayClient::Upload upload =
      client.create_upload(kBundle, 123, "four lines", {"desk-1", "desk-2"});
  CHECK(upload.url == server.url() + "/v1/bundles/u1");
  CHECK(upload.offset == 0);
  const TinyRequest request = server.requests().at(0);
  CHECK(request.headers.at("tus-resumable") == "1.0.0");
  CHECK(request.headers.at("upload-length") == "123");
  CHECK(request.headers.at("upload-metadata") == "sha256 " + base64(as_bytes(kBundle)) +
                                                     ",minisig " + base64(as_bytes("four lines")) +
                                                     ",to " + base64(as_bytes("desk-1 desk-2")));
  CHECK(signed_over(request, server.url(), fixture.key,
                    {"@method", "@target-uri", "upload-length", "upload-metadata"}));
}

TEST_CASE("A bundle that the relay has already has its whole length", "[remote]") {
  const Fixture fixture;
  TinyServer server([](const TinyRequest&) { return answer(201, "Upload-Offset: 123\r\n", ""); });
  RelayClient client = fixture.client(server);
  CHECK(client.create_upload(kBundle, 123, "m", {}).offset == 123);
}

TEST_CASE("An upload's place at another server is not believed", "[remote]") {
  const Fixture fixture;
  std::string location;
  TinyServer server(
      [&](const TinyRequest&) { return answer(201, "Location: " + location + "\r\n", ""); });
  RelayClient client = fixture.client(server);
  for (const char* other :
       {"http://127.0.0.1:1/v1/bundles/u1", "//evil.example/u1", "https://evil.example/u1"}) {
    INFO(other);
    location = other;
    CHECK(code_of([&] { client.create_upload(kBundle, 123, "m", {}); }) == Code::malformed);
  }
}

TEST_CASE("A PATCH is signed over its offset and length", "[remote]") {
  const Fixture fixture;
  TinyServer server(
      [](const TinyRequest&) { return answer(204, "Upload-Offset: 10\r\n", "", true); });
  RelayClient client = fixture.client(server);
  MemorySource rest(as_bytes("456789"));
  CHECK(client.append(server.url() + "/v1/bundles/u1", 4, rest, 6) == 10);
  const TinyRequest request = server.requests().at(0);
  CHECK(request.body == "456789");
  CHECK(request.headers.at("content-type") == "application/offset+octet-stream");
  CHECK(signed_over(request, server.url(), fixture.key,
                    {"@method", "@target-uri", "upload-offset", "content-length"}));
}

TEST_CASE("An upload that is gone has no offset", "[remote]") {
  const Fixture fixture;
  int status = 404;
  TinyServer server([&](const TinyRequest&) { return answer(status, "", "", true); });
  RelayClient client = fixture.client(server);
  CHECK_FALSE(client.upload_offset(server.url() + "/v1/bundles/u1"));
  status = 410;
  CHECK_FALSE(client.upload_offset(server.url() + "/v1/bundles/u1"));
}

TEST_CASE("An upload of another relay has no offset and nothing is sent there", "[remote]") {
  const Fixture fixture;
  TinyServer other(
      [](const TinyRequest&) { return answer(200, "Upload-Offset: 1\r\n", "", true); });
  TinyServer server([](const TinyRequest&) { return answer(500, "", ""); });
  RelayClient client = fixture.client(server);
  CHECK_FALSE(client.upload_offset(other.url() + "/v1/bundles/u1"));
  CHECK(other.requests().empty());
}

TEST_CASE("A download goes on where it stopped", "[remote]") {
  const Fixture fixture;
  TinyServer server(
      [](const TinyRequest&) { return answer(206, "Content-Range: bytes 4-9/10\r\n", "456789"); });
  RelayClient client = fixture.client(server);
  MemorySink sink;
  CHECK(client.bundle(kBundle, 4, sink) == 6);
  CHECK(as_text(sink.bytes()) == "456789");
  CHECK(server.requests().at(0).headers.at("range") == "bytes=4-");
}

TEST_CASE("Another part of a bundle than was asked for is not kept", "[remote]") {
  const Fixture fixture;
  std::string reply;
  TinyServer server([&](const TinyRequest&) { return reply; });
  RelayClient client = fixture.client(server);
  for (const std::string& wrong :
       {answer(200, "", "0123456789"), answer(206, "Content-Range: bytes 0-9/10\r\n", "0123456789"),
        answer(206, "", "456789")}) {
    reply = wrong;
    MemorySink sink;
    CHECK(code_of([&] { client.bundle(kBundle, 4, sink); }) == Code::malformed);
    CHECK(sink.bytes().empty());
  }
}

TEST_CASE("A name that is no SHA-256 is not asked for", "[remote]") {
  const Fixture fixture;
  TinyServer server([](const TinyRequest&) { return answer(200, "", ""); });
  RelayClient client = fixture.client(server);
  CHECK(code_of([&] { client.receipt("../../x", 0); }) == Code::malformed);
  CHECK(server.requests().empty());
}

namespace {

struct RosterServer {
  AuditFixture fixture;
  std::vector<ProvenLine> lines =
      prove_lines(fixture.organisation.members, std::vector<std::uint64_t>{0, 1});
  std::string answer_to(const TinyRequest& request) const {
    if (request.target.starts_with("/v1/roster/members?version=1")) {
      std::string text;
      for (const ProvenLine& line : lines) text += line.json() + "\n";
      return answer(200, "", text);
    }
    if (request.target == "/v1/roster.minisig?version=1")
      return answer(200, "", fixture.roster.minisig);
    if (request.target.starts_with("/v1/roster")) return answer(200, "", fixture.roster.head_json);
    return answer(404, "", "");
  }
};

}  // namespace

TEST_CASE("A roster comes in three requests of one version", "[remote]") {
  const Fixture fixture;
  const RosterServer content;
  TinyServer server([&](const TinyRequest& request) { return content.answer_to(request); });
  RelayClient client = fixture.client(server);
  const Roster roster = client.roster(content.fixture.organisation.authority_key(), nullptr, true);
  CHECK(roster.whole());
  CHECK(roster.members.size() == 2);
}

TEST_CASE("An invite's holder proves it over each address and signs nothing", "[remote]") {
  const RosterServer content;
  TinyServer server([&](const TinyRequest& request) { return content.answer_to(request); });
  RelayClient client(server.url(), {}, nullptr, now);
  const Invite invite{
      server.url(), content.fixture.organisation.authority_key(), {}, {1}, {2}, 1, {}};
  client.roster(invite.authority, &invite, false);
  for (const TinyRequest& request : server.requests()) {
    const auto claim = InviteClaim::parse(request.headers.at("depone-invite"));
    REQUIRE(claim);
    CHECK(claim->matches(invite.secret, server.url() + request.target));
    CHECK_FALSE(request.headers.contains("signature"));
  }
}

TEST_CASE("A roster without some of its lines is not whole", "[remote]") {
  const Fixture fixture;
  RosterServer content;
  content.lines.pop_back();
  TinyServer server([&](const TinyRequest& request) { return content.answer_to(request); });
  RelayClient client = fixture.client(server);
  const auto authority = content.fixture.organisation.authority_key();
  CHECK(client.roster(authority, nullptr, false).members.size() == 1);
  CHECK(code_of([&] { client.roster(authority, nullptr, true); }) == Code::mismatch);
}

TEST_CASE("Another version of the roster than was asked for is not taken", "[remote]") {
  const Fixture fixture;
  const RosterServer content;
  TinyServer server([&](const TinyRequest& request) { return content.answer_to(request); });
  RelayClient client = fixture.client(server);
  CHECK(code_of([&] {
          client.roster(content.fixture.organisation.authority_key(), nullptr, false, 7);
        }) == Code::mismatch);
}
