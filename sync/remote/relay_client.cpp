#include "sync/remote/relay_client.h"

#include <cstdlib>

#include "crypto/error.h"
#include "crypto/formats/receipt.h"
#include "crypto/json.h"
#include "crypto/note.h"
#include "sync/remote/http_date.h"
#include "sync/remote/relay_state.h"
#include "sync/remote/url.h"

namespace depone {

namespace {

constexpr std::size_t kMaxHead = 4u << 20;
constexpr std::size_t kMaxMembers = 256u << 20;
constexpr std::size_t kMaxMailbox = 64u << 20;
constexpr std::size_t kMaxLogFile = 17u << 20;  // 256 entries of 65,535 bytes with their lengths
constexpr std::int64_t kClockTolerance = 300;
constexpr unsigned kTimeout = 60;

std::string base_of(const std::string& text) {
  check_relay_url(text);
  const Url url = Url::parse(text);
  if (url.target.find('?') != std::string::npos) {
    throw Error(Code::malformed,
                "the relay's address has a query (`?`), which it cannot have; nothing was sent",
                text);
  }
  std::string base = url.origin() + url.target;
  while (base.ends_with('/')) base.pop_back();
  return base;
}

std::string place_query(std::string_view log, std::optional<std::uint64_t> after) {
  std::string query = "?log=" + percent_encode(log);
  if (after) query += "&after=" + std::to_string(*after);
  return query;
}

std::vector<ProvenLine> parse_lines(std::string_view text) {
  const auto lines = lines_of(text);
  if (!lines) throw Error(Code::malformed, "the relay's member lines are cut short", "members");
  std::vector<ProvenLine> proven;
  proven.reserve(lines->size());
  for (std::size_t i = 0; i < lines->size(); ++i) {
    try {
      proven.push_back(ProvenLine::parse((*lines)[i]));
    } catch (const Error& error) {
      throw error.in("members, line " + std::to_string(i + 1));
    }
  }
  return proven;
}

}  // namespace

std::string bundle_name(std::string_view sha256) {
  if (!sha256_from_hex(sha256)) {
    throw Error(Code::malformed, "this is not the SHA-256 of a bundle",
                std::string(sha256.substr(0, 80)));
  }
  return std::string(sha256);
}

RelayClient::RelayClient(std::string url, std::vector<std::string> pins, const Ed25519Key* key,
                         Clock clock) {
  const std::string base = base_of(url);
  state_.reset(new State{base, Url::parse(base).origin(), HttpClient(std::move(pins)), key,
                         std::move(clock)});
}

namespace {

// A relay of another version that does not know what was asked: the upgrade is what helps, and whose.
void check_protocol(const HttpResponse& response, const std::string& url) {
  const std::string* header = response.header("depone-protocol");
  const auto theirs = header ? from_decimal(*header) : std::nullopt;
  if (!theirs || *theirs == kProtocol) return;
  const auto problem = problem_of(response);
  const bool unknown =
      response.status == 400 || response.status == 405 || response.status == 415 ||
      (response.status == 404 && !problem);
  if (!unknown) return;
  throw problem_error({response.status, *theirs > kProtocol ? "client-old" : "relay-old", "", ""})
      .in(url);
}

}  // namespace

RelayClient::~RelayClient() = default;

HttpResponse RelayClient::send(Call& call) {
  HttpRequest& request = call.request;
  if (request.text) {
    const std::string digest = content_digest(as_bytes(*request.text));
    request.headers.emplace_back("Content-Digest", digest);
    call.covered.emplace_back("content-digest", digest);
  }
  if (call.invite) {
    request.headers.emplace_back(
        "Depone-Invite", invite_header(*call.invite, request.text ? *request.text : request.url));
  }
  if (progress) request.progress = progress;
  request.headers.emplace_back(kProtocolHeader, std::to_string(kProtocol));
  const std::size_t unsigned_headers = request.headers.size();
  for (bool again = false;; again = true) {
    const Time now = state_->clock();
    if (call.sign && state_->key) {
      Components components{{"@method", request.method}, {"@target-uri", request.url}};
      components.insert(components.end(), call.covered.begin(), call.covered.end());
      const SignedHeaders headers =
          sign_request(*state_->key, components, Time{now.seconds + state_->skew});
      request.headers.resize(unsigned_headers);
      request.headers.emplace_back("Signature-Input", headers.signature_input);
      request.headers.emplace_back("Signature", headers.signature);
    }
    HttpResponse response;
    try {
      response = state_->http.send(request);
    } catch (const Error& error) {
      // What was wrong with an answer should say whose it was; the others do already.
      if (error.code() == Code::malformed && error.context().empty()) throw error.in(request.url);
      throw;
    }
    check_protocol(response, request.url);
    if (response.status != 401 || again || request.body || !call.sign || !state_->key)
      return response;
    const std::string* date = response.header("date");
    const auto theirs = date ? parse_http_date(*date) : std::nullopt;
    if (!theirs) return response;
    // A HEAD has no body that could name the problem: then the difference itself tells.
    const auto problem = problem_of(response);
    const bool clock =
        problem ? problem->name == "clock"
                : request.method == "HEAD" &&
                      std::llabs(theirs->seconds - now.seconds - state_->skew) > kClockTolerance;
    if (!clock) return response;
    state_->skew = theirs->seconds - now.seconds;
    state_->skewed = true;
  }
}

HttpResponse RelayClient::get(std::string target, std::size_t limit, const Invite* invite) {
  Call call;
  call.request.method = "GET";
  call.request.url = state_->base + target;
  call.request.limit = limit;
  call.request.timeout_seconds = kTimeout;
  call.invite = invite;
  call.sign = invite == nullptr;
  return send(call);
}

Roster RelayClient::roster(const minisign::PublicKey& authority, const Invite* invite, bool all,
                           std::optional<std::uint64_t> version) {
  const auto fetch = [&](const std::string& target, std::size_t limit) {
    HttpResponse response = get(target, limit, invite);
    if (response.status != 200) throw_problem(response, state_->origin);
    return std::move(response.body);
  };
  const std::string head =
      fetch("/v1/roster" + (version ? "?version=" + std::to_string(*version) : ""), kMaxHead);
  std::uint64_t given = 0;
  try {
    given = RosterHead::parse(head).version;
  } catch (const Error& error) {
    throw error.in("roster.json");
  }
  if (version && given != *version) {
    throw Error(
        Code::mismatch,
        "the relay gave another version of the roster than was asked for; it was not taken in",
        "roster.json");
  }
  // The other two are asked for by this version: a roster published meanwhile does no harm.
  const std::string query = "?version=" + std::to_string(given);
  const std::string minisig = fetch("/v1/roster.minisig" + query, minisign::kMaxSignatureSize);
  const std::string lines = fetch("/v1/roster/members" + query, kMaxMembers);
  Roster roster = Roster::check(head, minisig, authority, parse_lines(lines));
  if (all && !roster.whole()) {
    throw Error(Code::mismatch,
                "the relay gave only some of the member lines that the roster says there are; "
                "without all of them nothing can be judged",
                "members");
  }
  return roster;
}

JoinAnswer RelayClient::join(const Join& join, const Invite* invite) {
  const std::string body = join.json();
  Call call;
  call.request.method = "POST";
  call.request.url = state_->base + "/v1/join";
  call.request.headers = {{"Content-Type", "application/json"}};
  call.request.text = body;
  call.invite = invite;
  const HttpResponse response = send(call);
  if (response.status != 200 && response.status != 202) throw_problem(response, state_->origin);
  JoinAnswer answer = JoinAnswer::parse(response.body);
  if (answer.fingerprint != join.fingerprint()) {
    throw Error(Code::mismatch,
                "the relay answered for other keys than were sent. Do not go on: tell the "
                "operator, over another channel",
                state_->origin);
  }
  return answer;
}

Mailbox RelayClient::mailbox(std::string_view log, std::optional<std::uint64_t> after,
                             unsigned wait_seconds) {
  Call call;
  call.request.method = "GET";
  call.request.url = state_->base + "/v1/mailbox" + place_query(log, after);
  if (wait_seconds > 0) call.request.url += "&wait=" + std::to_string(wait_seconds);
  call.request.timeout_seconds = kTimeout + wait_seconds;
  call.request.limit = kMaxMailbox;
  const HttpResponse response = send(call);
  if (response.status != 200) throw_problem(response, state_->origin);
  return Mailbox::parse(response.body);
}

Mailbox RelayClient::sent(std::string_view log, std::optional<std::uint64_t> after) {
  const HttpResponse response = get("/v1/sent" + place_query(log, after), kMaxMailbox);
  if (response.status != 200) throw_problem(response, state_->origin);
  return Mailbox::parse(response.body);
}

std::optional<std::string> RelayClient::receipt(std::string_view sha256, unsigned wait_seconds) {
  Call call;
  call.request.method = "GET";
  call.request.url = state_->base + "/v1/receipts/" + bundle_name(sha256);
  if (wait_seconds > 0) call.request.url += "?wait=" + std::to_string(wait_seconds);
  call.request.timeout_seconds = kTimeout + wait_seconds;
  call.request.limit = kMaxReceipt;
  HttpResponse response = send(call);
  if (response.status == 202) return std::nullopt;
  if (response.status != 200) throw_problem(response, state_->origin);
  return std::move(response.body);
}

std::uint64_t RelayClient::bundle(std::string_view sha256, std::uint64_t offset, Sink& into) {
  class CountingSink : public Sink {
   public:
    explicit CountingSink(Sink& next) : next_(next) {}
    void write(ByteView bytes) override {
      next_.write(bytes);
      count += bytes.size();
    }
    void finish() override {}
    std::uint64_t count = 0;

   private:
    Sink& next_;
  };
  CountingSink counted(into);
  Call call;
  call.request.method = "GET";
  call.request.url = state_->base + "/v1/bundles/" + bundle_name(sha256);
  call.request.into = &counted;
  if (offset > 0) call.request.headers = {{"Range", "bytes=" + std::to_string(offset) + "-"}};
  call.request.before_body = [&](const HttpResponse& response) {
    if (offset == 0 && response.status == 200) return;
    const std::string* range = response.header("content-range");
    if (offset > 0 && response.status == 206 && range &&
        range->starts_with("bytes " + std::to_string(offset) + "-")) {
      return;
    }
    throw Error(Code::malformed,
                "the relay gave another part of the bundle than was asked for; it was not kept",
                state_->origin);
  };
  const HttpResponse response = send(call);
  if (response.status != 200 && response.status != 206) throw_problem(response, state_->origin);
  return counted.count;
}

std::string RelayClient::bundle_minisig(std::string_view sha256) {
  HttpResponse response =
      get("/v1/bundles/" + bundle_name(sha256) + ".minisig", minisign::kMaxSignatureSize);
  if (response.status != 200) throw_problem(response, state_->origin);
  return std::move(response.body);
}

std::string RelayClient::checkpoint() {
  HttpResponse response = get("/log/checkpoint", kMaxNoteSize);
  if (response.status != 200) throw_problem(response, state_->origin);
  return std::move(response.body);
}

std::optional<Bytes> RelayClient::log_file(std::string_view path) {
  const HttpResponse response = get("/log/" + std::string(path), kMaxLogFile);
  if (response.status == 404) return std::nullopt;
  if (response.status != 200) throw_problem(response, state_->origin);
  return to_bytes(response.body);
}

bool RelayClient::clock_skew() const { return state_->skewed; }
std::uint64_t RelayClient::bytes_sent() const { return state_->http.bytes_sent(); }
std::uint64_t RelayClient::bytes_received() const { return state_->http.bytes_received(); }

}  // namespace depone
