#include "sync/relay/service.h"

#include "crypto/error.h"
#include "crypto/formats/wire.h"
#include "sync/relay/log.h"

namespace depone::relay {

namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::string_view kUploads = "/v1/bundles/uploads/";
constexpr std::string_view kBundles = "/v1/bundles/";
constexpr std::string_view kReceipts = "/v1/receipts/";

void need_get(const Request& request) {
  if (request.method != "GET" && request.method != "HEAD") throw Refused{"method", "", {{"Allow", "GET, HEAD"}}};
  if (request.has_body()) throw Refused{"malformed", "a body is not expected here"};
}

// Before anything is asked of who may be of another version: both are told which side it is.
void check_protocol(const Request& request) {
  const std::string* theirs = request.header("depone-protocol");
  if (!theirs) return;  // a stock client
  const auto number = from_decimal(*theirs);
  if (!number) throw Refused{"malformed", "Depone-Protocol is not a number"};
  if (*number < kProtocol) throw Refused{"client-old", "", {{"Upgrade", "depone/" + std::to_string(kProtocol)}}};
  if (*number > kProtocol) throw Refused{"relay-old"};
}

}  // namespace

Service::Service(Directory& relay, Clock clock, std::function<void()> wake, std::function<bool()> sequencer_ok)
    : relay_(relay),
      clock_(std::move(clock)),
      sequencer_ok_(std::move(sequencer_ok)),
      members_(relay.ledger(), relay.config().authority),
      auth_(relay.ledger(), members_, Tokens(relay.token_key()), clock_),
      uploads_(relay.ledger(), relay.staging()),
      intake_(relay.ledger(), relay.blobs(), uploads_, members_, relay.settings(), relay.path(), clock_,
              std::move(wake)),
      tus_(relay.ledger(), auth_, intake_, uploads_, relay.settings(), clock_) {
  intake_.suspects = [this](const std::string& what) {
    if (failed) failed(what);
  };
  members_.newest();
}

Response Service::guarded(const std::function<Response()>& work) {
  try {
    return work();
  } catch (const Refused& refused) {
    const bool unknown = refused.name == "unauthorized" || refused.name == "invite";
    if (unknown && !failures_.take(relay_.settings().limits().failures_a_minute, clock_())) {
      metrics_.refused("failures");
      return problem_response({"failures", "", {{"Retry-After", "60"}}});
    }
    metrics_.refused(refused.name);
    return problem_response(refused);
  } catch (const Error& error) {
    if (failed) failed(error.what());
    return problem_response({error.code() == Code::busy ? "busy" : "failed", "", {{"Retry-After", "5"}}});
  } catch (const std::exception& error) {
    if (failed) failed(error.what());
    return problem_response({"failed"});
  }
}

Outcome Service::begin(const Request& request) {
  Outcome outcome;
  Response refused = guarded([&] {
    outcome = route(request);
    return Response{};
  });
  if (refused.body.empty()) return outcome;
  return refused;
}

Outcome Service::route(const Request& request) {
  check_protocol(request);
  const std::string& path = request.path;
  if (request.header("content-encoding")) {
    throw Refused{"unsupported", "no content coding is taken", {{"Accept-Encoding", "identity"}}};
  }
  if (path == "/v1/join") return join(request);
  if (path == "/v1/token") return token(request);
  if (path == "/v1/bundles" || path == "/v1/bundles/") return tus_.collection(request);
  if (path.starts_with(kUploads)) return tus_.upload(request, path.substr(kUploads.size()));
  need_get(request);
  if (path == "/healthz") return text_response(200, "text/plain", "alive\n");
  if (path == "/readyz") {
    const std::string wrong = not_ready();
    return text_response(wrong.empty() ? 200 : 503, "text/plain", wrong.empty() ? "ready\n" : wrong + "\n");
  }
  if (path == "/metrics") return metrics_page(request);
  if (path == "/") return page();
  if (path == "/v1/roster" || path == "/v1/roster.minisig" || path == "/v1/roster/members") {
    return roster(request, path.substr(std::string_view("/v1/roster").size()));
  }
  if (path.starts_with(kReceipts)) return receipt(request, path.substr(kReceipts.size()));
  if (path == "/v1/mailbox") return mailbox(request);
  if (path == "/v1/sent") return sent(request);
  if (path.starts_with(kBundles)) return bundle(request, path.substr(kBundles.size()));
  if (path.starts_with("/log/")) return log(request, path.substr(5));
  throw Refused{"not-found"};
}

Response Service::token(const Request& request) {
  if (request.method != "POST") throw Refused{"method", "", {{"Allow", "POST"}}};
  if (request.has_body()) throw Refused{"malformed", "a body is not expected here"};
  Response out = text_response(200, "application/json", auth_.new_token(request).json());
  out.with("Cache-Control", "no-store");
  return out;
}

std::string Service::route_of(const Request& request) {
  const std::string& path = request.path;
  for (const std::string_view known : {kUploads, kBundles, kReceipts, std::string_view("/log/")}) {
    if (path.starts_with(known)) return std::string(known) + "*";
  }
  for (const std::string_view known : {"/", "/healthz", "/readyz", "/metrics", "/v1/join", "/v1/token", "/v1/bundles", "/v1/roster",
                                       "/v1/roster.minisig", "/v1/roster/members", "/v1/mailbox", "/v1/sent"}) {
    if (path == known) return path;
  }
  return "another address";
}

std::string Service::not_ready() {
  std::string wrong;
  const auto add = [&](const std::string& what) { wrong += (wrong.empty() ? "" : "\n") + what; };
  try {
    if (relay_.ledger().head().size == 0) add("log: no checkpoint yet");
  } catch (const Error&) {
    add("ledger: cannot be read");
  }
  try {
    if (intake_.room() == 0) add("disk: below the reserve");
  } catch (const Error&) {
    add("disk: cannot be read");
  }
  if (!sequencer_ok_()) add("log: does not grow");
  return wrong;
}

void Service::recover() {
  intake_.complete_left_over();
  sweep();
}

void Service::sweep() {
  uploads_.sweep(Time{clock_().seconds - static_cast<std::int64_t>(relay_.settings().limits().upload_days) * kDay});
}

}  // namespace depone::relay
