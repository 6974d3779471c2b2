#include "sync/relay/server.h"

#include "sync/remote/http.h"
#include "tests/sync/relay/server_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

// The same over TLS, with a key that the roster does not pin.
struct TlsFixture {
  TempDir keys;
  relay::TlsFiles files{keys / "tls.crt", keys / "tls.key"};
  std::string pin = make_key();
  ServerFixture served{[this](relay::Config& config) {
    config.tls_certificate = files.certificate.string();
    config.tls_key = files.key.string();
  }};

  std::string make_key() {
    fs::remove(files.certificate);
    fs::remove(files.key);
    relay::make_tls_files(files, kNow);
    return base64url(relay::tls_pin(files.certificate));
  }
  HttpResponse health(std::vector<std::string> pins) const {
    HttpClient client(std::move(pins));
    HttpRequest request;
    request.method = "GET";
    request.url = "https://127.0.0.1:" + std::to_string(served.port) + "/healthz";
    return client.send(request);
  }
};

}  // namespace

TEST_CASE("A bundle goes in over a socket, and its receipt comes back by a long poll", "[relay]") {
  ServerFixture f;
  const Sealed sealed = f.seal(f.monitor, std::string(500'000, 'x'), 1);
  Raw raw(f.port);
  raw.send(f.creation_text(f.monitor, sealed));
  CHECK(starts(raw.read_until("\r\n\r\n"), "HTTP/1.1 201 Created\r\n"));
  raw.forget();
  raw.send(ServerFixture::text_of(f.patch_request(f.monitor, sealed.sha256, 0, sealed.age)));
  raw.send(sealed.age);
  CHECK(starts(raw.read_until("\r\n\r\n"), "HTTP/1.1 204 No Content\r\n"));
  raw.forget();
  raw.send(f.get_text(f.monitor, "/v1/receipts/" + sealed.sha256 + "?wait=30"));
  const std::string receipt = raw.read_all();
  CHECK(starts(receipt, "HTTP/1.1 200 OK\r\n"));
  CHECK(holds(receipt, "c2sp.org/tlog-proof@v1"));
}

TEST_CASE("A bundle comes out over a socket", "[relay]") {
  ServerFixture f;
  f.stop();
  f.start();
  const Sealed sealed = f.deliver(f.monitor, 1);
  f.sequence();
  f.serve();
  Raw raw(f.port);
  raw.send(f.get_text(f.desk, "/v1/bundles/" + sealed.sha256));
  const std::string answer = raw.read_all();
  CHECK(answer.substr(answer.find("\r\n\r\n") + 4) == sealed.age);
}

TEST_CASE("A poll is answered as soon as something is published", "[relay]") {
  ServerFixture f;
  const Sealed sealed = f.seal(f.monitor, "text", 1);
  Raw waiting(f.port);
  waiting.send(f.get_text(f.desk, "/v1/mailbox?wait=60"));
  Raw raw(f.port);
  raw.send(f.creation_text(f.monitor, sealed));
  raw.read_until("\r\n\r\n");
  raw.send(ServerFixture::text_of(f.patch_request(f.monitor, sealed.sha256, 0, sealed.age)) +
           sealed.age);
  CHECK(holds(waiting.read_all(), base64(as_bytes(sealed.entry))));
}

TEST_CASE("A connection is kept for the next request", "[relay]") {
  ServerFixture f;
  Raw raw(f.port);
  for (int i = 0; i < 3; ++i) {
    raw.send("GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\n");
    CHECK(starts(raw.read_until("alive\n"), "HTTP/1.1 200 OK\r\n"));
    raw.forget();
  }
}

TEST_CASE("Two requests at once are answered in order", "[relay]") {
  ServerFixture f;
  Raw raw(f.port);
  raw.send(
      "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /readyz HTTP/1.1\r\nHost: a\r\nConnection: "
      "close\r\n\r\n");
  const std::string answers = raw.read_all();
  CHECK(answers.find("alive") < answers.find("ready"));
  CHECK(holds(answers, "ready"));
}

TEST_CASE("What is no request is answered and ended", "[relay]") {
  ServerFixture f;
  Raw raw(f.port);
  raw.send("this is not HTTP\r\n\r\n");
  const std::string answer = raw.read_all();
  CHECK(starts(answer, "HTTP/1.1 400 "));
  CHECK(holds(answer, "Connection: close"));
}

TEST_CASE("A head that is too long is answered and ended", "[relay]") {
  ServerFixture f;
  Raw raw(f.port);
  raw.send("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(200'000, 'x'));
  CHECK(starts(raw.read_all(), "HTTP/1.1 431 "));
}

TEST_CASE("A head that does not come to an end is answered and ended", "[relay]") {
  ServerFixture f([](relay::Config& config) { config.limits.header_seconds = 1; });
  Raw raw(f.port);
  raw.send("GET / HTTP/1.1\r\nHost: ");
  CHECK(starts(raw.read_all(), "HTTP/1.1 408 "));
}

TEST_CASE("A body that stops is answered, and what came is kept", "[relay]") {
  ServerFixture f([](relay::Config& config) { config.limits.body_seconds = 1; });
  const Sealed sealed = f.seal(f.monitor, std::string(100'000, 'x'), 1);
  Raw raw(f.port);
  raw.send(f.creation_text(f.monitor, sealed));
  raw.read_until("\r\n\r\n");
  raw.forget();
  raw.send(ServerFixture::text_of(f.patch_request(f.monitor, sealed.sha256, 0, sealed.age)) +
           sealed.age.substr(0, 1000));
  CHECK(starts(raw.read_all(), "HTTP/1.1 408 "));
  f.stop();
  f.start();
  CHECK(header_in(f.head(f.monitor, sealed.sha256), "Upload-Offset") == "1000");
}

TEST_CASE("A connection that is cut keeps what came", "[relay]") {
  ServerFixture f;
  const Sealed sealed = f.seal(f.monitor, std::string(100'000, 'x'), 1);
  {
    Raw raw(f.port);
    raw.send(f.creation_text(f.monitor, sealed));
    raw.read_until("\r\n\r\n");
    raw.send(ServerFixture::text_of(f.patch_request(f.monitor, sealed.sha256, 0, sealed.age)) +
             sealed.age.substr(0, 1000));
  }
  // Asked at once, the question itself would end the connection that is being read.
  for (int i = 0; i < 1000 && f.staged() < 1000; ++i) sleep_for(0.02);
  Raw raw(f.port);
  raw.send(ServerFixture::text_of(signed_request(
      f.monitor.request(),
      {"HEAD", "/v1/bundles/uploads/" + sealed.sha256, {{"tus-resumable", "1.0.0"}}, "", {}})));
  const std::string answer = raw.read_until("\r\n\r\n");
  CHECK(holds(answer, "Upload-Offset: 1000"));
}

TEST_CASE("A client that waits for 100 Continue is told to go on, or the refusal", "[relay]") {
  ServerFixture f;
  const Sealed sealed = f.seal(f.monitor, "text", 1);
  Raw raw(f.port);
  raw.send(f.creation_text(f.monitor, sealed));
  raw.read_until("\r\n\r\n");
  raw.forget();
  relay::Request request = f.patch_request(f.monitor, sealed.sha256, 0, sealed.age);
  request.headers["expect"] = "100-continue";
  raw.send(ServerFixture::text_of(request));
  CHECK(starts(raw.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n"));
  raw.forget();
  raw.send(sealed.age);
  CHECK(starts(raw.read_until("\r\n\r\n"), "HTTP/1.1 204 "));
  raw.forget();
  raw.send(ServerFixture::text_of(request));  // it is there already
  CHECK(starts(raw.read_until("}"), "HTTP/1.1 409 "));
}

TEST_CASE("A large body that nobody wants still gets its answer", "[relay]") {
  ServerFixture f;
  Raw raw(f.port);
  const std::string body(3 << 20, 'x');
  raw.send("POST /v1/bundles HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n");
  raw.send(body);
  CHECK(starts(raw.read_all(), "HTTP/1.1 401 "));
}

TEST_CASE("Who signs with a clock that is off by an hour is told so, with the time that it is", "[relay]") {
  ServerFixture f;
  for (const std::int64_t off : {-3600, 3600}) {
    Sending sending{"GET", "/v1/mailbox", {{"connection", "close"}}, "", {}};
    sending.created = Time{kNow.seconds + off};
    Raw raw(f.port);
    raw.send(ServerFixture::text_of(signed_request(f.monitor.request(), sending)));
    const std::string answer = raw.read_all();
    CHECK(starts(answer, "HTTP/1.1 401 "));
    CHECK(holds(answer, "urn:depone:problem:clock"));
    CHECK(holds(answer, "off by more than five minutes"));
    CHECK(holds(answer, "\r\nDate: " + relay::http_date(kNow) + "\r\n"));
  }
}

TEST_CASE("Metadata of 64 KiB fits into a head, of 128 KiB it does not", "[relay]") {
  ServerFixture f;
  const Sealed sealed = f.seal(f.monitor, "text", 1);
  for (const auto& [size, status] : {std::pair{48'000, "201"}, std::pair{98'000, "431"}}) {
    const std::string metadata = "sha256 " + base64(as_bytes(sealed.sha256)) + ",minisig " +
                                 base64(as_bytes(sealed.minisig)) + ",x " +
                                 base64(as_bytes(std::string(static_cast<std::size_t>(size), 'x')));
    Raw raw(f.port);
    raw.send(ServerFixture::text_of(
        signed_request(f.monitor.request(), {"POST",
                                             "/v1/bundles",
                                             {{"tus-resumable", "1.0.0"},
                                              {"connection", "close"},
                                              {"upload-length", std::to_string(sealed.age.size())},
                                              {"upload-metadata", metadata}},
                                             "",
                                             {"upload-length", "upload-metadata"}})));
    CHECK(starts(raw.read_all(), std::string("HTTP/1.1 ") + status + " "));
  }
}

TEST_CASE("HEAD is answered without a body", "[relay]") {
  ServerFixture f;
  Raw raw(f.port);
  raw.send("HEAD /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string answer = raw.read_all();
  CHECK(holds(answer, "Content-Length: 6"));
  CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("Beyond the number of connections the next is told to come again", "[relay]") {
  ServerFixture f([](relay::Config& config) { config.limits.connections = 1; });
  sleep_for(0.1);  // the connection that waited for the port is gone
  Raw first(f.port);
  first.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  first.read_until("alive\n");
  Raw second(f.port);
  const std::string answer = second.read_all();
  CHECK(starts(answer, "HTTP/1.1 503 "));
  CHECK(holds(answer, "Retry-After: 5"));
}

TEST_CASE("Stopping answers who waits and keeps what arrived of uploads", "[relay]") {
  ServerFixture f;
  const Sealed sealed = f.seal(f.monitor, std::string(100'000, 'x'), 1);
  Raw waiting(f.port);
  waiting.send(f.get_text(f.desk, "/v1/mailbox?wait=60"));
  Raw raw(f.port);
  raw.send(f.creation_text(f.monitor, sealed));
  raw.read_until("\r\n\r\n");
  raw.send(ServerFixture::text_of(f.patch_request(f.monitor, sealed.sha256, 0, sealed.age)) +
           sealed.age.substr(0, 1000));
  for (int i = 0; i < 1000 && f.staged() < 1000; ++i) sleep_for(0.02);
  f.stop();
  CHECK(starts(waiting.read_all(), "HTTP/1.1 200 OK\r\n"));
  f.start();
  CHECK(header_in(f.head(f.monitor, sealed.sha256), "Upload-Offset") == "1000");
}

TEST_CASE("What was approved beside the running relay is a member at the next request", "[relay]") {
  ServerFixture f;
  const ServiceFixture::Person late{"monitor-2", Identity::from_seed(seed_of(2))};
  const relay::NewInvite made = f.invite(Role::monitor, "monitor-2");
  const std::string body =
      ServiceFixture::join_body(late.identity, made.invite, Role::monitor).json();
  Raw raw(f.port);
  raw.send(ServerFixture::text_of(
               signed_request(late.request(), {"POST",
                                               "/v1/join",
                                               {{"depone-invite", invite_header(made.invite, body)},
                                                {"content-digest", content_digest(as_bytes(body))}},
                                               body,
                                               {"content-digest"}})) +
           body);
  CHECK(starts(raw.read_until("}"), "HTTP/1.1 202 "));
  raw.forget();
  f.approve(late, Role::monitor);
  raw.send(f.get_text(late, "/v1/mailbox"));
  CHECK(starts(raw.read_all(), "HTTP/1.1 200 "));
}

TEST_CASE("A directory is served once at a time", "[relay]") {
  ServerFixture f;
  relay::Directory second(f.dir());
  CHECK(code_of([&] {
          relay::serve(second, relay::Endpoint::parse("127.0.0.1:" + std::to_string(free_port())),
                       [] { return kNow; });
        }) == Code::busy);
}

TEST_CASE("Over TLS the pinned key is answered, any other is not", "[relay]") {
  TlsFixture f;
  CHECK(f.health({f.pin}).body == "alive\n");
  CHECK(f.health({std::string(43, 'A'), f.pin}).body == "alive\n");
  CHECK(code_of([&] { f.health({std::string(43, 'A')}); }) == Code::bad_signature);
  CHECK(code_of([&] { f.health({}); }) == Code::bad_signature);
}

TEST_CASE("Over TLS, too, a large body that nobody wants gets its answer", "[relay]") {
  TlsFixture f;
  const std::string body(8 << 20, 'x');
  for (int i = 0; i < 5; ++i) {
    HttpClient client({f.pin});
    HttpRequest request;
    request.method = "POST";
    request.url = "https://127.0.0.1:" + std::to_string(f.served.port) + "/v1/bundles";
    request.headers = {{"Tus-Resumable", "1.0.0"}};
    request.text = body;
    CHECK(client.send(request).status == 401);
  }
}

TEST_CASE("Plain HTTP to a relay that does TLS is cut and harms nobody", "[relay]") {
  TlsFixture f;
  Raw raw(f.served.port);
  raw.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK_FALSE(holds(raw.read_all(), "alive"));
  CHECK(f.health({f.pin}).body == "alive\n");
}

TEST_CASE("A handshake that does not come to an end is cut", "[relay]") {
  TlsFixture f;
  f.served.stop();
  relay::Config config = relay::Config::read(f.served.dir() / "relay.toml");
  config.limits.header_seconds = 1;
  write_file(f.served.dir() / "relay.toml", config.toml());
  f.served.serve();
  Raw raw(f.served.port);
  raw.send("\x16\x03\x01");
  CHECK(raw.read_all().empty());
}

TEST_CASE("At SIGHUP the certificate is read again; one that is broken leaves the one before",
          "[relay]") {
  TlsFixture f;
  const std::string renewed = f.make_key();
  ::kill(::getpid(), SIGHUP);
  const auto answers_to = [&](const std::string& pin) {
    try {
      return f.health({pin}).body == "alive\n";
    } catch (const Error&) {
      return false;
    }
  };
  for (int i = 0; i < 500 && !answers_to(renewed); ++i) sleep_for(0.02);
  CHECK(answers_to(renewed));
  write_file(f.files.certificate, "broken\n");
  ::kill(::getpid(), SIGHUP);
  sleep_for(0.2);
  CHECK(answers_to(renewed));
}

TEST_CASE("At SIGHUP a certificate whose key the roster does not pin is not taken", "[relay]") {
  TlsFixture f;
  f.served.stop();
  {
    relay::Directory relay(f.served.dir());
    relay::set_addresses(relay, {{kUrl}, {f.pin}}, &f.served.authority, kNow);
  }
  f.served.serve();
  const std::string other = f.make_key();
  ::kill(::getpid(), SIGHUP);
  sleep_for(0.2);
  CHECK(f.health({f.pin}).body == "alive\n");
  CHECK(code_of([&] { f.health({other}); }) == Code::bad_signature);
}

TEST_CASE("A certificate whose key the roster does not pin is not served: members would refuse it",
          "[relay]") {
  const TempDir temp;
  const Ed25519Key authority = Ed25519Key::generate();
  relay::init_relay({temp / "relay",
                     "Test",
                     "test.example/log",
                     "https://127.0.0.1:8443",
                     minisign::PublicKey(authority.public_key()),
                     {},
                     {}},
                    {}, kNow);
  const fs::path draft = temp / "relay" / "roster-unsigned";
  relay::sign_roster_file(draft / "roster.json", authority);
  relay::Directory relay(temp / "relay");
  relay::publish_roster(relay, read_text(draft / "roster.json", 1 << 20),
                        read_text(draft / "roster.json.minisig", 1 << 20), "");
  fs::remove(relay.tls_files().certificate);
  fs::remove(relay.tls_files().key);
  relay::make_tls_files(relay.tls_files(), kNow);
  CHECK(code_of([&] {
          relay::serve(relay, relay::Endpoint::parse("127.0.0.1:0"), [] { return kNow; });
        }) == Code::refused);
}

TEST_CASE("Without TLS nothing but a loopback address is listened on", "[relay]") {
  ServiceFixture f;
  CHECK(code_of([&] {
          relay::serve(*f.relay, relay::Endpoint::parse("0.0.0.0:8080"), [] { return kNow; });
        }) == Code::refused);
}

TEST_CASE("A relay without a roster is not served", "[relay]") {
  const TempDir temp;
  relay::init_relay({temp / "relay", "Test", "test.example/log", kUrl,
                     minisign::PublicKey(Ed25519Key::generate().public_key())},
                    {}, kNow);
  relay::Directory relay(temp / "relay");
  CHECK(code_of([&] {
          relay::serve(relay, relay::Endpoint::parse("127.0.0.1:0"), [] { return kNow; });
        }) == Code::refused);
}
