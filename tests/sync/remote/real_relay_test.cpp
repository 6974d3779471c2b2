#include <signal.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <thread>

#include "crypto/identity.h"
#include "sync/relay/courier_export.h"
#include "sync/relay/init.h"
#include "sync/relay/invites.h"
#include "sync/relay/roster_admin.h"
#include "sync/relay/server.h"
#include "sync/remote/bundle_check.h"
#include "sync/remote/log_check.h"
#include "sync/remote/relay_client.h"
#include "sync/remote/roster_files.h"
#include "tests/support/child.h"
#include "tests/sync/remote/audit_fixture.h"

using namespace depone;
using namespace depone::testing;
using Catch::Matchers::StartsWith;

namespace {

Time now() { return kNow; }

// The real server on a loopback port, with a TLS key of its own, and members who join it through RelayClient.
class RealRelay {
 public:
  RealRelay() {
    pins.push_back(relay::init_relay({temp / "relay", "Test", std::string(kOrigin), url,
                                      authority_key(), {}, {}},
                                     {}, kNow)
                       .pin);
    const fs::path draft = temp / "relay" / "roster-unsigned";
    relay::sign_roster_file(draft / "roster.json", authority);
    relay.emplace(temp / "relay");
    publish_roster(*relay, read_text(draft / "roster.json", 1 << 20),
                   read_text(draft / "roster.json.minisig", 1 << 20),
                   read_text(draft / "members.jsonl", 1 << 20));
    const relay::Endpoint listen = relay::Endpoint::parse("127.0.0.1:" + std::to_string(port));
    server = std::thread([this, listen] { relay::serve(*relay, listen, now); });
    if (!wait_for_port(port, 30)) throw std::runtime_error("the relay does not start");
  }
  ~RealRelay() {
    ::kill(::getpid(), SIGTERM);
    server.join();
  }

  minisign::PublicKey authority_key() const { return minisign::PublicKey(authority.public_key()); }
  RelayClient client(const Ed25519Key* key) const { return RelayClient(url, pins, key, now); }
  relay::NewInvite invite(Role role) {
    relay::InviteWish wish;
    wish.role = role;
    return relay::make_invite(*relay, wish, kNow);
  }
  // Somebody whose request key is a member's in the end.
  void enrol(const Ed25519Key& request, const Join& body, const relay::NewInvite& by) {
    CHECK(client(&request).join(body, &by.invite).status == "pending");
    approve_member(*relay, by.member, body.fingerprint(), &authority, kNow);
  }

  TempDir temp;
  int port = free_port();
  std::string url = "https://127.0.0.1:" + std::to_string(port);
  std::vector<std::string> pins;
  Ed25519Key authority = Ed25519Key::generate();
  std::optional<relay::Directory> relay;
  std::thread server;
};

Join join_of(const Identity& identity, const Invite& invite, const std::string& name) {
  Join join;
  join.invite = hex(invite.id);
  join.name = name;
  join.bundle_key = identity.bundle_key();
  join.request_key = identity.request.public_key();
  join.recipient = identity.recipient.recipient().text();
  join.archive = identity.archive.text();
  join.proof = join_proof(identity.bundle, request_key_text(join.request_key), join.recipient,
                          join.archive, *join.invite);
  return join;
}

Join auditor_join(const Ed25519Key& key, const Invite& invite) {
  Join join;
  join.invite = hex(invite.id);
  join.name = "expert";
  join.request_key = key.public_key();
  return join;
}

struct Fixture : RealRelay {
  Identity monitor = Identity::from_seed(seed_of(1));
  Identity desk = Identity::from_seed(seed_of(2));
  Ed25519Key auditor = Ed25519Key::generate();
  std::string desk_id;

  Fixture() {
    const relay::NewInvite for_desk = invite(Role::desk);
    enrol(desk.request, join_of(desk, for_desk.invite, "The desk"), for_desk);
    const relay::NewInvite for_monitor = invite(Role::monitor);
    enrol(monitor.request, join_of(monitor, for_monitor.invite, "A monitor"), for_monitor);
    const relay::NewInvite for_auditor = invite(Role::auditor);
    enrol(auditor, auditor_join(auditor, for_auditor.invite), for_auditor);
    desk_id = client(&desk.request)
                  .roster(authority_key(), nullptr, true)
                  .by_bundle_key(desk.bundle_key())
                  ->id;
  }
  Sealed push(std::string_view text, std::uint64_t sequence, std::optional<std::string> previous) {
    Sealed sealed = seal_text(monitor.bundle, text, kChain, sequence, std::move(previous));
    RelayClient sender = client(&monitor.request);
    const auto upload =
        sender.create_upload(sealed.sha256, sealed.age.size(), sealed.minisig, {desk_id});
    MemorySource source(as_bytes(sealed.age));
    CHECK(sender.append(upload.url, upload.offset, source, sealed.age.size()) == sealed.age.size());
    return sealed;
  }
};

}  // namespace

TEST_CASE("An invite's holder reads the roster and joins", "[remote][relay]") {
  RealRelay relay;
  const relay::NewInvite made = relay.invite(Role::auditor);
  const Invite& invite = made.invite;
  const Ed25519Key key = Ed25519Key::generate();
  RelayClient client = relay.client(&key);
  CHECK(client.roster(invite.authority, &invite, false).head.organisation == "Test");
  CHECK(client.join(auditor_join(key, invite), &invite).status == "pending");
  CHECK(code_of([&] { client.checkpoint(); }) == Code::refused);
  approve_member(*relay.relay, made.member, auditor_join(key, invite).fingerprint(),
                 &relay.authority, kNow);
  CHECK(client.roster(invite.authority, nullptr, true).members.size() == 1);
}

TEST_CASE("A join run again after approval answers member", "[remote][relay]") {
  RealRelay relay;
  const relay::NewInvite made = relay.invite(Role::auditor);
  const Invite& invite = made.invite;
  const Ed25519Key key = Ed25519Key::generate();
  relay.enrol(key, auditor_join(key, invite), made);
  CHECK(relay.client(&key).join(auditor_join(key, invite), &invite).status == "member");
}

TEST_CASE("A used invite is refused to other keys", "[remote][relay]") {
  RealRelay relay;
  const relay::NewInvite made = relay.invite(Role::auditor);
  const Invite& invite = made.invite;
  const Ed25519Key key = Ed25519Key::generate();
  relay.enrol(key, auditor_join(key, invite), made);
  const Ed25519Key other = Ed25519Key::generate();
  RelayClient client = relay.client(&other);
  CHECK(code_of([&] { client.join(auditor_join(other, invite), &invite); }) == Code::refused);
}

TEST_CASE("An upload goes on where it stopped and gets its receipt", "[remote][relay]") {
  Fixture fixture;
  const Sealed sealed =
      seal_text(fixture.monitor.bundle, std::string(100'000, 'x'), kChain, 1, std::nullopt);
  RelayClient client = fixture.client(&fixture.monitor.request);
  const std::uint64_t size = sealed.age.size();
  const auto upload = client.create_upload(sealed.sha256, size, sealed.minisig, {fixture.desk_id});
  CHECK(upload.offset == 0);
  CHECK(client.upload_offset(upload.url) == 0);

  const std::string_view bytes = sealed.age;
  const std::uint64_t half = size / 2;
  MemorySource first(as_bytes(bytes.substr(0, half)));
  CHECK(client.append(upload.url, 0, first, half) == half);

  // The rest begins and the connection is cut: whatever of it arrived is where it goes on.
  struct Cut : Source {
    explicit Cut(std::string_view text) : rest(as_bytes(text)) {}
    std::size_t read(std::span<std::uint8_t> into) override {
      const std::size_t got = rest.read(into);
      if (got == 0) throw Error(Code::io, "cut");
      return got;
    }
    MemorySource rest;
  };
  Cut cut(bytes.substr(half, 1000));
  CHECK(code_of([&] { client.append(upload.url, half, cut, size - half); }) == Code::io);
  std::uint64_t offset = 0;
  for (int tries = 0; tries < 20 && offset < size; ++tries) {
    offset = client.upload_offset(upload.url).value();
    CHECK((offset == half || offset == half + 1000));
    MemorySource rest(as_bytes(bytes.substr(offset)));
    try {
      offset = client.append(upload.url, offset, rest, size - offset);
    } catch (const Error& error) {  // what was cut arrived only now: asked anew
      if (error.code() != Code::unreachable) throw;
    }
  }
  REQUIRE(offset == size);

  const auto receipt = client.receipt(sealed.sha256, 10);
  REQUIRE(receipt);
  const Roster roster = client.roster(fixture.authority_key(), nullptr, false);
  const CheckedReceipt checked = check_receipt(Receipt::parse(*receipt), roster.head.log_keys());
  CHECK(std::get<BundleEntry>(checked.entry).minisig == sealed.minisig);
}

TEST_CASE("A bundle that the relay has is not sent again", "[remote][relay]") {
  Fixture fixture;
  const Sealed sealed = fixture.push("first", 1, std::nullopt);
  RelayClient client = fixture.client(&fixture.monitor.request);
  CHECK(client.create_upload(sealed.sha256, sealed.age.size(), sealed.minisig, {fixture.desk_id})
            .offset == sealed.age.size());
}

TEST_CASE("The desk finds a bundle in its mailbox and fetches it in two parts", "[remote][relay]") {
  Fixture fixture;
  const Sealed sealed = fixture.push("first", 1, std::nullopt);
  RelayClient client = fixture.client(&fixture.desk.request);
  const Mailbox box = client.mailbox(kOrigin, std::nullopt, 10);
  REQUIRE(box.items.size() == 1);
  CHECK(box.items[0].entry == sealed.entry);
  CHECK(client.mailbox(kOrigin, box.items[0].index).items.empty());
  MemorySink whole;
  client.bundle(sealed.sha256, 0, whole);
  CHECK(as_text(whole.bytes()) == sealed.age);
  MemorySink part;
  client.bundle(sealed.sha256, 1000, part);
  CHECK(as_text(part.bytes()) == std::string_view(sealed.age).substr(1000));
  CHECK(client.bundle_minisig(sealed.sha256) == sealed.minisig);
}

TEST_CASE("What a member sent is listed to it", "[remote][relay]") {
  Fixture fixture;
  const Sealed sealed = fixture.push("first", 1, std::nullopt);
  RelayClient client = fixture.client(&fixture.monitor.request);
  REQUIRE(client.receipt(sealed.sha256, 10));
  const Mailbox sent = client.sent(kOrigin, std::nullopt);
  REQUIRE(sent.items.size() == 1);
  CHECK(sent.items[0].entry == sealed.entry);
  CHECK(sent.own == 1);
}

TEST_CASE("An auditor checks the relay's log from its address", "[remote][relay]") {
  Fixture fixture;
  const Sealed first = fixture.push("first", 1, std::nullopt);
  const Sealed second = fixture.push("second", 2, first.sha256);
  RelayClient client = fixture.client(&fixture.auditor);
  REQUIRE(client.receipt(second.sha256, 10));
  const Roster roster = client.roster(fixture.authority_key(), nullptr, true);
  const auto log = relay_log(client, fixture.url);
  const LogReport report = check_log(*log, roster.head.log_keys().back(), &roster, nullptr, {});
  INFO((report.failures.empty() ? "" : report.failures[0]));
  CHECK(report.valid());
  CHECK(report.bundles == 2);
  CHECK(report.chains.size() == 1);
}

TEST_CASE("A monitor may not read the log's entries", "[remote][relay]") {
  Fixture fixture;
  RelayClient client = fixture.client(&fixture.monitor.request);
  CHECK_NOTHROW(client.checkpoint());
  CHECK(code_of([&] { client.log_file("tile/entries/000.p/1"); }) == Code::refused);
}

TEST_CASE("A revoked member is told so and nothing else", "[remote][relay]") {
  Fixture fixture;
  const Sealed sealed = fixture.push("first", 1, std::nullopt);
  RelayClient client = fixture.client(&fixture.monitor.request);
  REQUIRE(client.receipt(sealed.sha256, 10));
  const std::string id = client.roster(fixture.authority_key(), nullptr, false)
                             .by_bundle_key(fixture.monitor.bundle_key())
                             ->id;
  revoke_member(*fixture.relay, id, &fixture.authority, kNow);
  try {
    client.receipt(sealed.sha256, 0);
    FAIL("it was answered");
  } catch (const Error& error) {
    CHECK(error.code() == Code::refused);
    CHECK_THAT(error.message(), StartsWith("you are no longer a member"));
  }
  RelayClient log_client = fixture.client(&fixture.auditor);
  const Roster roster = log_client.roster(fixture.authority_key(), nullptr, true);
  const auto log = relay_log(log_client, fixture.url);
  LogReport report;
  for (int tries = 0; tries < 200 && report.newest_roster < roster.head.version; ++tries) {
    sleep_for(0.02);  // until the server has made an entry of it
    report = check_log(*log, roster.head.log_keys().back(), &roster, nullptr, {});
  }
  INFO((report.failures.empty() ? "" : report.failures[0]));
  CHECK(report.valid());
}

TEST_CASE("A clock that is an hour wrong is put right by the relay's", "[remote][relay]") {
  Fixture fixture;
  RelayClient client(fixture.url, fixture.pins, &fixture.auditor, [] { return Time{kNow.seconds - 3600}; });
  CHECK_NOTHROW(client.checkpoint());
  CHECK(client.clock_skew());
}

TEST_CASE("What a relay exports for an audit passes every check", "[remote][relay]") {
  Fixture fixture;
  const Sealed first = fixture.push("first", 1, std::nullopt);
  const Sealed second = fixture.push("second", 2, first.sha256);
  REQUIRE(fixture.client(&fixture.monitor.request).receipt(second.sha256, 10));
  const fs::path stick = fixture.temp / "stick";
  fs::create_directory(stick);
  export_to_courier(*fixture.relay, {stick, {}, true}, {});

  const LogDirectory found = find_log(stick);
  REQUIRE(found.audit);
  const Roster roster = read_roster_files(*found.audit / "roster.json", fixture.authority_key());
  const auto log = directory_log(found.log);
  const LogReport report = check_log(*log, roster.head.log_keys().back(), &roster, nullptr, {});
  INFO((report.failures.empty() ? "" : report.failures[0]));
  CHECK(report.valid());
  CHECK(report.bundles == 2);
  for (const Sealed& sealed : {first, second}) {
    FileSource age(stick / "bundles" / (sealed.sha256 + ".age"));
    const std::string minisig =
        read_text(stick / "bundles" / (sealed.sha256 + ".age.minisig"), 4096);
    const std::string receipt =
        read_text(stick / "receipts" / (sealed.sha256 + ".tlog-proof"), 1 << 20);
    const BundleVerdict verdict = check_bundle(age, sealed.sha256, minisig, &receipt,
                                               {&roster, std::nullopt, roster.head.log_keys()});
    CHECK_FALSE(verdict.checks.failed());
    CHECK(verdict.checks.is_ok("log"));
  }
}
