// What could be read as two different requests, over a real socket: one error and a close, and
// nothing behind it is answered.
#include "tests/sync/relay/server_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

constexpr const char* kNext = "GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\n";

struct Shape {
  std::string what;
  std::string bytes;
  int status;
};

// A POST with these fields, a body that is a request of its own to who reads no body, and a
// request.
std::string post(const std::string& fields, const std::string& body = "") {
  return "POST /v1/bundles HTTP/1.1\r\nHost: relay\r\nTus-Resumable: 1.0.0\r\n" + fields + "\r\n" +
         body + kNext;
}
std::string get(const std::string& fields) {
  return "GET /healthz HTTP/1.1\r\n" + fields + "\r\n" + kNext;
}

std::size_t answers_in(const std::string& text) {
  std::size_t count = 0;
  for (std::size_t at = text.find("HTTP/1.1 "); at != std::string::npos;
       at = text.find("HTTP/1.1 ", at + 1))
    ++count;
  return count;
}

// Each is answered once, with its status, and the connection closed; somebody else is served
// meanwhile.
void check_shapes(const ServerFixture& f, const std::vector<Shape>& shapes) {
  Raw healthy(f.port);
  for (const Shape& shape : shapes) {
    INFO(shape.what);
    Raw raw(f.port);
    raw.send(shape.bytes);
    const std::string answer = raw.read_all();
    INFO(answer);
    CHECK(starts(answer, "HTTP/1.1 " + std::to_string(shape.status) + " "));
    CHECK(holds(answer, "Connection: close\r\n"));
    CHECK(holds(answer, "application/problem+json"));
    CHECK(answers_in(answer) == 1);
    CHECK_FALSE(holds(answer, "alive"));
    healthy.send(kNext);
    CHECK(starts(healthy.read_until("alive\n"), "HTTP/1.1 200 OK\r\n"));
    healthy.forget();
  }
}

// A join whose body comes in chunks: what is signed does not say how long it is.
struct ChunkedFixture : ServerFixture {
  Person late{"monitor-2", Identity::from_seed(seed_of(2))};
  relay::NewInvite made = invite(Role::monitor, "monitor-2");
  std::string body = join_body(late.identity, made.invite, Role::monitor).json();

  std::string head() const {
    return text_of(
        signed_request(late.request(), {"POST",
                                        "/v1/join",
                                        {{"depone-invite", invite_header(made.invite, body)},
                                         {"content-digest", content_digest(as_bytes(body))},
                                         {"transfer-encoding", "chunked"}},
                                        "",
                                        {"content-digest"}}));
  }
  static std::string chunk(std::string_view bytes) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
    return size + std::string(bytes) + "\r\n";
  }
};

}  // namespace

TEST_CASE("A length that is said twice, or not in digits, is refused and nothing behind it read",
          "[relay]") {
  ServerFixture f;
  const std::string te = "Transfer-Encoding: chunked\r\n";
  check_shapes(
      f, {
             {"length, then chunked", post("Content-Length: 4\r\n" + te, "0\r\n\r\n"), 400},
             {"chunked, then length", post(te + "Content-Length: 4\r\n", "0\r\n\r\n"), 400},
             {"two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
             {"one length twice", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
             {"a list of lengths", post("Content-Length: 5, 5\r\n", "hello"), 400},
             {"a plus sign", post("Content-Length: +5\r\n", "hello"), 400},
             {"a minus sign", post("Content-Length: -5\r\n", "hello"), 400},
             {"hex", post("Content-Length: 0x5\r\n", "hello"), 400},
             {"a space inside", post("Content-Length: 5 0\r\n", "hello"), 400},
             {"no digits", post("Content-Length: \r\n", "hello"), 400},
             {"beyond 64 bits", post("Content-Length: 18446744073709551616\r\n", "hello"), 400},
         });
}

TEST_CASE("A transfer coding that is not plain chunked is refused and nothing behind it read",
          "[relay]") {
  ServerFixture f;
  const auto coded = [](const std::string& fields) { return post(fields, "0\r\n\r\n"); };
  check_shapes(
      f, {
             {"a space before the colon", coded("Transfer-Encoding : chunked\r\n"), 400},
             {"a vertical tab",
              coded("Transfer-Encoding: \x0b"
                    "chunked\r\n"),
              400},
             {"almost chunked", coded("Transfer-Encoding: xchunked\r\n"), 501},
             {"identity", coded("Transfer-Encoding: identity\r\n"), 501},
             {"identity behind chunked", coded("Transfer-Encoding: chunked, identity\r\n"), 501},
             {"gzip before chunked", coded("Transfer-Encoding: gzip, chunked\r\n"), 501},
             {"chunked twice", coded("Transfer-Encoding: chunked, chunked\r\n"), 501},
             {"quoted", coded("Transfer-Encoding: \"chunked\"\r\n"), 501},
             {"with a parameter", coded("Transfer-Encoding: chunked;q=1\r\n"), 501},
             {"two fields", coded("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n"),
              501},
             {"two fields of chunked",
              coded("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
             {"nothing", coded("Transfer-Encoding:\r\n"), 501},
             {"nothing, and a length", post("Transfer-Encoding:\r\nContent-Length: 5\r\n", "hello"),
              400},
             {"unknown, and a length",
              post("Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n", "hello"), 400},
             {"in HTTP/1.0",
              "POST /v1/bundles HTTP/1.0\r\nTransfer-Encoding: chunked\r\nConnection: "
              "keep-alive\r\n\r\n0\r\n\r\n" +
                  std::string(kNext),
              400},
         });
}

TEST_CASE("Lines and fields that are not of their form are refused and nothing behind them read",
          "[relay]") {
  ServerFixture f;
  using namespace std::string_literals;
  check_shapes(
      f, {
             {"bare line feeds", "GET /healthz HTTP/1.1\nHost: relay\n\n"s + kNext, 400},
             {"a bare line feed in a field", get("Host: relay\nX: y\r\n"), 400},
             {"a bare carriage return in a field", get("Host: relay\rX: y\r\n"), 400},
             {"a folded first field", get(" Host: relay\r\n"), 400},
             {"a space before the colon", get("Host : relay\r\n"), 400},
             {"NUL in a field", get("Host: relay\r\nX: a\0b\r\n"s), 400},
             {"NUL in the target", "GET /healthz\0 HTTP/1.1\r\nHost: relay\r\n\r\n"s + kNext, 400},
             {"a field without a colon", get("Host: relay\r\nX\r\n"), 400},
             {"a field without a name", get("Host: relay\r\n: x\r\n"), 400},
             {"two spaces", "GET  /healthz HTTP/1.1\r\nHost: relay\r\n\r\n"s + kNext, 400},
             {"HTTP/0.9", "GET /healthz\r\n\r\n"s + kNext, 400},
             {"HTTP/1.2", "GET /healthz HTTP/1.2\r\nHost: relay\r\n\r\n"s + kNext, 400},
             {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"s, 400},
             {"TLS", "\x16\x03\x01\x02\0\1\0\1\xfc\3\3"s, 400},
         });
}

TEST_CASE("Whom a request is for is said once and in one form, or it is refused", "[relay]") {
  ServerFixture f;
  using namespace std::string_literals;
  check_shapes(
      f,
      {
          {"no Host", get(""), 400},
          {"two Hosts", get("Host: relay\r\nHost: other\r\n"), 400},
          {"one Host twice", get("Host: relay\r\nHost: relay\r\n"), 400},
          {"an empty Host and another", get("Host:\r\nHost: other\r\n"), 400},
          {"a Host of two words", get("Host: relay other\r\n"), 400},
          {"a Host with a path", get("Host: relay/other\r\n"), 400},
          {"absolute form", "GET http://other/healthz HTTP/1.1\r\nHost: relay\r\n\r\n"s + kNext,
           400},
          {"authority form", "CONNECT other:80 HTTP/1.1\r\nHost: relay\r\n\r\n"s + kNext, 400},
          {"asterisk form", "OPTIONS * HTTP/1.1\r\nHost: relay\r\n\r\n"s + kNext, 400},
          {"bytes that are no ASCII", "GET /h\xe9 HTTP/1.1\r\nHost: relay\r\n\r\n"s + kNext, 400},
      });
}

TEST_CASE("A head of too many fields is refused, one of many is not", "[relay]") {
  std::string many;
  for (int i = 0; i < 10'000; ++i) many += "a:\r\n";
  ServerFixture f;
  check_shapes(f, {{"10,000 fields", get("Host: relay\r\n" + many), 431}});
  Raw raw(f.port);
  raw.send(get("Host: relay\r\n" + many.substr(0, 4 * 200)));
  CHECK(starts(raw.read_until("alive\n"), "HTTP/1.1 200 OK\r\n"));
}

TEST_CASE("A folded field is read as one line, by every part of the relay", "[relay]") {
  ServerFixture f;
  Raw raw(f.port);
  raw.send(get("Host: relay\r\nX: a\r\n b\r\n"));
  raw.read_until("alive\n");
  raw.forget();
  CHECK(starts(raw.read_until("alive\n"), "HTTP/1.1 200 OK\r\n"));  // the next one
  Raw other(f.port);
  other.send(post("Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"));
  const std::string answer = other.read_all();
  CHECK(starts(answer, "HTTP/1.1 400 "));
  CHECK(answers_in(answer) == 1);
}

TEST_CASE("HTTP/1.0 is answered and closed, and told nothing that it has not got", "[relay]") {
  ServerFixture f;
  Raw raw(f.port);
  raw.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(holds(raw.read_all(), "Connection: close\r\n"));
  const Sealed sealed = f.seal(f.monitor, "text", 1);
  Raw sends(f.port);
  sends.send(f.creation_text(f.monitor, sealed));
  sends.read_until("\r\n\r\n");
  sends.forget();
  relay::Request request = f.patch_request(f.monitor, sealed.sha256, 0, sealed.age);
  request.headers["expect"] = "100-continue";
  std::string text = ServerFixture::text_of(request);
  text.replace(text.find("HTTP/1.1"), 8, "HTTP/1.0");
  sends.send(text + sealed.age);
  CHECK(starts(sends.read_all(), "HTTP/1.1 204 "));
}

TEST_CASE("What is behind a body that is refused is a request of its own, or never read",
          "[relay]") {
  ServerFixture f;
  const std::string inner = kNext;
  const std::string length = "Content-Length: " + std::to_string(inner.size()) + "\r\n";
  Raw raw(f.port);
  raw.send(post(length, inner));
  raw.read_until("alive\n");
  const std::string both = raw.read_until("alive\n");
  CHECK(starts(both, "HTTP/1.1 401 "));
  CHECK(answers_in(both) ==
        2);  // that, and the request after the body: not the one that the body is
  check_shapes(
      f,
      {
          {"who waits for 100 Continue", post("Expect: 100-continue\r\n" + length, inner), 401},
          {"in chunks",
           post("Transfer-Encoding: chunked\r\n", ChunkedFixture::chunk(inner) + "0\r\n\r\n"), 401},
          {"longer than is read away", post("Content-Length: 3000000\r\n", inner), 401},
      });
}

TEST_CASE("What is behind a body that is longer than announced is no part of it", "[relay]") {
  ServerFixture f;
  const Sealed sealed = f.seal(f.monitor, std::string(10'000, 'x'), 1);
  Raw raw(f.port);
  raw.send(f.creation_text(f.monitor, sealed));
  raw.read_until("\r\n\r\n");
  raw.forget();
  const std::string part = sealed.age.substr(0, 1000);
  raw.send(ServerFixture::text_of(f.patch_request(f.monitor, sealed.sha256, 0, part)) + part +
           "surplus " + kNext);
  const std::string answers = raw.read_all();
  CHECK(starts(answers, "HTTP/1.1 204 "));
  CHECK(holds(answers, "Upload-Offset: 1000\r\n"));
  CHECK(holds(answers, "HTTP/1.1 400 "));
  CHECK(answers_in(answers) == 2);
  f.stop();
  f.start();
  CHECK(header_in(f.head(f.monitor, sealed.sha256), "Upload-Offset") == "1000");
}

TEST_CASE("A body that ends before its announced length counts as cut", "[relay]") {
  ServerFixture f;
  const Sealed sealed = f.seal(f.monitor, std::string(10'000, 'x'), 1);
  Raw raw(f.port);
  raw.send(f.creation_text(f.monitor, sealed));
  raw.read_until("\r\n\r\n");
  raw.forget();
  raw.send(ServerFixture::text_of(f.patch_request(f.monitor, sealed.sha256, 0, sealed.age)) +
           sealed.age.substr(0, 1000));
  raw.end();
  CHECK(raw.read_all().empty());
  f.stop();
  f.start();
  CHECK(header_in(f.head(f.monitor, sealed.sha256), "Upload-Offset") == "1000");
}

TEST_CASE("A body in chunks is taken as its bytes", "[relay]") {
  ChunkedFixture f;
  Raw raw(f.port);
  raw.send(f.head() + ChunkedFixture::chunk(f.body.substr(0, 100)) + "3;name=\"value\"\r\n" +
           f.body.substr(100, 3) + "\r\n" + ChunkedFixture::chunk(f.body.substr(103)) +
           "0\r\nX-Trailer: ignored\r\n\r\n" + kNext);
  const std::string answers = raw.read_until("alive\n");
  CHECK(starts(answers, "HTTP/1.1 202 "));
  CHECK(answers_in(answers) == 2);
}

TEST_CASE("Chunks that are not of their form are refused and nothing behind them read", "[relay]") {
  ChunkedFixture f;
  const std::string end = std::string("0\r\n\r\n") + kNext;
  const std::string good = ChunkedFixture::chunk(f.body);
  const std::vector<std::pair<std::string, std::string>> shapes{
      {"a size with 0x", "0x" + good + end},
      {"a size with a sign", "+" + good + end},
      {"a size beyond 64 bits", "10000000000000000" + good + end},
      {"no size", "\r\n" + good + end},
      {"a line feed in an extension", "5;a=b\nc\r\nhello\r\n" + end},
      {"no line end behind the bytes", good.substr(0, good.size() - 2) + "xx" + end},
      {"a length in the trailer", good + "0\r\nContent-Length: 5\r\n\r\n" + kNext},
      {"a coding in the trailer", good + "0\r\nTransfer-Encoding: chunked\r\n\r\n" + kNext},
      {"a folded nothing in the trailer", good + "0\r\n : x\r\n\r\n" + kNext},
      {"an endless extension", "5;" + std::string(300'000, 'a')},
  };
  for (const auto& [what, bytes] : shapes) {
    INFO(what);
    Raw raw(f.port);
    raw.send(f.head() + bytes);
    const std::string answer = raw.read_all();
    INFO(answer);
    CHECK(starts(answer, "HTTP/1.1 400 "));
    CHECK(answers_in(answer) == 1);
    CHECK(holds(answer, "Connection: close\r\n"));
  }
  CHECK_FALSE(f.relay->ledger().invite(f.made.invite.id)->used());
}
