#include "sync/relay/server.h"

#include <utility>

#include <algorithm>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <limits>
#include <list>
#include <set>

#include "crypto/error.h"
#include "crypto/formats/wire.h"
#include "sync/relay/descriptors.h"
#include "sync/relay/head.h"
#include "sync/relay/journal.h"
#include "sync/relay/restored.h"
#include "sync/relay/roster_admin.h"
#include "sync/relay/sequencer.h"
#include "sync/relay/service.h"
#include "sync/relay/stream.h"
#include "sync/relay/tls.h"

// With stream.h the only file that knows Asio and Beast. One thread moves bytes; a few do what takes time (disk, hashes, ledger).

// Asio frees coroutine frames by its own operator delete, which fits its own operator new; GCC 12 sees only one of them
// once both are inlined.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace depone::relay {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

constexpr unsigned kWorkers = 4;
constexpr std::size_t kMaxHead = 128u << 10;
constexpr std::size_t kChunk = 256u << 10;
constexpr std::uint64_t kDrained = 1u << 20;  // of a body that is not wanted, to keep the connection
constexpr std::uint64_t kSlowest = 256;       // bytes a second
constexpr std::chrono::seconds kDrainTime{20};
constexpr std::chrono::seconds kLinger{5};
// Connections beyond the limit that are told so and given time to hear it.
constexpr std::size_t kTurnedAway = 100;
constexpr std::chrono::hours kSweep{1};
constexpr std::chrono::milliseconds kDeadlineTick{200};

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

// Runs `work` on the pool, and goes on here when it has ended. What it throws is thrown here.
template <typename Work>
asio::awaitable<void> on_pool(asio::thread_pool& pool, Work& work) {
  auto start = [&pool, &work](auto handler) {
    asio::post(pool, [handler = std::move(handler), &work]() mutable {
      std::exception_ptr failure;
      try {
        work();
      } catch (...) {
        failure = std::current_exception();
      }
      auto executor = asio::get_associated_executor(handler);
      asio::post(executor, [handler = std::move(handler), failure]() mutable { handler(failure); });
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(std::exception_ptr)>(start, asio::use_awaitable);
}

using Parser = http::request_parser<http::buffer_body>;

Request request_from(const Parser::value_type& message) {
  Request out;
  out.method = std::string(message.method_string());
  out.target = std::string(message.target());
  for (const auto& field : message) {
    std::string name(field.name_string());
    for (char& c : name) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    const std::string value(field.value());
    const auto [at, first] = out.headers.try_emplace(std::move(name), value);
    if (!first) at->second += ", " + value;
    ++out.fields;
  }
  out.chunked = message.chunked();
  out.http_1_0 = message.version() < 11;
  return out;
}

// Of a body that is no chunked one. An end before its time says that nobody is there any more.
bool is_malformed(const error_code& error) {
  return error.category() == http::make_error_code(http::error::bad_chunk).category() &&
         error != http::error::end_of_stream && error != http::error::partial_message;
}

std::string head_of(const Response& response, std::uint64_t size, bool keep, Time now) {
  const auto status = static_cast<unsigned>(response.status);
  std::string out = "HTTP/1.1 " + std::to_string(status) + " ";
  out += std::string(http::obsolete_reason(http::int_to_status(status))) + "\r\nDate: " + http_date(now) + "\r\n";
  for (const auto& [name, value] : response.headers) out += name + ": " + value + "\r\n";
  if (status != 204) out += "Content-Length: " + std::to_string(size) + "\r\n";
  out += "X-Content-Type-Options: nosniff\r\n";
  out += std::string(kProtocolHeader) + ": " + std::to_string(kProtocol) + "\r\n";
  if (!keep) out += "Connection: close\r\n";
  return out + "\r\n";
}

// Of an IPv4 client at an IPv6 socket its own.
asio::ip::address plain_address(const asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
}

// Members who pin another key would refuse to talk to this relay.
void check_pin(Directory& relay) {
  const std::vector<std::string> pins = pins_of(relay);
  if (pins.empty()) return;
  const std::string served = relay.tls_files().any() ? base64url(tls_pin(relay.tls_files().certificate)) : "";
  if (!served.empty() && std::find(pins.begin(), pins.end(), served) == pins.end()) {
    throw Error(Code::refused,
                "the roster pins another TLS key than the certificate's, so every member would refuse it. Put back "
                "the key that members know, or have the roster pin both first: depone-relay roster address",
                relay.tls_files().certificate.string());
  }
}

class Server {
 public:
  Server(Directory& relay, const Endpoint& listen, Clock clock);
  void run();

 private:
  enum class Doing { waiting, receiving, working };
  struct Session {
    Session(tcp::socket socket, std::shared_ptr<asio::ssl::context> tls, bool beyond_limit)
        : stream(std::move(socket), std::move(tls)), turned_away(beyond_limit) {
      if (!turned_away) buffer.reserve(65536);
      error_code gone;
      const auto address = stream.socket().remote_endpoint(gone).address();
      if (!gone) peer = plain_address(address).to_string();
    }
    // What is under way is given up then, and `late` says why. (Beast's own stream would close the socket: nobody could
    // be answered any more.)
    void until(SteadyClock::time_point time) {
      deadline = time;
      late = false;
    }
    void within(std::chrono::seconds time) { until(SteadyClock::now() + time); }

    Stream stream;
    std::string peer;
    beast::flat_buffer buffer{kMaxHead + 65536};
    bool turned_away = false;
    Doing doing = Doing::waiting;
    SteadyClock::time_point deadline = SteadyClock::time_point::max();
    bool late = false;
  };

  asio::awaitable<void> accept();
  asio::awaitable<void> watch_signals();
  asio::awaitable<void> sweep();
  asio::awaitable<void> watch_deadlines();
  asio::awaitable<void> session(std::list<Session>::iterator it);
  asio::awaitable<bool> exchange(Session& at);  // false: the connection is at its end
  asio::awaitable<error_code> read_head(Session& at, Parser& parser);
  asio::awaitable<Response> poll(Poll poll);
  asio::awaitable<std::optional<Response>> receive(Session& at, Parser& parser, std::unique_ptr<Body> body);
  asio::awaitable<bool> send(Session& at, Response& response, bool head_only, bool keep);
  asio::awaitable<bool> send_stream(Session& at, Response& response);
  asio::awaitable<void> drain(Session& at, Parser& parser, std::uint64_t limit);
  asio::awaitable<void> linger(Session& at, bool more_comes);
  asio::awaitable<bool> shake_hands(Session& at);
  asio::awaitable<void> turn_away(Session& at);
  void turn_away_unheard(tcp::socket& socket);
  std::string busy_text() const;
  void read_files_again();
  void published();
  void stop();
  void stop_when_idle();
  Limits limits() const { return relay_.settings().limits(); }
  std::chrono::seconds seconds(std::uint64_t count) const { return std::chrono::seconds(count); }

  Directory& relay_;
  std::uint64_t connections_;
  TlsFiles tls_files_;
  Clock clock_;
  Journal journal_;
  FileLock log_lock_;
  Service service_;  // outlives the requests that io_ may still hold when it is destroyed
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  asio::thread_pool pool_{kWorkers};
  std::shared_ptr<asio::ssl::context> tls_;  // of connections from now on; null: plain
  tcp::acceptor acceptor_{io_};
  asio::signal_set signals_{io_, SIGTERM, SIGINT, SIGHUP};
  asio::steady_timer sweep_timer_{io_};
  asio::steady_timer deadline_timer_{io_};
  asio::steady_timer force_timer_{io_};
  std::list<Session> sessions_;
  std::set<asio::steady_timer*> waiting_;  // of polls
  std::uint64_t publications_ = 0;
  bool draining_ = false;
  SequencerThread sequencer_;  // last: it posts to io_
};

tcp::acceptor listen_on(asio::io_context& io, const Endpoint& at) {
  const tcp::endpoint endpoint(asio::ip::make_address(at.host), at.port);
  tcp::acceptor acceptor(io);
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(1024, error);
  if (error) throw Error(Code::io, "cannot listen there: " + error.message(), at.text());
  return acceptor;
}

Server::Server(Directory& relay, const Endpoint& listen, Clock clock)
    : relay_(relay),
      connections_(make_room_for_connections(relay.settings().limits().connections)),
      tls_files_(relay.tls_files()),
      clock_(std::move(clock)),
      log_lock_(relay.path() / "sequencer.lock", 2),
      service_(relay, clock_, [this] { sequencer_.wake(); }, [this] { return sequencer_.healthy(); }),
      sequencer_(Sequencer(relay.ledger(), relay.log_name(), relay.log_key()),
                 [this] { asio::post(io_, [this] { published(); }); },
                 [this](const std::string& why) { journal_.warn("the log does not grow: " + why); }) {
  service_.failed = [this](const std::string& why) { journal_.warn(why); };
  if (tls_files_.any()) tls_ = std::make_shared<asio::ssl::context>(tls_context(tls_files_).release());
  if (connections_ < limits().connections) {
    journal_.warn("this system lets the relay open files for " + std::to_string(connections_) +
                  " connections, fewer than limits.connections; raise LimitNOFILE, or ulimit -n");
  }
  service_.recover();
  acceptor_ = listen_on(io_, listen);
}

void Server::run() {
  const auto at = acceptor_.local_endpoint();
  const Endpoint bound{at.address().to_string(), at.port()};
  asio::co_spawn(io_, accept(), asio::detached);
  asio::co_spawn(io_, watch_signals(), asio::detached);
  asio::co_spawn(io_, sweep(), asio::detached);
  asio::co_spawn(io_, watch_deadlines(), asio::detached);
  journal_.info((tls_ ? "serving https://" : "serving http://") + bound.text());
  io_.run();
  pool_.join();
  journal_.info("stopped; nothing is left undone");
}

asio::awaitable<void> Server::accept() {
  while (!draining_) {
    error_code error;
    tcp::socket socket = co_await acceptor_.async_accept(into(error));
    if (draining_) co_return;
    if (error) {  // out of descriptors, most likely
      asio::steady_timer pause(io_, std::chrono::milliseconds(100));
      co_await pause.async_wait(into(error));
      continue;
    }
    socket.set_option(tcp::no_delay(true), error);
    if (sessions_.size() >= connections_ + kTurnedAway) {
      if (!tls_) turn_away_unheard(socket);
      continue;  // closes it
    }
    sessions_.emplace_front(std::move(socket), tls_, sessions_.size() >= connections_);
    service_.metrics().connections(sessions_.size());
    asio::co_spawn(io_, session(sessions_.begin()), asio::detached);
  }
}

asio::awaitable<bool> Server::shake_hands(Session& at) {
  error_code error;
  at.within(seconds(limits().header_seconds));
  co_await at.stream.async_handshake(into(error));
  co_return !error;
}

std::string Server::busy_text() const {
  const Response response = problem_response({"busy", "", {{"Retry-After", "5"}}});
  return head_of(response, response.body.size(), false, clock_()) + response.body;
}

// Where too many are turned away already: said, but nobody waits until it was heard.
void Server::turn_away_unheard(tcp::socket& socket) {
  error_code error;
  socket.non_blocking(true, error);
  if (!error) socket.write_some(asio::buffer(busy_text()), error);
  if (!error) socket.shutdown(tcp::socket::shutdown_send, error);
}

asio::awaitable<void> Server::turn_away(Session& at) {
  const std::string text = busy_text();
  error_code error;
  at.within(kLinger);
  co_await asio::async_write(at.stream, asio::buffer(text), into(error));
  if (!error) co_await linger(at, true);
}

asio::awaitable<void> Server::session(std::list<Session>::iterator it) {
  try {
    bool more = !it->stream.is_tls();
    if (!more) more = co_await shake_hands(*it);
    if (more && it->turned_away) {
      co_await turn_away(*it);
      more = false;
    }
    while (more) more = co_await exchange(*it);
  } catch (const std::exception& error) {
    journal_.warn(std::string("a connection ended: ") + error.what());
  }
  error_code ignored;
  it->stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
  sessions_.erase(it);
  service_.metrics().connections(sessions_.size());
  stop_when_idle();
}

asio::awaitable<error_code> Server::read_head(Session& at, Parser& parser) {
  error_code error;
  at.doing = Doing::waiting;
  if (at.buffer.size() == 0) {  // a kept connection may be quiet for longer than a head may take
    at.within(seconds(limits().idle_seconds));
    const std::size_t got = co_await at.stream.async_read_some(at.buffer.prepare(65536), into(error));
    at.buffer.commit(got);
    if (error) co_return http::make_error_code(http::error::end_of_stream);
  }
  at.within(seconds(limits().header_seconds));
  co_await http::async_read_header(at.stream, at.buffer, parser, into(error));
  co_return error;
}

asio::awaitable<bool> Server::exchange(Session& at) {
  if (draining_) co_return false;
  Parser parser;
  parser.header_limit(static_cast<std::uint32_t>(kMaxHead));
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());  // the handlers say how much they take
  const error_code error = co_await read_head(at, parser);
  const bool gone = error == http::error::end_of_stream || error == asio::error::connection_reset ||
                    error == http::error::partial_message || error == asio::ssl::error::stream_truncated ||
                    (error == asio::error::operation_aborted && !at.late);
  if (gone || draining_) co_return false;
  at.doing = Doing::working;
  const auto began = SteadyClock::now();
  Request request;
  Response response;
  bool keep = false;
  bool sound = false;  // where the request ends is certain
  if (error) {
    const int status = at.late ? 408 : error == http::error::header_limit ? 431 : 400;
    response = problem_response({"malformed", "", {}, status});
  } else {
    request = request_from(parser.get());
    request.peer = at.peer;
    if (const auto length = parser.content_length()) request.content_length = *length;
    if (const auto wrong = wrong_with_head(request)) {
      response = problem_response(*wrong);
    } else if (!request.parse_target()) {
      response = problem_response({"malformed", "the address is not of its form"});
    } else {
      sound = true;
      keep = !request.http_1_0 && parser.get().keep_alive();
      Outcome outcome;
      auto work = [&] { outcome = service_.begin(request); };
      co_await on_pool(pool_, work);
      if (auto* ready = std::get_if<Response>(&outcome)) {
        response = std::move(*ready);
      } else if (auto* poll_for = std::get_if<Poll>(&outcome)) {
        response = co_await poll(std::move(*poll_for));
      } else {
        auto answer = co_await receive(at, parser, std::move(std::get<std::unique_ptr<Body>>(outcome)));
        if (!answer) co_return false;  // cut
        response = std::move(*answer);
      }
    }
  }
  // A body that nobody wanted: read away where it is small, so that the answer is not lost to a reset.
  const bool expects = request.header("expect") != nullptr;
  if (sound && !parser.is_done() && !at.late && !draining_) {
    if (!expects && request.content_length.value_or(kDrained + 1) <= kDrained) co_await drain(at, parser, kDrained);
  }
  keep = keep && parser.is_done() && !draining_;
  const int status = response.status;
  const bool sent = co_await send(at, response, request.method == "HEAD", keep);
  const std::chrono::duration<double, std::milli> took = SteadyClock::now() - began;
  const std::string method = error ? "-" : http::string_to_verb(request.method) == http::verb::unknown ? "?" : request.method;
  const std::string route = error ? "-" : Service::route_of(request);
  journal_.request(method, route, status, took.count());
  service_.metrics().answered(method, route, status, took.count() / 1000);
  if (sent && !keep) co_await linger(at, sound && !parser.is_done());
  co_return sent && keep;
}

asio::awaitable<Response> Server::poll(Poll poll) {
  const auto deadline = SteadyClock::now() + poll.time;
  std::optional<Response> answer;
  while (!answer) {
    const std::uint64_t seen = publications_;
    const bool last = draining_ || SteadyClock::now() >= deadline;
    auto work = [&] {
      Response response = service_.guarded([&] {
        auto found = poll.ask(last);
        if (found) answer = std::move(*found);
        return Response{};
      });
      if (response.status >= 400) answer = std::move(response);
    };
    co_await on_pool(pool_, work);
    if (answer || last || seen != publications_) continue;
    asio::steady_timer timer(io_, deadline);
    waiting_.insert(&timer);
    service_.metrics().polls(waiting_.size());
    error_code ignored;
    co_await timer.async_wait(into(ignored));
    waiting_.erase(&timer);
    service_.metrics().polls(waiting_.size());
  }
  co_return std::move(*answer);
}

// nullopt: the connection was cut, or there is nobody to answer any more.
asio::awaitable<std::optional<Response>> Server::receive(Session& at, Parser& parser, std::unique_ptr<Body> body) {
  error_code error;
  const auto expect = parser.get().find(http::field::expect);
  if (parser.get().version() >= 11 && expect != parser.get().end() && beast::iequals(expect->value(), "100-continue")) {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    at.within(seconds(limits().body_seconds));
    co_await asio::async_write(at.stream, asio::buffer(kContinue), into(error));
  }
  Bytes chunk(kChunk);
  std::optional<Response> refused;
  at.doing = Doing::receiving;
  // However slowly: a body that would take for ever is no upload. What came of a bundle is kept.
  const std::uint64_t expected = parser.content_length().value_or(kDrained);
  const auto deadline = SteadyClock::now() + seconds(limits().body_seconds + expected / kSlowest);
  while (!error && !refused && !parser.is_done() && !draining_) {
    std::size_t filled = 0;
    // What is at hand already goes along: fewer, larger pieces.
    while (!error && !parser.is_done() && filled < chunk.size() - 65536) {
      parser.get().body().data = chunk.data() + filled;
      parser.get().body().size = chunk.size() - filled;
      at.until(std::min(deadline, SteadyClock::now() + seconds(limits().body_seconds)));
      co_await http::async_read_some(at.stream, at.buffer, parser, into(error));
      if (error == http::error::need_buffer) error = {};
      const std::size_t got = chunk.size() - filled - parser.get().body().size;
      filled += got;
      if (!at.stream.has_input() && at.buffer.size() == 0) break;
    }
    auto work = [&] {
      bool taken = false;
      Response answer = service_.guarded([&] {
        body->write(ByteView(chunk).first(filled));
        taken = true;
        return Response{};
      });
      if (!taken) refused = std::move(answer);
    };
    if (filled > 0) co_await on_pool(pool_, work);
  }
  at.doing = Doing::working;
  const bool complete = !error && !refused && parser.is_done();
  auto work = [&] {
    if (complete) refused = service_.guarded([&] { return body->finish(); });
    body.reset();
  };
  co_await on_pool(pool_, work);
  if (!complete && !refused && at.late) {
    refused = problem_response({"malformed", "the rest of the body did not come in time; what came is kept", {}, 408});
  }
  if (!complete && !refused && is_malformed(error)) {
    refused = problem_response({"malformed", "the body is not of its form"});
  }
  if (!complete && !refused && draining_) refused = problem_response({"busy", "", {{"Retry-After", "5"}}});
  co_return refused;
}

asio::awaitable<bool> Server::send(Session& at, Response& response, bool head_only, bool keep) {
  const std::uint64_t size = response.stream ? response.stream_size : response.body.size();
  std::string text = head_of(response, size, keep, clock_());
  const bool streamed = response.stream && !head_only;
  if (!head_only && !response.stream) text += response.body;
  at.within(seconds(limits().body_seconds));
  error_code error;
  co_await asio::async_write(at.stream, asio::buffer(text), into(error));
  if (error) co_return false;
  if (!streamed) co_return true;
  co_return co_await send_stream(at, response);
}

asio::awaitable<bool> Server::send_stream(Session& at, Response& response) {
  Bytes chunk(kChunk);
  std::uint64_t left = response.stream_size;
  while (left > 0) {
    std::size_t got = 0;
    bool failed = false;
    auto work = [&] {
      const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(left, chunk.size()));
      failed = service_.guarded([&] {
        got = response.stream->read(std::span(chunk).first(want));
        return Response{};
      }).status >= 400;
    };
    co_await on_pool(pool_, work);
    if (failed || got == 0) co_return false;  // the length that was promised tells the client
    at.within(seconds(limits().body_seconds));
    error_code error;
    co_await asio::async_write(at.stream, asio::buffer(chunk.data(), got), into(error));
    if (error) co_return false;
    left -= got;
  }
  co_return true;
}

asio::awaitable<void> Server::drain(Session& at, Parser& parser, std::uint64_t limit) {
  Bytes nowhere(65536);
  error_code error;
  at.within(kLinger);
  for (std::uint64_t seen = 0; !error && !parser.is_done() && seen <= limit;) {
    parser.get().body().data = nowhere.data();
    parser.get().body().size = nowhere.size();
    co_await http::async_read_some(at.stream, at.buffer, parser, into(error));
    if (error == http::error::need_buffer) error = {};
    seen += nowhere.size() - parser.get().body().size;
  }
}

// A close while the client still sends would reset the connection and lose the answer: it is given time to read it.
asio::awaitable<void> Server::linger(Session& at, bool more_comes) {
  at.doing = Doing::waiting;
  error_code error;
  at.within(kLinger);
  const bool tls = at.stream.is_tls();
  if (!tls) at.stream.socket().shutdown(tcp::socket::shutdown_send, error);
  // TLS has no half of a close: who still sends is read first.
  Bytes nowhere(65536);
  while (!error && !draining_ && (!tls || more_comes)) {
    co_await at.stream.async_read_some(asio::buffer(nowhere), into(error));
  }
  if (tls && !error) co_await at.stream.async_shutdown(into(error));
}

asio::awaitable<void> Server::sweep() {
  while (!draining_) {
    error_code error;
    sweep_timer_.expires_after(kSweep);
    co_await sweep_timer_.async_wait(into(error));
    if (draining_) co_return;
    auto work = [&] {
      service_.guarded([&] {
        service_.sweep();
        return Response{};
      });
    };
    co_await on_pool(pool_, work);
  }
}

asio::awaitable<void> Server::watch_deadlines() {
  while (!draining_ || !sessions_.empty()) {
    error_code ignored;
    deadline_timer_.expires_after(kDeadlineTick);
    co_await deadline_timer_.async_wait(into(ignored));
    const auto now = SteadyClock::now();
    for (Session& session : sessions_) {
      if (session.deadline > now) continue;
      session.deadline = SteadyClock::time_point::max();
      session.late = true;
      session.stream.socket().cancel(ignored);
    }
  }
}

asio::awaitable<void> Server::watch_signals() {
  error_code error;
  int number = co_await signals_.async_wait(into(error));
  while (!error && number == SIGHUP) {  // a hang-up must not end what others rely on
    read_files_again();
    number = co_await signals_.async_wait(into(error));
  }
  if (!error) stop();
}

// Each by itself: what is broken stays as it was before.
void Server::read_files_again() {
  try {
    std::string later;
    const std::vector<std::string> fixed = relay_.read_settings_again();
    connections_ = make_room_for_connections(limits().connections);
    for (const std::string& name : fixed) later += (later.empty() ? "" : ", ") + name;
    journal_.info("SIGHUP: limits, public_log and metrics_from are those of relay.toml now" +
                  (later.empty() ? "" : "; what changed in " + later + " counts from the next start"));
  } catch (const Error& error) {
    journal_.warn(std::string("SIGHUP: relay.toml was not read again, and the settings from before count: ") + error.what());
  }
  if (!tls_files_.any()) return;
  try {
    check_pin(relay_);
    tls_ = std::make_shared<asio::ssl::context>(tls_context(tls_files_).release());
    journal_.info("SIGHUP: new connections get the certificate as it is now");
  } catch (const Error& error) {
    journal_.warn(std::string("SIGHUP: the certificate was not read again, and the one from before is in use: ") +
                  error.what());
  }
}

void Server::published() {
  ++publications_;
  for (asio::steady_timer* timer : waiting_) timer->cancel();
}

void Server::stop() {
  journal_.info("stopping: what is under way is finished, uploads keep what arrived");
  draining_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  sweep_timer_.cancel();
  published();
  for (Session& session : sessions_) {
    if (session.doing != Doing::working) session.stream.socket().cancel(ignored);
  }
  force_timer_.expires_after(kDrainTime);
  force_timer_.async_wait([this](const error_code& error) {
    if (!error) io_.stop();
  });
  stop_when_idle();
}

void Server::stop_when_idle() {
  if (!draining_ || !sessions_.empty()) return;
  force_timer_.cancel();
  deadline_timer_.cancel();
  work_.reset();
}

}  // namespace

void serve(Directory& relay, const Endpoint& listen, const Clock& clock) {
  if (!relay.tls_files().any() && !listen.loopback()) {
    throw Error(Code::refused,
                "without TLS anybody on the way could read who sends and how much: plain HTTP is served on loopback addresses "
                "(127.0.0.1, [::1]) only. Name a certificate and its key in relay.toml, [tls]; nothing was started",
                listen.text());
  }
  refuse_while_restored(relay.path());
  check_pin(relay);
  Server(relay, listen, clock).run();
}

}  // namespace depone::relay
