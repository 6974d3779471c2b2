#include "sync/remote/http.h"

#include <curl/curl.h>

#include <cstdlib>

#include "crypto/bytes.h"
#include "crypto/error.h"
#include "sync/remote/http_exchange.h"
#include "sync/remote/url.h"

namespace depone {

namespace {

struct CurlLibrary {
  CurlLibrary() {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
      throw Error(Code::io, "the HTTP library does not start; nothing was sent");
    }
  }
  ~CurlLibrary() { curl_global_cleanup(); }
};

struct HeaderList {
  curl_slist* list = nullptr;
  HeaderList() = default;
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  ~HeaderList() { curl_slist_free_all(list); }
  void add(const std::string& line) {
    curl_slist* longer = curl_slist_append(list, line.c_str());
    if (!longer) throw std::bad_alloc();
    list = longer;
  }
};

std::size_t on_read(char* into, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<HttpExchange*>(user);
  return exchange.guarded(
      [&] {
        return exchange.give({reinterpret_cast<std::uint8_t*>(into), size * count});
      },
      static_cast<std::size_t>(CURL_READFUNC_ABORT));
}

int on_seek(void* user, curl_off_t offset, int origin) {
  auto& exchange = *static_cast<HttpExchange*>(user);
  if (offset != 0 || origin != SEEK_SET || !exchange.request.text) return CURL_SEEKFUNC_CANTSEEK;
  exchange.rewind();
  return CURL_SEEKFUNC_OK;
}

std::size_t on_write(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<HttpExchange*>(user);
  return exchange.guarded(
      [&] {
        exchange.take({reinterpret_cast<const std::uint8_t*>(bytes), size * count});
        return size * count;
      },
      static_cast<std::size_t>(CURL_WRITEFUNC_ERROR));
}

std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<HttpExchange*>(user);
  return exchange.guarded(
      [&] {
        exchange.header({bytes, size * count});
        return size * count;
      },
      std::size_t{0});
}

int on_progress(void* user, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent) {
  auto& exchange = *static_cast<HttpExchange*>(user);
  return exchange.guarded(
      [&] {
        exchange.request.progress(static_cast<std::uint64_t>(sent),
                                  static_cast<std::uint64_t>(received));
        return 0;
      },
      1);
}

[[noreturn]] void throw_curl(CURLcode code, const char* detail, const std::string& origin) {
  const std::string why = *detail ? detail : curl_easy_strerror(code);
  switch (code) {
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      throw Error(
          Code::bad_signature,
          "who answers at the relay's address does not hold the relay's TLS key. Nothing was sent. "
          "Somebody may be in between, or the relay has a new key: ask its operator over another "
          "channel",
          origin);
    case CURLE_PEER_FAILED_VERIFICATION:
      throw Error(Code::bad_signature,
                  "the relay's TLS certificate does not verify (" + why +
                      "). Nothing was sent. Somebody may be in between: ask the relay's operator "
                      "over another channel",
                  origin);
    case CURLE_OUT_OF_MEMORY:
      throw std::bad_alloc();
    default:
      throw Error(Code::unreachable,
                  "the relay does not answer (" + why +
                      "). Nothing was lost; run it again when the network is back",
                  origin);
  }
}

}  // namespace

const std::string* HttpResponse::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? nullptr : &found->second;
}

struct HttpClient::State {
  CURL* handle = nullptr;
  std::string pins;
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  char detail[CURL_ERROR_SIZE] = {};

  ~State() {
    if (handle) curl_easy_cleanup(handle);
  }
  template <typename Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(handle, option, value) != CURLE_OK) {
      throw Error(Code::io,
                  "the HTTP library does not know an option that is needed; nothing was sent");
    }
  }
};

HttpClient::HttpClient(std::vector<std::string> pins) : state_(std::make_unique<State>()) {
  for (const std::string& pin : pins) {
    const auto digest = from_base64url(pin);
    if (!digest || digest->size() != 32) {
      throw Error(Code::malformed, "the TLS pin of the relay is not a SHA-256 in base64url", pin);
    }
    state_->pins += (state_->pins.empty() ? "sha256//" : ";sha256//") + base64(*digest);
  }
}

HttpClient::~HttpClient() = default;

HttpResponse HttpClient::send(const HttpRequest& request) {
  check_relay_url(request.url);
  const Url url = Url::parse(request.url);
  static const CurlLibrary library;
  State& state = *state_;
  if (!state.handle) {
    state.handle = curl_easy_init();
    if (!state.handle) throw std::bad_alloc();
  } else {
    curl_easy_reset(state.handle);  // options only: the connection stays
  }
  HttpExchange exchange(request);
  HeaderList headers;
  for (const auto& [name, value] : request.headers) headers.add(name + ": " + value);
  headers.add("Expect:");  // saves a round trip; the server answers early where it refuses

  state.detail[0] = 0;
  state.set(CURLOPT_ERRORBUFFER, static_cast<char*>(state.detail));
  state.set(CURLOPT_URL, request.url.c_str());
  state.set(CURLOPT_PROTOCOLS_STR, "http,https");
  state.set(CURLOPT_FOLLOWLOCATION, 0L);
  state.set(CURLOPT_PATH_AS_IS, 1L);  // the signature covers the target as it stands
  state.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  state.set(CURLOPT_NOSIGNAL, 1L);
  state.set(CURLOPT_CONNECTTIMEOUT, 30L);
  state.set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  state.set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(request.timeout_seconds));
  state.set(CURLOPT_BUFFERSIZE, 256L << 10);
  state.set(CURLOPT_UPLOAD_BUFFERSIZE, 256L << 10);
  state.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (url.loopback())
    state.set(CURLOPT_PROXY, "");  // curl itself resolves localhost to loopback only
  if (url.onion()) {
    const auto tor = tor_proxy();
    if (!tor) {
      throw Error(Code::refused,
                  "an .onion address is reached through Tor only, and no proxy for it is named. "
                  "Nothing was sent and no name was looked up. Start Tor and set "
                  "ALL_PROXY=socks5h://127.0.0.1:9050",
                  url.origin());
    }
    state.set(CURLOPT_PROXY, tor->c_str());
    state.set(CURLOPT_NOPROXY, "");
  }
  if (!state.pins.empty()) {
    // Whoever pins a key asks no certificate authority and no name: the key says more than either.
    state.set(CURLOPT_PINNEDPUBLICKEY, state.pins.c_str());
    state.set(CURLOPT_SSL_VERIFYPEER, 0L);
    state.set(CURLOPT_SSL_VERIFYHOST, 0L);
  }
  state.set(CURLOPT_HTTPHEADER, headers.list);
  state.set(CURLOPT_HEADERFUNCTION, on_header);
  state.set(CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
  state.set(CURLOPT_WRITEFUNCTION, on_write);
  state.set(CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
  if (request.progress) {
    state.set(CURLOPT_NOPROGRESS, 0L);
    state.set(CURLOPT_XFERINFOFUNCTION, on_progress);
    state.set(CURLOPT_XFERINFODATA, static_cast<void*>(&exchange));
  }
  const bool sends =
      request.text || request.body || request.method == "POST" || request.method == "PATCH";
  if (sends) {
    const std::uint64_t size = request.text ? request.text->size() : request.body_size;
    state.set(CURLOPT_UPLOAD, 1L);
    state.set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
    state.set(CURLOPT_READFUNCTION, on_read);
    state.set(CURLOPT_READDATA, static_cast<void*>(&exchange));
    state.set(CURLOPT_SEEKFUNCTION, on_seek);
    state.set(CURLOPT_SEEKDATA, static_cast<void*>(&exchange));
  } else if (request.method == "HEAD") {
    state.set(CURLOPT_NOBODY, 1L);
  }
  state.set(CURLOPT_CUSTOMREQUEST, request.method.c_str());

  const CURLcode code = curl_easy_perform(state.handle);
  curl_off_t up = 0;
  curl_off_t down = 0;
  long request_size = 0;
  curl_easy_getinfo(state.handle, CURLINFO_SIZE_UPLOAD_T, &up);
  curl_easy_getinfo(state.handle, CURLINFO_SIZE_DOWNLOAD_T, &down);
  curl_easy_getinfo(state.handle, CURLINFO_REQUEST_SIZE, &request_size);
  state.sent += static_cast<std::uint64_t>(up + request_size);
  state.received += static_cast<std::uint64_t>(down) + exchange.header_bytes;

  if (exchange.failure) std::rethrow_exception(exchange.failure);
  if (code != CURLE_OK) throw_curl(code, state.detail, url.origin());
  if (exchange.good() && !exchange.body_began && request.before_body)
    request.before_body(exchange.response);
  return std::move(exchange.response);
}

std::uint64_t HttpClient::bytes_sent() const { return state_->sent; }
std::uint64_t HttpClient::bytes_received() const { return state_->received; }

std::optional<std::string> tor_proxy() {
  for (const char* name : {"ALL_PROXY", "all_proxy"}) {
    const char* value = std::getenv(name);
    if (value && std::string_view(value).starts_with("socks5h://")) return value;
  }
  return std::nullopt;
}

void check_relay_url(std::string_view text) {
  const Url url = Url::parse(text);
  if (url.https || url.loopback() || url.onion()) return;
  throw Error(Code::refused,
              "plain http would show everybody on the way who sends and how much; it is allowed to "
              "this computer itself (127.0.0.1, [::1], localhost) only. Use an https or .onion address. "
              "Nothing was sent",
              url.origin());
}

}  // namespace depone
