// What members fetch: rosters, receipts, mailboxes, bundles, the log.
#include <algorithm>

#include "crypto/error.h"
#include "sync/relay/log.h"
#include "sync/relay/service.h"

namespace depone::relay {

namespace {

constexpr std::size_t kPage = 1'000;  // entries of a mailbox
constexpr std::uint64_t kLongestWait = 60;
constexpr std::uint64_t kMaxNumber = (std::uint64_t{1} << 53) - 1;

std::optional<std::uint64_t> number_in(const Request& request, const std::string& name,
                                       std::uint64_t max = kMaxNumber) {
  const std::string text = request.query_value(name);
  if (text.empty()) return std::nullopt;
  const auto number = from_decimal(text, max);
  if (!number) throw Refused{"malformed", "`" + name + "` is not a number"};
  return number;
}

std::chrono::seconds wait_in(const Request& request) {
  return std::chrono::seconds(std::min(number_in(request, "wait").value_or(0), kLongestWait));
}

Response private_text(std::string type, std::string body) {
  Response out = text_response(200, std::move(type), std::move(body));
  out.with("Cache-Control", "no-store");
  return out;
}

struct Range {
  std::uint64_t first = 0;
  std::uint64_t size = 0;
  bool partial = false;
};

// One range of bytes; what is of another form is ignored (RFC 9110, 14.2). nullopt: not satisfiable.
std::optional<Range> range_of(const Request& request, std::uint64_t size) {
  const Range whole{0, size, false};
  const std::string* header = request.header("range");
  if (!header || !header->starts_with("bytes=") || header->find(',') != std::string::npos) return whole;
  const std::string_view text = std::string_view(*header).substr(6);
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return whole;
  const auto first = from_decimal(text.substr(0, dash));
  const auto last = from_decimal(text.substr(dash + 1));
  if (!first && last && dash == 0) {  // the last bytes
    if (*last == 0) return std::nullopt;
    const std::uint64_t count = std::min(*last, size);
    return Range{size - count, count, true};
  }
  if (!first || (!last && dash + 1 != text.size()) || (last && *last < *first)) return whole;
  if (*first >= size) return std::nullopt;
  return Range{*first, std::min(last.value_or(size - 1), size - 1) - *first + 1, true};
}

}  // namespace

Response Service::roster(const Request& request, const std::string& part) {
  std::string own;
  bool all = false;
  if (request.header("depone-invite")) {
    const InviteRecord invite = auth_.invite_holder(request, nullptr);
    const MemberLine* line = invite.used() ? members_.newest()->by_id(invite.member) : nullptr;
    // Who has become a member signs; the invite is not a second way in for ever.
    if (invite.expires <= clock_() && (!invite.used() || line)) throw Refused{"invite"};
    if (invite.used() && relay_.ledger().is_closed(invite.request_key)) throw Refused{"invite"};
    if (line) own = line->id;
  } else {
    const Caller caller = auth_.member(request);
    own = caller.line.id;
    all = !caller.is(Role::monitor);
  }
  const auto version = number_in(request, "version");
  const auto table = version ? members_.version(*version) : members_.newest();
  if (!table) throw Refused{"not-found"};
  if (part == ".minisig") return private_text("text/plain", table->roster().minisig);
  if (part.empty()) return private_text("application/json", table->roster().head_json);
  return private_text("application/jsonl", table->proven_lines(all, own));
}

// nullopt: not there, or not for this caller: he cannot tell which.
std::optional<BundleRecord> Service::visible_bundle(const Caller& caller, const std::string& sha256) {
  auto bundle = relay_.ledger().bundle(sha256);
  if (!bundle || bundle->member == caller.line.id || caller.is(Role::auditor)) return bundle;
  for (const std::string& id : bundle->to) {
    if (id == caller.line.id) return bundle;
    const MemberLine* other = caller.members->by_id(id);
    if (caller.is(Role::desk) && other && other->member_class == caller.line.member_class) return bundle;
  }
  return std::nullopt;
}

Outcome Service::receipt(const Request& request, const std::string& sha256) {
  const Caller caller = auth_.member(request);
  if (!visible_bundle(caller, sha256)) throw Refused{"not-found"};
  const auto ask = [this, sha256](bool last) -> std::optional<Response> {
    const auto bundle = relay_.ledger().bundle(sha256);
    // The head is read after the bundle: it covers what was published then.
    const Head head = relay_.ledger().head();
    if (bundle && bundle->published) {
      return private_text("text/plain", receipt_text(relay_.ledger(), head, bundle->index));
    }
    if (!last) return std::nullopt;
    Response out;
    out.status = 202;
    out.with("Cache-Control", "no-store").with("Retry-After", "1");
    return out;
  };
  const auto wait = wait_in(request);
  if (auto now = ask(wait.count() == 0)) return std::move(*now);
  return Poll{wait, ask};
}

void Service::check_origin(const Request& request) const {
  const std::string origin = request.query_value("log");
  if (!origin.empty() && origin != relay_.config().origin) throw Refused{"not-found", "there is no log of this name here"};
}

Mailbox Service::new_mailbox(const Caller& caller) {
  Mailbox out;
  out.log = relay_.config().origin;
  out.roster = members_.newest()->roster().head.version;
  out.own = relay_.ledger().count_sent(caller.line.id);
  return out;
}

Outcome Service::mailbox(const Request& request) {
  const Caller caller = auth_.member(request);
  check_origin(request);
  const auto after = number_in(request, "after");
  const auto ask = [this, caller, after](bool last) -> std::optional<Response> {
    auto items = relay_.ledger().addressed_to(caller.line.id, after, kPage + 1);
    if (items.empty() && !last) return std::nullopt;
    Mailbox page = new_mailbox(caller);
    page.more = items.size() > kPage;
    if (page.more) items.pop_back();
    page.items = std::move(items);
    return private_text("application/json", page.json());
  };
  const auto wait = wait_in(request);
  if (auto now = ask(wait.count() == 0)) return std::move(*now);
  return Poll{wait, ask};
}

Response Service::sent(const Request& request) {
  const Caller caller = auth_.member(request);
  check_origin(request);
  auto items = relay_.ledger().sent_by(caller.line.id, number_in(request, "after"), kPage + 1);
  Mailbox page = new_mailbox(caller);
  page.more = items.size() > kPage;
  if (page.more) items.pop_back();
  page.items = std::move(items);
  return private_text("application/json", page.json());
}

Response Service::bundle(const Request& request, const std::string& name) {
  constexpr std::string_view kMinisig = ".minisig";
  const Caller caller = auth_.member(request);
  const bool signature = name.ends_with(kMinisig);
  const std::string sha256 = signature ? name.substr(0, name.size() - kMinisig.size()) : name;
  const auto bundle = visible_bundle(caller, sha256);
  if (!bundle || !bundle->published) throw Refused{"not-found"};
  if (signature) return private_text("text/plain", bundle->minisig);

  const auto range = range_of(request, bundle->size);
  if (!range) {
    Response out = problem_response({"malformed", "the range is beyond the end", {}, 416});
    out.with("Content-Range", "bytes */" + std::to_string(bundle->size));
    return out;
  }
  Response out;
  out.status = range->partial ? 206 : 200;
  out.with("Content-Type", "application/octet-stream")
      .with("Accept-Ranges", "bytes")
      .with("ETag", "\"" + sha256 + "\"")
      .with("Cache-Control", "private, immutable, max-age=31536000");
  if (range->partial) {
    out.with("Content-Range", "bytes " + std::to_string(range->first) + "-" +
                                  std::to_string(range->first + range->size - 1) + "/" + std::to_string(bundle->size));
  }
  out.stream = relay_.blobs().get(bundle_blob(sha256), range->first);
  out.stream_size = range->size;
  return out;
}

Response Service::log(const Request& request, const std::string& path) {
  const auto tile = TilePath::parse(path);
  if (path != "checkpoint" && !tile) throw Refused{"not-found"};
  const bool open = relay_.settings().public_log();
  if (!open && tile && tile->entries) {
    auth_.member_as(request, {Role::desk, Role::auditor});
  } else if (!open) {
    auth_.member(request);
  }
  const Head head = relay_.ledger().head();
  if (!tile) return private_text("text/plain; charset=utf-8", head.note);
  auto bytes = tile_bytes(relay_.ledger(), *tile, head.size);
  if (!bytes) throw Refused{"not-found"};
  Response out = text_response(200, "application/octet-stream", std::string(as_text(*bytes)));
  out.with("Cache-Control", std::string(open ? "public" : "private") + ", immutable, max-age=31536000");
  return out;
}

}  // namespace depone::relay
