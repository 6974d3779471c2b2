#pragma once

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <thread>

#include "sync/relay/server.h"
#include "tests/support/child.h"
#include "tests/sync/relay/service_fixture.h"

namespace depone::testing {

// One connection, byte by byte in our hands.
class Raw {
 public:
  explicit Raw(int port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval longest{30, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    REQUIRE(::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0);
  }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;
  ~Raw() { ::close(fd_); }

  void send(std::string_view text) { ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL); }
  void end() { ::shutdown(fd_, SHUT_WR); }  // of what is sent; answers may still come
  // Until this has been seen, or the end.
  std::string read_until(std::string_view mark) {
    while (seen_.find(mark) == std::string::npos && more()) {
    }
    return seen_;
  }
  std::string read_all() {
    while (more()) {
    }
    return seen_;
  }
  void forget() { seen_.clear(); }

 private:
  bool more() {
    char buffer[65536];
    const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    seen_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }
  int fd_;
  std::string seen_;
};

// The fixture's relay, served by a thread of this process. Members sign for kUrl.
struct ServerFixture : ServiceFixture {
  explicit ServerFixture(const std::function<void(relay::Config&)>& configure = {})
      : ServiceFixture(configure) {
    desk = add("desk-1", Role::desk, 9);
    monitor = add("monitor-1", Role::monitor, 1);
    serve();
  }
  ~ServerFixture() {
    if (server.joinable()) stop();
  }
  void serve() {
    service.reset();
    server = std::thread([this] {
      relay::Directory own(dir());
      relay::serve(own, relay::Endpoint::parse("127.0.0.1:" + std::to_string(port)),
                   [] { return kNow; });
    });
    REQUIRE(wait_for_port(port, 30));
  }
  void stop() {
    ::kill(::getpid(), SIGTERM);
    server.join();
  }

  static std::string text_of(const relay::Request& request) {
    std::string out = request.method + " " + request.target + " HTTP/1.1\r\nHost: relay\r\n";
    for (const auto& [name, value] : request.headers) out += name + ": " + value + "\r\n";
    return out + "\r\n";
  }
  std::string get_text(const Person& who, const std::string& target) {
    return text_of(
        signed_request(who.request(), {"GET", target, {{"connection", "close"}}, "", {}}));
  }
  std::string creation_text(const Person& who, const Sealed& sealed) {
    const std::string metadata = "sha256 " + base64(as_bytes(sealed.sha256)) + ",minisig " +
                                 base64(as_bytes(sealed.minisig));
    return text_of(
        signed_request(who.request(), {"POST",
                                       "/v1/bundles",
                                       {{"tus-resumable", "1.0.0"},
                                        {"content-length", "0"},
                                        {"upload-length", std::to_string(sealed.age.size())},
                                        {"upload-metadata", metadata}},
                                       "",
                                       {"upload-length", "upload-metadata"}}));
  }

  std::uint64_t staged() const {
    std::uint64_t size = 0;
    for (const std::string& name : names_in(dir() / "staging"))
      size += fs::file_size(dir() / "staging" / name);
    return size;
  }

  int port = free_port();
  Person desk{"", Identity::from_seed(seed_of(9))};
  Person monitor{"", Identity::from_seed(seed_of(1))};
  std::thread server;
};

inline bool starts(const std::string& answer, std::string_view with) {
  return answer.starts_with(with);
}
inline bool holds(const std::string& answer, std::string_view part) {
  return answer.find(part) != std::string::npos;
}

}  // namespace depone::testing
