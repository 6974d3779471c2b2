#include "sync/relay/auth.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/error.h"
#include "crypto/formats/invite.h"
#include "crypto/http_signature.h"
#include "crypto/identity.h"
#include "sync/remote/url.h"

namespace depone::relay {

namespace {

constexpr std::int64_t kTolerance = 300;
constexpr std::size_t kMaxCovered = 32;

constexpr std::int64_t kTokenSeconds = 15 * 60;
constexpr std::size_t kMaxNonce = 128;
constexpr std::string_view kBearer = "Bearer ";

bool may_upload(const Caller& caller) { return caller.is(Role::monitor) || caller.is(Role::desk); }

std::vector<std::string> urls_of(const RosterHead& head) {
  std::vector<std::string> out;
  for (const RosterRelay& relay : head.relays) out.insert(out.end(), relay.urls.begin(), relay.urls.end());
  return out;
}

std::optional<ReceivedSignature> signature_in(const Request& request) {
  const std::string* input = request.header("signature-input");
  const std::string* signature = request.header("signature");
  if (!input || !signature) return std::nullopt;
  try {
    return find_signature(*input, *signature);
  } catch (const Error&) {
    return std::nullopt;
  }
}

// The relay's URL that the client has taken, by its Host; the first where none fits.
std::string url_for(const Request& request, const MemberTable& members) {
  const std::vector<std::string> urls = urls_of(members.roster().head);
  const std::string* host = request.header("host");
  for (const std::string& url : urls) {
    const std::string origin = Url::parse(url).origin();
    if (host && origin.substr(origin.find("://") + 3) == *host) return url;
  }
  return urls.empty() ? "" : urls.front();
}

bool covers(const ReceivedSignature& signature, std::string_view name) {
  return std::find(signature.covered.begin(), signature.covered.end(), name) != signature.covered.end();
}

bool covers_enough(const ReceivedSignature& signature, std::initializer_list<std::string_view> covered) {
  return covers(signature, "@method") && covers(signature, "@target-uri") && signature.covered.size() <= kMaxCovered &&
         std::all_of(covered.begin(), covered.end(), [&](std::string_view name) { return covers(signature, name); });
}

// nullopt where something is covered that the request does not have.
std::optional<Components> components_of(const Request& request, const ReceivedSignature& signature,
                                        const std::string& url) {
  Components out;
  for (const std::string& name : signature.covered) {
    if (name == "@method") {
      out.emplace_back(name, request.method);
    } else if (name == "@target-uri") {
      out.emplace_back(name, url + request.target);
    } else {
      const std::string* value = request.header(name);
      if (!value) return std::nullopt;
      out.emplace_back(name, *value);
    }
  }
  return out;
}

bool holds(const Request& request, const ReceivedSignature& signature, const Ed25519Public& key, const std::string& url) {
  const auto components = components_of(request, signature, url);
  if (!components) return false;
  try {
    return ed25519_verify(key, as_bytes(signature_base(*components, signature.params)), signature.signature);
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

Auth::Signer Auth::signer(const Request& request, std::initializer_list<std::string_view> covered) {
  const auto signature = signature_in(request);
  if (!signature || !covers_enough(*signature, covered)) throw Refused{"unauthorized"};
  const Time now = clock_();
  const bool late = signature->expires && *signature->expires < now;
  // Says nothing about who is known: it depends on the request alone.
  if (late || std::llabs(signature->parsed.created.seconds - now.seconds) > kTolerance) throw Refused{"clock"};
  const auto key = parse_request_key(signature->parsed.keyid);
  if (!key) throw Refused{"unauthorized"};
  // By the key that it names, known or not: what is not known costs the same.
  const std::vector<std::string> urls = urls_of(members_.newest()->roster().head);
  const auto url = std::find_if(urls.begin(), urls.end(),
                                [&](const std::string& one) { return holds(request, *signature, *key, one); });
  if (url == urls.end()) throw Refused{"unauthorized"};
  return {*key, *url, signature->nonce};
}

Caller Auth::member(const Request& request, std::initializer_list<std::string_view> covered) {
  const Signer who = signer(request, covered);
  return member_with(who.key, who.url);
}

Caller Auth::member_with(const Ed25519Public& request_key, std::string url) {
  auto members = members_.newest();
  const std::string key = request_key_text(request_key);
  if (const MemberLine* line = members->by_request_key(request_key)) {
    if (!line->active() || ledger_.is_closed(key)) throw Refused{"revoked"};
    return {*line, std::move(url), std::move(members)};
  }
  if (ledger_.join_with(key)) throw Refused{ledger_.is_closed(key) ? "revoked" : "pending"};
  throw Refused{"unauthorized"};
}

Caller Auth::member_as(const Request& request, std::initializer_list<Role> roles,
                       std::initializer_list<std::string_view> covered) {
  Caller caller = member(request, covered);
  if (std::find(roles.begin(), roles.end(), caller.line.role) == roles.end()) throw Refused{"role"};
  return caller;
}

Caller Auth::uploader(const Request& request, const std::string& sha256,
                      std::initializer_list<std::string_view> covered) {
  const std::string* authorization = request.header("authorization");
  if (request.header("signature-input") || !authorization) return member_as(request, {Role::monitor, Role::desk}, covered);
  const auto token = authorization->starts_with(kBearer)
                         ? tokens_.open(std::string_view(*authorization).substr(kBearer.size()))
                         : std::nullopt;
  if (!token) throw Refused{"unauthorized"};
  Caller caller = member_with(token->request_key, url_for(request, *members_.newest()));
  if (!may_upload(caller)) throw Refused{"role"};
  if (token->expires <= clock_()) {
    const auto begun = sha256.empty() ? std::nullopt : ledger_.upload(caller.line.id, sha256);
    if (!begun || begun->token != token->id) throw Refused{"unauthorized"};
  }
  caller.token = token->id;
  return caller;
}

TokenAnswer Auth::new_token(const Request& request) {
  const Signer who = signer(request, {});
  const Caller caller = member_with(who.key, who.url);
  if (!may_upload(caller)) throw Refused{"role"};
  if (!who.nonce || who.nonce->empty() || who.nonce->size() > kMaxNonce) {
    throw Refused{"malformed", "the signature's parameter `nonce` must be there, with 1 to 128 characters"};
  }
  if (!ledger_.spend_nonce(request_key_text(who.key) + " " + *who.nonce, clock_())) {
    throw Refused{"unauthorized"};  // what was recorded is played again
  }
  const Time expires{clock_().seconds + kTokenSeconds};
  return {tokens_.issue(who.key, expires), expires};
}

InviteRecord Auth::invite_holder(const Request& request, const std::string* message) {
  const std::string* header = request.header("depone-invite");
  const auto claim = header ? InviteClaim::parse(*header) : std::nullopt;
  if (!claim) throw Refused{"invite"};
  const auto found = ledger_.invite(claim->id);
  // An unknown id costs as much as a known one.
  const InviteRecord invite = found ? *found : InviteRecord{};
  bool matches = false;
  if (message) {
    matches = claim->matches(invite.secret, *message);
  } else {
    for (const std::string& url : urls_of(members_.newest()->roster().head)) {
      if (claim->matches(invite.secret, url + request.target)) matches = true;
    }
  }
  if (!found || !matches) throw Refused{"invite"};
  return invite;
}

}  // namespace depone::relay
