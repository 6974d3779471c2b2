#pragma once

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "crypto/formats/invite.h"
#include "crypto/http_signature.h"
#include "crypto/identity.h"
#include "sync/relay/init.h"
#include "sync/relay/invites.h"
#include "sync/relay/roster_admin.h"
#include "sync/relay/sequencer.h"
#include "sync/relay/service.h"
#include "tests/sync/remote/audit_fixture.h"

namespace depone::testing {

inline constexpr const char* kUrl = "http://127.0.0.1:8080";

// What a client sends, signed by a key.
struct Sending {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::vector<std::string> covered;  // beyond @method and @target-uri
  std::string url = kUrl;
  Time created = kNow;
  std::string nonce = {};
};

inline relay::Request plain_request(const Sending& sending) {
  relay::Request request;
  request.method = sending.method;
  request.target = sending.target;
  for (const auto& [name, value] : sending.headers) request.headers[name] = value;
  if (!sending.body.empty()) {
    request.content_length = sending.body.size();
    request.headers["content-length"] = std::to_string(sending.body.size());
  }
  REQUIRE(request.parse_target());
  return request;
}

inline relay::Request signed_request(const Ed25519Key& key, const Sending& sending) {
  relay::Request request = plain_request(sending);
  Components components{{"@method", sending.method}, {"@target-uri", sending.url + sending.target}};
  for (const std::string& name : sending.covered) components.emplace_back(name, request.headers.at(name));
  const SignedHeaders headers = sign_request(key, components, sending.created, sending.nonce);
  request.headers["signature-input"] = headers.signature_input;
  request.headers["signature"] = headers.signature;
  return request;
}

// The relay's service over a directory of its own, without a socket; the log grows when sequence() is called. The
// authority's key is not in the directory.
struct ServiceFixture {
  TempDir temp;
  Ed25519Key authority = Ed25519Key::generate();
  Time now = kNow;
  std::optional<relay::Directory> relay;
  std::optional<relay::Service> service;
  int woken = 0;
  std::string delivered = std::string(64, '0');  // the last bundle
  std::vector<std::string> failures;

  struct Person {
    std::string id;
    Identity identity;
    const Ed25519Key& request() const { return identity.request; }
  };

  explicit ServiceFixture(const std::function<void(relay::Config&)>& configure = {}) {
    make_relay();
    if (configure) {
      relay::Config config = relay::Config::read(dir() / "relay.toml");
      configure(config);
      write_file(dir() / "relay.toml", config.toml());
    }
    start();
  }

  fs::path dir() const { return temp / "relay"; }

  void make_relay() {
    relay::init_relay({dir(), "Test", std::string(kOrigin), kUrl, minisign::PublicKey(authority.public_key())}, {}, kNow);
    relay::Directory made(dir());
    publish_draft(made);
  }
  void publish_draft(relay::Directory& to) {
    const fs::path draft = dir() / "roster-unsigned";
    relay::sign_roster_file(draft / "roster.json", authority);
    relay::publish_roster(to, read_text(draft / "roster.json", 1 << 22), read_text(draft / "roster.json.minisig", 1 << 20),
                          read_text(draft / "members.jsonl", 1 << 22));
  }
  // As after a restart.
  void start() {
    service.reset();
    relay.reset();
    relay.emplace(dir());
    service.emplace(*relay, [this] { return now; }, [this] { ++woken; }, [] { return true; });
    service->failed = [this](const std::string& why) { failures.push_back(why); };
    service->recover();
  }
  void sequence() { relay->sequence(); }

  relay::NewInvite invite(Role role, const std::string& name) {
    relay::InviteWish wish;
    wish.role = role;
    wish.name = name;
    return make_invite(*relay, wish, now);
  }
  static Join join_body(const Identity& identity, const Invite& invite, Role role) {
    Join join;
    join.invite = hex(invite.id);
    join.name = "Somebody";
    join.request_key = identity.request.public_key();
    if (role == Role::auditor) return join;
    join.bundle_key = identity.bundle_key();
    join.recipient = identity.recipient.recipient().text();
    join.archive = identity.archive.text();
    join.proof =
        join_proof(identity.bundle, request_key_text(join.request_key), join.recipient, join.archive, *join.invite);
    return join;
  }
  relay::Response join(const Identity& identity, const Invite& invite, Role role) {
    const std::string body = join_body(identity, invite, role).json();
    return ask(signed_request(identity.request, {"POST",
                                                 "/v1/join",
                                                 {{"depone-invite", invite_header(invite, body)},
                                                  {"content-digest", content_digest(as_bytes(body))}},
                                                 body,
                                                 {"content-digest"}}),
               body);
  }
  Person person(const std::string& id, std::uint8_t seed) { return {id, Identity::from_seed(seed_of(seed))}; }
  Person add(const std::string& id, Role role, std::uint8_t seed, bool approved = true) {
    Person member = person(id, seed);
    const relay::NewInvite made = invite(role, id);
    REQUIRE(join(member.identity, made.invite, role).status == 202);
    if (approved) approve(member, role);
    return member;
  }
  void approve(const Person& member, Role role) {
    Invite any{kUrl, minisign::PublicKey(authority.public_key()), {}, {}, {}, 1, std::nullopt};
    approve_member(*relay, member.id, join_body(member.identity, any, role).fingerprint(), &authority, now);
  }

  // The answer to a request whose body arrives in pieces of `piece` bytes.
  relay::Response ask(const relay::Request& request, std::string_view body = {}, std::size_t piece = 1 << 16) {
    relay::Outcome outcome = service->begin(request);
    if (auto* response = std::get_if<relay::Response>(&outcome)) return std::move(*response);
    if (auto* poll = std::get_if<relay::Poll>(&outcome)) {
      return service->guarded([&] { return std::move(*poll->ask(true)); });
    }
    auto& taker = std::get<std::unique_ptr<relay::Body>>(outcome);
    return service->guarded([&] {
      for (std::size_t at = 0; at < body.size(); at += piece) taker->write(as_bytes(body.substr(at, piece)));
      return taker->finish();
    });
  }
  relay::Response get(const Person& who, const std::string& target) {
    return ask(signed_request(who.request(), {"GET", target, {}, "", {}}));
  }

  relay::Response create(const Person& who, const Sealed& sealed, const std::string& to = "",
                         const std::string& body = "") {
    std::string metadata = "sha256 " + base64(as_bytes(sealed.sha256)) + ",minisig " + base64(as_bytes(sealed.minisig));
    if (!to.empty()) metadata += ",to " + base64(as_bytes(to));
    Sending sending{"POST",
                    "/v1/bundles",
                    {{"tus-resumable", "1.0.0"},
                     {"upload-length", std::to_string(sealed.age.size())},
                     {"upload-metadata", metadata}},
                    body,
                    {"upload-length", "upload-metadata"}};
    if (!body.empty()) {
      sending.headers.emplace_back("content-type", "application/offset+octet-stream");
      sending.headers.emplace_back("content-digest", content_digest(as_bytes(body)));
      sending.covered.emplace_back("content-digest");
    }
    return ask(signed_request(who.request(), sending), body);
  }
  relay::Request patch_request(const Person& who, const std::string& sha256, std::uint64_t offset,
                               std::string_view bytes) {
    return signed_request(who.request(), {"PATCH",
                                          "/v1/bundles/uploads/" + sha256,
                                          {{"tus-resumable", "1.0.0"},
                                           {"upload-offset", std::to_string(offset)},
                                           {"content-type", "application/offset+octet-stream"}},
                                          std::string(bytes),
                                          {"upload-offset", "content-length"}});
  }
  relay::Response patch(const Person& who, const std::string& sha256, std::uint64_t offset, std::string_view bytes) {
    return ask(patch_request(who, sha256, offset, bytes), bytes);
  }
  relay::Response head(const Person& who, const std::string& sha256) {
    return ask(signed_request(who.request(),
                              {"HEAD", "/v1/bundles/uploads/" + sha256, {{"tus-resumable", "1.0.0"}}, "", {}}));
  }
  // Sequence 1 begins a chain, others follow what was delivered last.
  Sealed seal(const Person& who, std::string_view text, std::uint64_t sequence) {
    return seal_text(who.identity.bundle, text, kChain, sequence,
                     sequence == 1 ? std::nullopt : std::optional(delivered));
  }
  // Announced, sent and taken in.
  Sealed deliver(const Person& who, std::uint64_t sequence, const std::string& to = "") {
    const Sealed sealed = seal(who, "text " + std::to_string(sequence), sequence);
    REQUIRE(create(who, sealed, to).status == 201);
    REQUIRE(patch(who, sealed.sha256, 0, sealed.age).status == 204);
    delivered = sealed.sha256;
    return sealed;
  }
};

inline std::string problem_in(const relay::Response& response) {
  const auto problem = Problem::parse(response.status, response.body);
  return problem ? problem->name : "no problem, status " + std::to_string(response.status);
}
inline std::string header_in(const relay::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}
inline std::string body_of(relay::Response response) {
  if (!response.stream) return response.body;
  const Bytes bytes = read_all(*response.stream, 1 << 24);
  return std::string(as_text(ByteView(bytes).first(std::min<std::size_t>(bytes.size(), response.stream_size))));
}

}  // namespace depone::testing
