#include "sync/remote/http.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
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

namespace {

// A SOCKS5 proxy (RFC 1928) for one connection, which answers in the place of whom it is asked for.
class Socks {
 public:
  Socks() : listening_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    REQUIRE(::bind(listening_, reinterpret_cast<sockaddr*>(&at), size) == 0);
    REQUIRE(::listen(listening_, 1) == 0);
    REQUIRE(::getsockname(listening_, reinterpret_cast<sockaddr*>(&at), &size) == 0);
    port = ntohs(at.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Socks() {
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    ::close(listening_);
  }
  std::string address() const { return "socks5h://127.0.0.1:" + std::to_string(port); }
  std::string asked() {  // the name that was asked for, once the request is answered
    return asked_;
  }
  int port = 0;

 private:
  static std::string take(int fd, std::size_t count) {
    std::string out(count, 0);
    return ::recv(fd, out.data(), count, MSG_WAITALL) == static_cast<ssize_t>(count) ? out : "";
  }
  static void give(int fd, const std::string& bytes) {
    ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  void serve() {
    const int fd = ::accept(listening_, nullptr, nullptr);
    if (fd < 0) return;
    const std::string greeting = take(fd, 2);
    if (greeting.size() == 2) take(fd, static_cast<unsigned char>(greeting[1]));
    give(fd, std::string("\x05\x00", 2));
    const std::string head = take(fd, 5);  // version, command, 0, kind of address: 3 is a name
    if (head.size() == 5 && head[3] == 3) asked_ = take(fd, static_cast<unsigned char>(head[4]));
    take(fd, 2);
    give(fd, std::string("\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", 10));
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos) {
      const std::string byte = take(fd, 1);
      if (byte.empty()) break;
      request += byte;
    }
    give(fd, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nonion");
    ::close(fd);
  }
  int listening_;
  std::string asked_;
  std::thread thread_;
};

// ALL_PROXY while it lasts.
struct Proxy {
  explicit Proxy(const std::string& value) { ::setenv("ALL_PROXY", value.c_str(), 1); }
  ~Proxy() { ::unsetenv("ALL_PROXY"); }
};

HttpRequest get_onion() {
  HttpRequest request;
  request.method = "GET";
  request.url = "http://abcdefghijklmnop.Onion/x";
  return request;
}

}  // namespace

TEST_CASE("An onion service is asked through Tor, which looks up the name", "[remote]") {
  Socks socks;
  const Proxy proxy(socks.address());
  HttpClient client;
  CHECK(client.send(get_onion()).body == "onion");
  CHECK(socks.asked() == "abcdefghijklmnop.Onion");
}

TEST_CASE("Without Tor an onion service is not asked for at all", "[remote]") {
  HttpClient client;
  const auto error = failure_of(client, get_onion());
  REQUIRE(error);
  CHECK(error->code() == Code::refused);
  const Proxy looks_names_up_here("socks5://127.0.0.1:9");
  REQUIRE(failure_of(client, get_onion()));
  CHECK(failure_of(client, get_onion())->code() == Code::refused);
}

TEST_CASE("Only a name that ends in .onion is an onion service", "[remote]") {
  CHECK_THROWS_AS(check_relay_url("http://onion/"), Error);
  CHECK_THROWS_AS(check_relay_url("http://x.onion.example.org/"), Error);
  CHECK_THROWS_AS(check_relay_url("http://xonion/"), Error);
  CHECK_NOTHROW(check_relay_url("http://x.onion/"));
  CHECK_NOTHROW(check_relay_url("https://x.onion/"));
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
