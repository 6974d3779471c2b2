#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/team.h"

namespace depone::testing {

// A relay for tests of what a client does when one misbehaves: it speaks the interface on a
// loopback port, keeps all in memory, checks no signature, and can be told to answer wrongly or to
// stop in the middle. The real one is tested on its own.
class FakeRelay {
 public:
  struct Request {
    std::string method;
    std::string target;                          // path and query
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
    std::string member;  // id of who signed it, "" where unknown
  };
  struct Answer {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::string body = {};
    std::size_t cut_after =
        std::string::npos;  // bytes of the body after which the connection is dropped
  };
  struct Bundle {
    std::string bytes;
    std::uint64_t size = 0;
    std::string minisig;
    std::vector<std::string> to;
    std::optional<std::uint64_t> index;  // in the log, once it is whole
  };

  explicit FakeRelay(Team& team);
  ~FakeRelay();
  FakeRelay(const FakeRelay&) = delete;
  FakeRelay& operator=(const FakeRelay&) = delete;

  std::string url() const;
  static Answer problem(int status, const std::string& name);

  // Asked first; what it gives is the answer. Called on the relay's thread.
  std::function<std::optional<Answer>(const Request&)> instead;
  std::optional<std::size_t>
      drop_upload_after;  // bytes of the next PATCH that arrive before the connection is dropped
  bool withhold_receipts = false;         // 202
  std::map<std::string, Bundle> bundles;  // by SHA-256
  std::vector<std::string> log;           // entries
  std::vector<std::string> requests;      // "PATCH /v1/uploads/…", for tests to count
  std::string receipt_of(const std::string& sha256) const;
  void put(const std::string& sha256, const std::string& bytes, const std::string& minisig,
           const std::vector<std::string>& to);

 private:
  void serve();
  void talk(int connection);
  Answer answer(const Request& request);
  Answer roster(const Request& request, const std::string& path);
  Answer create(const Request& request);
  Answer append(const Request& request, const std::string& sha256);
  Answer mailbox(const Request& request);
  void finish(const std::string& sha256);

  Team& team_;
  int socket_ = -1;
  int port_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace depone::testing
