// What somebody who has seen requests go by, a member who means harm, or a stranger can try.
#include <thread>

#include "tests/sync/relay/service_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

struct AttackFixture : ServiceFixture {
  using ServiceFixture::ServiceFixture;
  Person desk = add("desk-1", Role::desk, 9);
  Person monitor = add("monitor-1", Role::monitor, 1);
  Person other = add("monitor-2", Role::monitor, 2);
  Sealed sealed = seal(monitor, std::string(10'000, 'x'), 1);
  std::string_view bytes() const { return sealed.age; }

  relay::Request creation(const std::string& body = "", const std::string& more_metadata = "") {
    Sending sending{"POST",
                    "/v1/bundles",
                    {{"tus-resumable", "1.0.0"},
                     {"upload-length", std::to_string(sealed.age.size())},
                     {"upload-metadata", "sha256 " + base64(as_bytes(sealed.sha256)) + ",minisig " +
                                             base64(as_bytes(sealed.minisig)) + more_metadata}},
                    body,
                    {"upload-length", "upload-metadata"}};
    if (!body.empty()) {
      sending.headers.emplace_back("content-type", "application/offset+octet-stream");
      sending.headers.emplace_back("content-digest", content_digest(as_bytes(body)));
      sending.covered.emplace_back("content-digest");
    }
    return signed_request(monitor.request(), sending);
  }
  relay::Request upload_request(const Person& who, const std::string& method,
                                const std::string& id) {
    return signed_request(
        who.request(), {method, "/v1/bundles/uploads/" + id, {{"tus-resumable", "1.0.0"}}, "", {}});
  }
  std::string offset() { return header_in(head(monitor, sealed.sha256), "Upload-Offset"); }

  // Everything that the relay keeps of bundles.
  std::string kept() {
    std::string out;
    for (const std::string& name : names_in(relay->staging())) {
      out += name + " " + std::to_string(fs::file_size(relay->staging() / name)) + "\n";
    }
    for (const auto& upload : relay->ledger().uploads()) {
      out += upload.member + " " + upload.sha256 + " " + upload.touched.text() + "\n";
    }
    for (const auto& bundle : relay->ledger().bundles(0, 100)) {
      out += bundle.member + " " + bundle.sha256 + " " + std::to_string(bundle.index) + "\n";
    }
    return out;
  }
};

// Runs all of these at once.
std::vector<std::string> at_once(const std::vector<std::function<std::string()>>& all) {
  std::vector<std::string> out(all.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < all.size(); ++i) {
    threads.emplace_back([&out, &all, i] { out[i] = all[i](); });
  }
  for (std::thread& thread : threads) thread.join();
  return out;
}
// The status, or the problem's name.
std::string outcome_of(const relay::Response& response) {
  return response.status < 300 ? std::to_string(response.status) : problem_in(response);
}

}  // namespace

TEST_CASE("A replayed creation changes nothing, while bytes come and when the bundle is in",
          "[relay]") {
  AttackFixture f;
  const relay::Request creation = f.creation();
  REQUIRE(f.ask(creation).status == 201);
  f.patch(f.monitor, f.sealed.sha256, 0, f.bytes().substr(0, 1000));
  const std::string under_way = f.kept();
  f.now = Time{kNow.seconds + 200};
  CHECK(header_in(f.ask(creation), "Upload-Offset") == "1000");
  CHECK(f.kept() == under_way);
  f.now = kNow;
  REQUIRE(f.patch(f.monitor, f.sealed.sha256, 1000, f.bytes().substr(1000)).status == 204);
  const std::string in = f.kept();
  CHECK(header_in(f.ask(creation), "Upload-Offset") == std::to_string(f.sealed.age.size()));
  CHECK(f.kept() == in);
  CHECK(f.relay->ledger().count_waiting() == 1);
}

TEST_CASE("What a creation brings along is taken once, however often it comes", "[relay]") {
  AttackFixture f;
  const std::string part = f.sealed.age.substr(0, 1000);
  const relay::Request creation = f.creation(part);
  for (int i = 0; i < 3; ++i) {
    const relay::Response response = f.ask(creation, part);
    CHECK(response.status == 201);
    CHECK(header_in(response, "Upload-Offset") == "1000");
  }
  CHECK(f.patch(f.monitor, f.sealed.sha256, 1000, f.bytes().substr(1000)).status == 204);
}

TEST_CASE("A replayed PATCH changes nothing, while bytes come and when the bundle is in",
          "[relay]") {
  AttackFixture f;
  REQUIRE(f.create(f.monitor, f.sealed).status == 201);
  const std::string_view part = f.bytes().substr(0, 1000);
  const relay::Request first = f.patch_request(f.monitor, f.sealed.sha256, 0, part);
  REQUIRE(f.ask(first, part).status == 204);
  const std::string under_way = f.kept();
  CHECK(problem_in(f.ask(first, part)) == "offset");
  CHECK(f.kept() == under_way);
  const std::string_view rest = f.bytes().substr(1000);
  const relay::Request last = f.patch_request(f.monitor, f.sealed.sha256, 1000, rest);
  REQUIRE(f.ask(last, rest).status == 204);
  const std::string in = f.kept();
  CHECK(f.ask(first, part).status >= 400);
  CHECK(f.ask(last, rest).status >= 400);
  CHECK(f.kept() == in);
}

TEST_CASE("A replayed PATCH does not take the turn from who writes now", "[relay]") {
  AttackFixture f;
  REQUIRE(f.create(f.monitor, f.sealed).status == 201);
  const relay::Request first =
      f.patch_request(f.monitor, f.sealed.sha256, 0, f.bytes().substr(0, 1000));
  REQUIRE(f.ask(first, f.bytes().substr(0, 1000)).status == 204);
  const std::string_view rest = f.bytes().substr(1000);
  relay::Outcome writing =
      f.service->begin(f.patch_request(f.monitor, f.sealed.sha256, 1000, rest));
  auto& body = std::get<std::unique_ptr<relay::Body>>(writing);
  body->write(as_bytes(rest.substr(0, 10)));
  CHECK(problem_in(f.ask(first, f.bytes().substr(0, 1000))) == "offset");
  body->write(as_bytes(rest.substr(10)));
  CHECK(f.service->guarded([&] { return body->finish(); }).status == 204);
}

TEST_CASE("A request is not taken again after its five minutes, nor from who is revoked",
          "[relay]") {
  AttackFixture f;
  const relay::Request creation = f.creation();
  f.now = Time{kNow.seconds + 301};
  CHECK(problem_in(f.ask(creation)) == "clock");
  f.now = kNow;
  revoke_member(*f.relay, "monitor-1", &f.authority, kNow);
  CHECK(problem_in(f.ask(creation)) == "revoked");
  CHECK(f.relay->ledger().uploads().empty());
}

TEST_CASE("Whatever of a signed request is altered, its signature does not hold any more",
          "[relay]") {
  AttackFixture f;
  REQUIRE(f.create(f.monitor, f.sealed).status == 201);
  const std::string part = f.sealed.age.substr(0, 1000);
  const auto altered = [&](relay::Request request,
                           const std::function<void(relay::Request&)>& alter) {
    alter(request);
    REQUIRE(request.parse_target());
    return outcome_of(f.ask(request, part));
  };
  const auto sets = [](const std::string& name, const std::string& value) {
    return [=](relay::Request& request) { request.headers[name] = value; };
  };
  const auto replaces = [](const std::string& name, const std::string& from,
                           const std::string& to) {
    return [=](relay::Request& request) {
      std::string& value = request.headers[name];
      REQUIRE(value.find(from) != std::string::npos);
      value.replace(value.find(from), from.size(), to);
    };
  };
  const relay::Request patch = f.patch_request(f.monitor, f.sealed.sha256, 0, part);
  const relay::Request creation = f.creation(part);
  const std::string unauthorized = "unauthorized";
  CHECK(altered(patch, [](relay::Request& one) {
          one.target = "/v1/bundles/uploads/" + std::string(64, '0');
        }) == unauthorized);
  CHECK(altered(patch, [](relay::Request& one) { one.target += "?x=y"; }) == unauthorized);
  CHECK(altered(patch, [](relay::Request& one) { one.method = "DELETE"; }) == unauthorized);
  CHECK(altered(patch, sets("upload-offset", "5")) == unauthorized);
  CHECK(altered(patch, sets("content-length", "999")) == unauthorized);
  CHECK(altered(patch, replaces("signature-input", "created=1", "created=2")) != "204");
  CHECK(altered(patch, replaces("signature-input", " \"upload-offset\"", "")) == unauthorized);
  CHECK(altered(patch, replaces("signature-input", "keyid=\"", "keyid=\"A")) == unauthorized);
  CHECK(altered(patch, replaces("signature-input", "depone/1", "depone/2")) == unauthorized);
  CHECK(altered(creation, sets("upload-length", "1000")) == unauthorized);
  CHECK(altered(creation, sets("upload-metadata", "sha256 AAAA")) == unauthorized);
  CHECK(altered(creation, sets("content-digest", content_digest(as_bytes("other")))) ==
        unauthorized);
  CHECK(altered(creation, [](relay::Request& one) { one.headers.erase("content-digest"); }) ==
        unauthorized);
  CHECK(f.offset() == "0");
  CHECK(altered(patch, [](relay::Request&) {}) == "204");  // unaltered it holds
}

TEST_CASE("Two signatures of ours on one request are none", "[relay]") {
  AttackFixture f;
  relay::Request request = signed_request(f.monitor.request(), {"GET", "/v1/mailbox", {}, "", {}});
  const std::string input = request.headers["signature-input"];
  const std::string signature = request.headers["signature"];
  request.headers["signature-input"] += ", other" + input.substr(input.find('='));
  request.headers["signature"] += ", other" + signature.substr(signature.find('='));
  CHECK(problem_in(f.ask(request)) == "unauthorized");
}

TEST_CASE("Two bundles for one place: the second is refused, and the operator told both hashes",
          "[relay]") {
  AttackFixture f;
  const Sealed one = f.seal(f.monitor, "one", 1);
  const Sealed two = f.seal(f.monitor, "two", 1);
  const Sealed three = f.seal(f.monitor, "three", 1);
  const auto told = [&](const Sealed& refused) {
    REQUIRE(f.failures.size() == 1);
    const std::string line = std::exchange(f.failures, {}).front();
    CHECK(line.find(one.sha256 + " has it") != std::string::npos);
    CHECK(line.find(refused.sha256 + " is refused") != std::string::npos);
    CHECK(line.find("monitor") == std::string::npos);
  };
  REQUIRE(f.create(f.monitor, two).status == 201);
  REQUIRE(f.create(f.monitor, one).status == 201);
  REQUIRE(f.patch(f.monitor, one.sha256, 0, one.age).status == 204);
  CHECK(f.failures.empty());
  const relay::Response late = f.patch(f.monitor, two.sha256, 0, two.age);
  CHECK(late.status == 422);
  CHECK(problem_in(late) == "sequence-used");
  told(two);
  CHECK(problem_in(f.create(f.monitor, three)) == "sequence-used");
  told(three);
}

TEST_CASE("Of two bundles for one place that come at once exactly one is in", "[relay]") {
  AttackFixture f;
  f.service->failed = [](const std::string&) {};  // told by several threads
  for (std::uint64_t place = 1; place <= 5; ++place) {
    std::vector<std::function<std::string()>> all;
    std::vector<Sealed> bundles;
    for (const char* text : {"one", "two", "three", "four"}) {
      bundles.push_back(seal_text(f.monitor.identity.bundle, text, kChain, place,
                                  place == 1 ? std::nullopt : std::optional(std::string(64, '0'))));
      REQUIRE(f.create(f.monitor, bundles.back()).status == 201);
    }
    for (const Sealed& bundle : bundles) {
      all.emplace_back(
          [&f, request = f.patch_request(f.monitor, bundle.sha256, 0, bundle.age), &bundle] {
            relay::Outcome outcome = f.service->begin(request);
            auto* body = std::get_if<std::unique_ptr<relay::Body>>(&outcome);
            if (!body) return outcome_of(std::get<relay::Response>(outcome));
            return outcome_of(f.service->guarded([&] {
              (*body)->write(as_bytes(bundle.age));
              return (*body)->finish();
            }));
          });
    }
    const std::vector<std::string> outcomes = at_once(all);
    CHECK(std::count(outcomes.begin(), outcomes.end(), "204") == 1);
    CHECK(std::count(outcomes.begin(), outcomes.end(), "sequence-used") == 3);
    CHECK(f.relay->ledger().bundles(0, 100).size() == place);
  }
  CHECK(names_in(f.relay->staging()).empty());
  std::size_t objects = 0;
  f.relay->blobs().list([&](std::string_view, std::uint64_t) { ++objects; });
  CHECK(objects == 5);
}

TEST_CASE("Bytes that are in as somebody else's are refused with another signature, at the end too",
          "[relay]") {
  AttackFixture f;
  Sealed copy = f.sealed;  // a member signs what is not his
  copy.minisig = minisign::sign(f.other.identity.bundle, blake2b512(as_bytes(copy.age)),
                                kBundleUntrusted, copy.comment.text())
                     .text();
  REQUIRE(f.create(f.other, copy).status == 201);
  REQUIRE(f.create(f.monitor, f.sealed).status == 201);
  REQUIRE(f.patch(f.monitor, f.sealed.sha256, 0, f.sealed.age).status == 204);
  CHECK(problem_in(f.patch(f.other, copy.sha256, 0, copy.age)) == "other-signature");
  CHECK(f.relay->ledger().uploads().empty());
  CHECK(f.relay->ledger().bundle(copy.sha256)->member == "monitor-1");
}

TEST_CASE("Somebody else's mailbox cannot be named", "[relay]") {
  AttackFixture f;
  f.deliver(f.monitor, 1, "desk-1");
  f.sequence();
  CHECK(Mailbox::parse(f.get(f.desk, "/v1/mailbox").body).items.size() == 1);
  const std::string own = f.get(f.other, "/v1/mailbox").body;
  CHECK(Mailbox::parse(own).items.empty());
  for (const char* query :
       {"?member=desk-1", "?to=desk-1", "?id=desk-1", "?after=0&member=desk-1"}) {
    CHECK(f.get(f.other, std::string("/v1/mailbox") + query).body == own);
  }
  for (const char* target : {"/v1/mailbox/desk-1", "/v1/mailbox/", "/v1/sent/monitor-1"}) {
    CHECK(problem_in(f.get(f.other, target)) == "not-found");
  }
  CHECK(Mailbox::parse(f.get(f.other, "/v1/sent?member=monitor-1").body).items.empty());
}

TEST_CASE("An upload is found by its own member alone, and guessing tells nothing", "[relay]") {
  AttackFixture f;
  REQUIRE(f.create(f.monitor, f.sealed).status == 201);
  f.patch(f.monitor, f.sealed.sha256, 0, f.bytes().substr(0, 1000));
  const std::string before = f.kept();
  for (const ServiceFixture::Person* who : {&f.other, &f.desk}) {
    for (const char* method : {"HEAD", "DELETE"}) {
      const relay::Response there = f.ask(f.upload_request(*who, method, f.sealed.sha256));
      const relay::Response nothing = f.ask(f.upload_request(*who, method, std::string(64, '0')));
      CHECK(there.status == 404);
      CHECK(there.body == nothing.body);
    }
    CHECK(problem_in(f.patch(*who, f.sealed.sha256, 1000, f.bytes().substr(1000))) == "not-found");
  }
  CHECK(f.kept() == before);
  // Announced by somebody else it is another upload.
  Sealed copy = f.seal(f.other, "text", 1);
  copy.sha256 = f.sealed.sha256;
  copy.age = f.sealed.age;
  CHECK(header_in(f.create(f.other, copy), "Upload-Offset") == "0");
  CHECK(f.offset() == "1000");
}

TEST_CASE("No address leads out of what the relay serves", "[relay]") {
  AttackFixture f;
  f.deliver(f.monitor, 1);
  f.sequence();
  const std::string before = f.kept();
  const std::vector<std::string> ways{"../relay.toml",
                                      "../../relay.toml",
                                      "%2e%2e/relay.toml",
                                      "%2e%2e%2frelay.toml",
                                      "..%2frelay.toml",
                                      "..%5crelay.toml",
                                      "..\\relay.toml",
                                      "..;/relay.toml",
                                      "./../relay.toml",
                                      "/../relay.toml",
                                      "/relay.toml",
                                      "%00",
                                      f.delivered + "%00",
                                      f.delivered + "/",
                                      f.delivered + "%2eminisig/..",
                                      ".",
                                      "..",
                                      "%252e%252e%252f",
                                      f.delivered + "/../" + f.delivered,
                                      std::string(60'000, 'a'),
                                      std::string("..%c0%af") + "relay.toml"};
  for (const char* under : {"/", "/v1/", "/v1/bundles/", "/v1/bundles/uploads/", "/v1/receipts/",
                            "/log/", "/log/tile/", "/log/tile/0/", "/v1/roster/"}) {
    for (const std::string& way : ways) {
      const std::string target = under + way;
      INFO(target.substr(0, 200));
      for (const char* method : {"GET", "HEAD", "PATCH", "DELETE", "POST"}) {
        const relay::Response response = f.ask(
            signed_request(f.desk.request(), {method,
                                              target,
                                              {{"tus-resumable", "1.0.0"},
                                               {"content-length", "0"},
                                               {"upload-offset", "0"},
                                               {"content-type", "application/offset+octet-stream"}},
                                              "",
                                              {"upload-offset", "content-length"}}));
        CHECK(response.status > 401);  // the signature holds: it is the address
        CHECK(response.status < 500);
        CHECK(response.body.find("depone/relay/1") == std::string::npos);
      }
    }
  }
  for (const char* target :
       {"//v1/mailbox", "/v1//mailbox", "/v1/mailbox/", "/V1/mailbox", "/v1/%6dailbox",
        "/v1/./mailbox", "/x/../v1/mailbox", "/v1/mailbox;x", "/v1/mailbox%3f", "/v1%2fmailbox"}) {
    INFO(target);
    CHECK(problem_in(f.get(f.desk, target)) == "not-found");
  }
  CHECK(f.kept() == before);
  CHECK(f.failures.empty());
}

TEST_CASE("A target with bytes that no address has is refused", "[relay]") {
  using namespace std::string_literals;
  for (const std::string& target :
       {"/v1/bundles/\0"s, "/v1/ mailbox"s, "/v1/mailbox#x"s, "/v1/\x7f"s, "/v1/\xc3\xa9"s,
        "v1/mailbox"s, "http://127.0.0.1:8080/v1/mailbox"s, "*"s, ""s, "/v1/mailbox?after=%"s,
        "/v1/mailbox?after=%0"s, "/v1/mailbox?%zz=1"s}) {
    relay::Request request;
    request.target = target;
    CHECK_FALSE(request.parse_target());
  }
}

TEST_CASE("Of several who use one invite at once exactly one is taken", "[relay]") {
  ServiceFixture f;
  for (std::uint8_t round = 0; round < 5; ++round) {
    const relay::NewInvite made = f.invite(Role::monitor, "monitor-" + std::to_string(round));
    std::vector<std::function<std::string()>> all;
    for (std::uint8_t i = 0; i < 4; ++i) {
      const Identity who =
          Identity::from_seed(seed_of(static_cast<std::uint8_t>(10 * round + i + 1)));
      const std::string body = ServiceFixture::join_body(who, made.invite, Role::monitor).json();
      const relay::Request request =
          signed_request(who.request, {"POST",
                                       "/v1/join",
                                       {{"depone-invite", invite_header(made.invite, body)},
                                        {"content-digest", content_digest(as_bytes(body))}},
                                       body,
                                       {"content-digest"}});
      all.emplace_back([&f, request, body] {
        relay::Outcome outcome = f.service->begin(request);
        auto& taker = std::get<std::unique_ptr<relay::Body>>(outcome);
        return outcome_of(f.service->guarded([&] {
          taker->write(as_bytes(body));
          return taker->finish();
        }));
      });
    }
    const std::vector<std::string> outcomes = at_once(all);
    CHECK(std::count(outcomes.begin(), outcomes.end(), "202") == 1);
    CHECK(std::count(outcomes.begin(), outcomes.end(), "invite") == 3);
  }
}

TEST_CASE("No content coding is taken, whatever is coded", "[relay]") {
  AttackFixture f;
  REQUIRE(f.create(f.monitor, f.sealed).status == 201);
  const auto coded = [&](relay::Request request, const std::string& coding,
                         const std::string& body) {
    request.headers["content-encoding"] = coding;
    return f.ask(request, body);
  };
  const std::string part = f.sealed.age.substr(0, 100);
  for (const char* coding : {"gzip", "br", "zstd", "deflate", "identity, gzip", "x"}) {
    const relay::Response response =
        coded(f.patch_request(f.monitor, f.sealed.sha256, 0, part), coding, part);
    CHECK(response.status == 415);
    CHECK(problem_in(response) == "unsupported");
    CHECK(header_in(response, "Accept-Encoding") == "identity");
    CHECK(coded(f.creation(part), coding, part).status == 415);
    CHECK(coded(plain_request({"POST", "/v1/join", {}, "{}", {}}), coding, "{}").status == 415);
  }
  CHECK(f.offset() == "0");
}

TEST_CASE("Nothing is compressed for who would take it so", "[relay]") {
  AttackFixture f;
  const Sealed sealed = f.deliver(f.monitor, 1);
  f.sequence();
  for (const std::string& target :
       {std::string("/v1/mailbox"), "/v1/bundles/" + sealed.sha256, std::string("/")}) {
    const relay::Response response = f.ask(
        signed_request(f.desk.request(),
                       {"GET", target, {{"accept-encoding", "gzip, br, identity;q=0"}}, "", {}}));
    CHECK(response.status == 200);
    CHECK(header_in(response, "Content-Encoding").empty());
    CHECK(header_in(response, "Vary").empty());
  }
}

TEST_CASE("Metadata of 64 KiB is read; what is unknown of it is not kept", "[relay]") {
  AttackFixture f;
  CHECK(f.ask(f.creation("", ",filename " + base64(as_bytes(std::string(48'000, 'x'))))).status ==
        201);
  f.ask(f.upload_request(f.monitor, "DELETE", f.sealed.sha256));
  std::string pairs;
  for (int i = 0; i < 5'000; ++i) pairs += ",k" + std::to_string(i) + " YQ==";
  CHECK(f.ask(f.creation("", pairs)).status == 201);
  const relay::UploadRecord record = f.relay->ledger().uploads().at(0);
  CHECK(record.minisig == f.sealed.minisig);
  CHECK(record.to == std::vector<std::string>{"desk-1"});
}

TEST_CASE("Metadata that says something twice, or too much, is refused", "[relay]") {
  AttackFixture f;
  const auto tried = [&](const std::string& more) {
    return problem_in(f.ask(f.creation("", more)));
  };
  CHECK(tried(",sha256 " + base64(as_bytes(std::string(64, '0')))) == "malformed");
  CHECK(tried(",to " + base64(as_bytes(std::string(60'000, 'x')))) == "malformed");
  std::string ids = "desk-1";
  for (int i = 0; i < 8'000; ++i) ids += " desk-1";
  CHECK(tried(",to " + base64(as_bytes(ids + " nobody"))) == "malformed");
  CHECK(tried(",to " + base64(as_bytes("desk-1  desk-1"))) == "malformed");
  CHECK(tried(",to " + base64(as_bytes(std::string("desk-1\0", 7)))) == "malformed");
  CHECK(tried("," + std::string(20'000, ',')) == "malformed");
  CHECK(f.relay->ledger().uploads().empty());
}
