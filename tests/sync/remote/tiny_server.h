#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace depone::testing {

struct TinyRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

inline std::string answer(int status, const std::string& headers, const std::string& body,
                          bool no_body = false) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + headers +
         (no_body ? std::string() : "Content-Length: " + std::to_string(body.size()) + "\r\n") +
         "\r\n" + body;
}

inline std::string problem(int status, const std::string& name, const std::string& headers = {}) {
  const std::string body = R"({"type":"urn:depone:problem:)" + name + R"(","title":"T","status":)" +
                           std::to_string(status) + R"(,"detail":""})";
  return answer(status, headers + "Content-Type: application/problem+json\r\n", body);
}

// Answers HTTP on a loopback port, one connection at a time, as a test says: the raw bytes of each
// answer. An empty answer closes the connection.
class TinyServer {
 public:
  using Handler = std::function<std::string(const TinyRequest&)>;

  explicit TinyServer(Handler handler) : handler_(std::move(handler)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("no loopback socket");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  TinyServer(const TinyServer&) = delete;
  TinyServer& operator=(const TinyServer&) = delete;
  ~TinyServer() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::vector<TinyRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  int connections() const { return connections_; }

 private:
  Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_ = false;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::vector<TinyRequest> requests_;
  std::thread thread_;

  bool readable(int fd) const {
    while (!stop_) {
      pollfd waiting{fd, POLLIN, 0};
      if (::poll(&waiting, 1, 20) > 0) return true;
    }
    return false;
  }

  void serve() {
    while (readable(listener_)) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) continue;
      ++connections_;
      converse(connection);
      ::close(connection);
    }
  }

  bool more(int fd, std::string& buffer) const {
    char block[65536];
    if (!readable(fd)) return false;
    const ssize_t got = ::recv(fd, block, sizeof block, 0);
    if (got <= 0) return false;
    buffer.append(block, static_cast<std::size_t>(got));
    return true;
  }

  void converse(int fd) {
    std::string buffer;
    while (true) {
      std::size_t end;
      while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
        if (!more(fd, buffer)) return;
      }
      TinyRequest request = parse(buffer.substr(0, end));
      buffer.erase(0, end + 4);
      const auto length = request.headers.find("content-length");
      const std::size_t size = length == request.headers.end() ? 0 : std::stoul(length->second);
      while (buffer.size() < size) {
        if (!more(fd, buffer)) return;
      }
      request.body = buffer.substr(0, size);
      buffer.erase(0, size);
      const std::string reply = handler_(request);
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(std::move(request));
      }
      if (reply.empty() || ::send(fd, reply.data(), reply.size(), MSG_NOSIGNAL) < 0) return;
    }
  }

  static TinyRequest parse(const std::string& head) {
    TinyRequest request;
    std::size_t at = head.find("\r\n");
    const std::string first = head.substr(0, at);
    request.method = first.substr(0, first.find(' '));
    request.target = first.substr(first.find(' ') + 1, first.rfind(' ') - first.find(' ') - 1);
    while (at != std::string::npos) {
      const std::size_t begin = at + 2;
      at = head.find("\r\n", begin);
      const std::string line = head.substr(begin, at == std::string::npos ? at : at - begin);
      const std::size_t colon = line.find(": ");
      if (colon == std::string::npos) continue;
      std::string name = line.substr(0, colon);
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return std::tolower(c); });
      request.headers[name] = line.substr(colon + 2);
    }
    return request;
  }
};

}  // namespace depone::testing
