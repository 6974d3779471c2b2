// POST /v1/join.
#include "crypto/error.h"
#include "crypto/formats/invite.h"
#include "crypto/http_signature.h"
#include "crypto/identity.h"
#include "sync/relay/service.h"

namespace depone::relay {

namespace {

constexpr std::size_t kMaxJoin = 64u << 10;

// A small body, whole in memory before it is looked at.
class WholeBody : public Body {
 public:
  explicit WholeBody(std::function<Response(const std::string&)> done) : done_(std::move(done)) {}
  void write(ByteView bytes) override {
    if (bytes.size() > kMaxJoin - body_.size()) throw Refused{"too-large"};
    body_ += as_text(bytes);
  }
  Response finish() override { return done_(body_); }

 private:
  std::function<Response(const std::string&)> done_;
  std::string body_;
};

Join parse_join(const std::string& body) {
  try {
    return Join::parse(body);
  } catch (const Error& error) {
    throw Refused{"malformed", error.what()};
  }
}

std::vector<std::string> keys_of(const Join& join) {
  std::vector<std::string> keys{request_key_text(join.request_key)};
  if (join.bundle_key) keys.insert(keys.end(), {join.bundle_key->text(), join.recipient, join.archive});
  return keys;
}

}  // namespace

Outcome Service::join(const Request& request) {
  if (request.method != "POST") throw Refused{"method", "", {{"Allow", "POST"}}};
  if (request.content_length.value_or(0) > kMaxJoin) throw Refused{"too-large"};
  if (!request.has_body()) throw Refused{"malformed", "the join is missing"};
  // Before a byte is taken from who has no invite at all; its MAC is over the body.
  if (!request.header("depone-invite")) throw Refused{"invite"};
  const Auth::Signer signer = auth_.signer(request, {"content-digest"});

  return std::make_unique<WholeBody>([this, request, signer](const std::string& body) {
    const InviteRecord invite = auth_.invite_holder(request, &body);
    const std::string* digest = request.header("content-digest");
    if (!digest || !content_digest_ok(*digest, as_bytes(body))) throw Refused{"unauthorized"};
    const Join join = parse_join(body);
    if (join.request_key != signer.key) throw Refused{"unauthorized"};
    if (join.invite != hex(invite.id)) throw Refused{"invite"};
    if (join.bundle_key.has_value() == (invite.role == Role::auditor)) {
      throw Refused{"malformed", invite.role == Role::auditor
                                     ? "the invite is for an auditor, who has a request key only"
                                     : "the invite is for a member who has all four keys"};
    }
    const std::string fingerprint = join.fingerprint();
    switch (relay_.ledger().claim(invite.id, body, fingerprint, request_key_text(join.request_key), keys_of(join),
                                  clock_())) {
      case Ledger::Claim::taken:
      case Ledger::Claim::repeated:
        break;
      case Ledger::Claim::used_up:
      case Ledger::Claim::expired:
      case Ledger::Claim::unknown:
        throw Refused{"invite"};
      case Ledger::Claim::key_taken:
        throw Refused{"key-taken"};
    }
    const MemberLine* line = nullptr;
    const auto members = members_.newest();
    line = members->by_request_key(join.request_key);
    if ((line && !line->active()) || relay_.ledger().is_closed(request_key_text(join.request_key))) {
      throw Refused{"revoked"};
    }
    const JoinAnswer answer{line ? "member" : "pending", fingerprint, line ? line->id : ""};
    Response out = text_response(line ? 200 : 202, "application/json", answer.json());
    out.with("Cache-Control", "no-store");
    return out;
  });
}

}  // namespace depone::relay
