#pragma once

#include <memory>
#include <string>

namespace spdlog {
class logger;
}

namespace depone::relay {

// The server's log, on standard error: what an operator needs. Never a client's address, a member's id, what an address
// names, or a body: callers give routes, counts and our own error messages; hashes only of two bundles for one place.
class Journal {
 public:
  Journal();
  void info(const std::string& message);
  void warn(const std::string& message);
  void request(const std::string& method, const std::string& route, int status, double milliseconds);

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace depone::relay
