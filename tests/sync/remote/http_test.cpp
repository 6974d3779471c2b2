#include "sync/remote/http.h"

#include <catch2/catch_test_macros.hpp>
#include <thread>

#include "crypto/error.h"
#include "tests/sync/remote/tiny_server.h"

using namespace depone;
using namespace depone::testing;

namespace {

HttpRequest get(const TinyServer& server) {
  HttpRequest request;
  request.method = "GET";
  request.url = server.url() + "/x";
  return request;
}

std::optional<Error> failure_of(HttpClient& client, const HttpRequest& request) {
  try {
    client.send(request);
    return std::nullopt;
  } catch (const Error& error) {
    return error;
  }
}

}  // namespace

TEST_CASE("An answer comes with its status, headers in lower case and body", "[remote]") {
  TinyServer server(
      [](const TinyRequest&) { return answer(200, "X-Thing:  a \r\nX-thing: b\r\n", "hello"); });
  HttpClient client;
  const HttpResponse response = client.send(get(server));
  CHECK(response.status == 200);
  CHECK(response.headers.at("x-thing") == "a, b");
  CHECK(response.body == "hello");
}

TEST_CASE("One connection serves several requests", "[remote]") {
  TinyServer server([](const TinyRequest&) { return answer(200, "", "x"); });
  HttpClient client;
  for (int i = 0; i < 3; ++i) client.send(get(server));
  CHECK(server.connections() == 1);
}

TEST_CASE("A request in memory is sent again where the kept connection was closed", "[remote]") {
  int count = 0;
  TinyServer server(
      [&](const TinyRequest&) { return ++count == 2 ? std::string() : answer(200, "", "x"); });
  HttpClient client;
  HttpRequest request = get(server);
  request.method = "POST";
  request.text = "body";
  client.send(request);
  CHECK(client.send(request).status == 200);
  CHECK(server.requests().size() == 3);
}

TEST_CASE("A redirect is not followed", "[remote]") {
  TinyServer server(
      [](const TinyRequest&) { return answer(302, "Location: http://127.0.0.1:1/\r\n", ""); });
  HttpClient client;
  CHECK(client.send(get(server)).status == 302);
}

TEST_CASE("A body longer than the limit is refused", "[remote]") {
  TinyServer server([](const TinyRequest&) { return answer(200, "", std::string(1001, 'x')); });
  HttpClient client;
  HttpRequest request = get(server);
  request.limit = 1000;
  const auto failure = failure_of(client, request);
  REQUIRE(failure);
  CHECK(failure->code() == Code::malformed);
}

TEST_CASE("Headers without end are refused", "[remote]") {
  TinyServer server([](const TinyRequest&) {
    return answer(200, "X: " + std::string(70'000, 'x') + "\r\n", "");
  });
  HttpClient client;
  CHECK(failure_of(client, get(server)));
}

TEST_CASE("A good body goes into the sink and an error's does not", "[remote]") {
  int status = 200;
  TinyServer server([&](const TinyRequest&) { return answer(status, "", "content"); });
  HttpClient client;
  HttpRequest request = get(server);
  MemorySink sink;
  request.into = &sink;
  CHECK(client.send(request).body.empty());
  CHECK(as_text(sink.bytes()) == "content");
  status = 500;
  CHECK(client.send(request).body == "content");
  CHECK(as_text(sink.bytes()) == "content");
}

TEST_CASE("A body cut short is not taken for whole", "[remote]") {
  TinyServer server([](const TinyRequest& request) {
    return request.target == "/x"
               ? "HTTP/1.1 200 X\r\nContent-Length: 100\r\nConnection: close\r\n\r\nshort"
               : "";
  });
  HttpClient client;
  HttpRequest request = get(server);
  request.timeout_seconds = 1;
  const auto failure = failure_of(client, request);
  REQUIRE(failure);
  CHECK(failure->code() == Code::unreachable);
}

TEST_CASE("A failing sink's error comes through", "[remote]") {
  struct Failing : Sink {
    void write(ByteView) override { throw Error(Code::io, "the disk is full"); }
    void finish() override {}
  };
  TinyServer server([](const TinyRequest&) { return answer(200, "", "content"); });
  HttpClient client;
  HttpRequest request = get(server);
  Failing sink;
  request.into = &sink;
  const auto failure = failure_of(client, request);
  REQUIRE(failure);
  CHECK(failure->code() == Code::io);
}

TEST_CASE("A failing source's error comes through", "[remote]") {
  struct Failing : Source {
    std::size_t read(std::span<std::uint8_t>) override {
      throw Error(Code::damaged, "cannot be read");
    }
  };
  TinyServer server([](const TinyRequest&) { return answer(200, "", ""); });
  HttpClient client;
  HttpRequest request = get(server);
  request.method = "PATCH";
  Failing source;
  request.body = &source;
  request.body_size = 10;
  const auto failure = failure_of(client, request);
  REQUIRE(failure);
  CHECK(failure->code() == Code::damaged);
}

TEST_CASE("A streamed body arrives with its length and without Expect", "[remote]") {
  TinyServer server([](const TinyRequest&) { return answer(204, "", "", true); });
  HttpClient client;
  HttpRequest request = get(server);
  request.method = "PATCH";
  const std::string body(3'000'000, 'b');
  MemorySource source(as_bytes(body));
  request.body = &source;
  request.body_size = body.size();
  CHECK(client.send(request).status == 204);
  const TinyRequest seen = server.requests().at(0);
  CHECK(seen.body == body);
  CHECK(seen.headers.at("content-length") == "3000000");
  CHECK_FALSE(seen.headers.contains("expect"));
  CHECK(client.bytes_sent() > body.size());
}

TEST_CASE("A POST without a body says that its length is zero", "[remote]") {
  TinyServer server([](const TinyRequest&) { return answer(201, "", ""); });
  HttpClient client;
  HttpRequest request = get(server);
  request.method = "POST";
  client.send(request);
  CHECK(server.requests().at(0).headers.at("content-length") == "0");
}

TEST_CASE("Nobody listening is unreachable", "[remote]") {
  std::string url;
  {
    url = TinyServer([](const TinyRequest&) { return std::string(); }).url();
  }
  HttpClient client;
  HttpRequest request;
  request.method = "GET";
  request.url = url + "/";
  const auto failure = failure_of(client, request);
  REQUIRE(failure);
  CHECK(failure->code() == Code::unreachable);
}

TEST_CASE("Plain http to another computer is refused before anything is sent", "[remote]") {
  HttpClient client;
  HttpRequest request;
  request.method = "GET";
  request.url = "http://192.0.2.1/";
  const auto failure = failure_of(client, request);
  REQUIRE(failure);
  CHECK(failure->code() == Code::refused);
}

TEST_CASE("A proxy of the environment is not used for this computer", "[remote]") {
  TinyServer server([](const TinyRequest&) { return answer(200, "", "direct"); });
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  HttpClient client;
  CHECK(client.send(get(server)).body == "direct");
}

TEST_CASE("A TLS pin that is no SHA-256 is malformed", "[remote]") {
  CHECK_THROWS_AS(HttpClient({"abc"}), Error);
}
