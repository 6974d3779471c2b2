#include "sync/relay/auth.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/error.h"
#include "crypto/formats/invite.h"
#include "crypto/http_signature.h"
#include "crypto/identity.h"

namespace depone::relay {

namespace {

constexpr std::int64_t kTolerance = 300;
constexpr std::size_t kMaxCovered = 32;

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
  return {*key, *url};
}

Caller Auth::member(const Request& request, std::initializer_list<std::string_view> covered) {
  const Signer who = signer(request, covered);
  auto members = members_.newest();
  const std::string key = request_key_text(who.key);
  if (const MemberLine* line = members->by_request_key(who.key)) {
    if (!line->active() || ledger_.is_closed(key)) throw Refused{"revoked"};
    return {*line, who.url, std::move(members)};
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
