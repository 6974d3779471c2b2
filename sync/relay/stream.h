#pragma once

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <memory>
#include <optional>
#include <utility>

namespace depone::relay {

// A connection: as it comes, or TLS on it. Reads and writes as Asio's streams do, one operation at
// a time.
class Stream {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using TlsContext = boost::asio::ssl::context;
  using executor_type = Socket::executor_type;

  // `context`: null for none.
  Stream(Socket socket, std::shared_ptr<TlsContext> context) : context_(std::move(context)) {
    if (context_) {
      tls_.emplace(std::move(socket), *context_);
    } else {
      plain_.emplace(std::move(socket));
    }
  }

  Socket& socket() { return tls_ ? tls_->next_layer() : *plain_; }
  executor_type get_executor() { return socket().get_executor(); }
  bool is_tls() const { return tls_.has_value(); }

  template <typename Buffers, typename Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) return tls_->async_read_some(buffers, std::forward<Handler>(handler));
    return plain_->async_read_some(buffers, std::forward<Handler>(handler));
  }
  template <typename Buffers, typename Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) return tls_->async_write_some(buffers, std::forward<Handler>(handler));
    return plain_->async_write_some(buffers, std::forward<Handler>(handler));
  }

  // Whether a read would have something at once, as far as that can be told.
  bool has_input() {
    boost::system::error_code ignored;
    return socket().available(ignored) > 0 || (tls_ && SSL_has_pending(tls_->native_handle()) == 1);
  }

  // Of TLS only.
  template <typename Handler>
  auto async_handshake(Handler&& handler) {
    return tls_->async_handshake(boost::asio::ssl::stream_base::server,
                                 std::forward<Handler>(handler));
  }
  // Says that nothing more comes, and waits for the other side to say so.
  template <typename Handler>
  auto async_shutdown(Handler&& handler) {
    return tls_->async_shutdown(std::forward<Handler>(handler));
  }

 private:
  std::shared_ptr<TlsContext> context_;
  std::optional<boost::asio::ssl::stream<Socket>> tls_;
  std::optional<Socket> plain_;
};

}  // namespace depone::relay
