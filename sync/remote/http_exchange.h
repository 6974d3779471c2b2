#pragma once

#include <exception>

#include "sync/remote/http.h"

namespace depone {

// One exchange, as curl's callbacks see it. An exception must not pass through curl: it is kept and
// thrown afterwards.
struct HttpExchange {
  explicit HttpExchange(const HttpRequest& of) : request(of) { rewind(); }

  const HttpRequest& request;
  HttpResponse response;
  std::size_t header_bytes = 0;
  bool body_began = false;
  std::exception_ptr failure;

  bool good() const { return response.status >= 200 && response.status < 300; }
  void rewind();                                   // the body to be sent, from its start
  std::size_t give(std::span<std::uint8_t> into);  // of the body to be sent; 0 at its end
  void take(ByteView bytes);                       // of the answer's body
  void header(std::string_view line);              // of the answer, status lines too

  template <typename Work, typename Result>
  Result guarded(Work&& work, Result failed) noexcept {
    try {
      return work();
    } catch (...) {
      failure = std::current_exception();
      return failed;
    }
  }

 private:
  std::string_view text_left_;
  std::uint64_t body_left_ = 0;
  std::size_t error_bytes_ = 0;
};

}  // namespace depone
