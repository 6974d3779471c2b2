#include "tests/sync/relay/service_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

std::string fingerprint_of(const ServiceFixture::Person& who) {
  return fingerprint(who.identity.bundle_key().text(), request_key_text(who.identity.request.public_key()),
                     who.identity.recipient.recipient().text(), who.identity.archive.text());
}

Roster newest(relay::Directory& relay) {
  const relay::StoredRoster stored = relay.newest_roster();
  return Roster::check_all(stored.head, stored.minisig, relay.config().authority, stored.members);
}

}  // namespace

TEST_CASE("The first entry of a log is the first roster, without members", "[relay]") {
  ServiceFixture f;
  const Entry entry = parse_entry(f.relay->ledger().entries(0, 1).front());
  CHECK(std::get<RosterEntry>(entry).version == 1);
  CHECK(entry_signature_ok(entry));
  CHECK(newest(*f.relay).members.empty());
}

TEST_CASE("An approval is the next roster and its entry in the log", "[relay]") {
  ServiceFixture f;
  f.add("monitor-1", Role::monitor, 1);
  const Roster roster = newest(*f.relay);
  CHECK(roster.head.version == 2);
  CHECK(roster.head.previous == hex(sha256(f.relay->ledger().roster(1)->head)));
  REQUIRE(roster.members.size() == 1);
  CHECK(roster.members[0].id == "monitor-1");
  const Entry entry = parse_entry(f.relay->ledger().entries(1, 1).front());
  CHECK(hex(std::get<RosterEntry>(entry).digests.sha256) == hex(sha256(roster.head_json)));
}

TEST_CASE("Desks stand first", "[relay]") {
  ServiceFixture f;
  f.add("monitor-1", Role::monitor, 1);
  f.add("desk-1", Role::desk, 9);
  CHECK(newest(*f.relay).members[0].id == "desk-1");
  CHECK(newest(*f.relay).head.readers == 1);
}

TEST_CASE("Another fingerprint approves nobody", "[relay]") {
  ServiceFixture f;
  const ServiceFixture::Person who = f.add("monitor-1", Role::monitor, 1, false);
  std::string wrong = fingerprint_of(who);
  wrong[0] = wrong[0] == '0' ? '1' : '0';
  CHECK(code_of([&] { approve_member(*f.relay, "monitor-1", wrong, &f.authority, kNow); }) == Code::mismatch);
  CHECK(newest(*f.relay).head.version == 1);
}

TEST_CASE("A fingerprint may be said in groups and in capitals", "[relay]") {
  ServiceFixture f;
  const ServiceFixture::Person who = f.add("monitor-1", Role::monitor, 1, false);
  std::string said;
  for (const char c : fingerprint_of(who)) {
    if (said.size() % 5 == 4) said += ' ';
    said += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  CHECK(approve_member(*f.relay, "monitor-1", said, &f.authority, kNow).published);
}

TEST_CASE("Nobody is approved who did not join", "[relay]") {
  ServiceFixture f;
  f.invite(Role::monitor, "monitor-1");
  CHECK(code_of([&] { approve_member(*f.relay, "monitor-1", "", &f.authority, kNow); }) == Code::refused);
  CHECK(code_of([&] { approve_member(*f.relay, "monitor-2", "", &f.authority, kNow); }) == Code::not_found);
}

TEST_CASE("Another key than the authority's signs no roster", "[relay]") {
  ServiceFixture f;
  const ServiceFixture::Person who = f.add("monitor-1", Role::monitor, 1, false);
  const Ed25519Key other = Ed25519Key::generate();
  CHECK(code_of([&] { approve_member(*f.relay, "monitor-1", fingerprint_of(who), &other, kNow); }) == Code::wrong_key);
  CHECK(newest(*f.relay).head.version == 1);
}

TEST_CASE("Two approvals without the key are one roster to sign", "[relay]") {
  ServiceFixture f;
  const ServiceFixture::Person one = f.add("monitor-1", Role::monitor, 1, false);
  const ServiceFixture::Person two = f.add("desk-1", Role::desk, 9, false);
  const auto first = approve_member(*f.relay, "monitor-1", fingerprint_of(one), nullptr, kNow);
  CHECK_FALSE(first.published);
  CHECK(approve_member(*f.relay, "desk-1", fingerprint_of(two), nullptr, kNow).version == first.version);
  CHECK(newest(*f.relay).members.empty());
  f.publish_draft(*f.relay);
  CHECK(newest(*f.relay).members.size() == 2);
}

TEST_CASE("A roster that was overtaken is not published", "[relay]") {
  ServiceFixture f;
  const ServiceFixture::Person one = f.add("monitor-1", Role::monitor, 1, false);
  approve_member(*f.relay, "monitor-1", fingerprint_of(one), nullptr, kNow);
  f.add("desk-1", Role::desk, 9);
  CHECK(code_of([&] { f.publish_draft(*f.relay); }) == Code::refused);
}

TEST_CASE("A roster that leaves a line out is not published", "[relay]") {
  ServiceFixture f;
  f.add("monitor-1", Role::monitor, 1);
  RosterHead head = newest(*f.relay).head;
  head.previous = hex(sha256(f.relay->newest_roster().head));
  ++head.version;
  fill_members(head, "");
  const std::string json = head.json();
  CHECK(code_of([&] { publish_roster(*f.relay, json, sign_roster(json, head, f.authority), ""); }) == Code::refused);
}

TEST_CASE("A roster that was altered after it was signed is not published", "[relay]") {
  ServiceFixture f;
  const ServiceFixture::Person one = f.add("monitor-1", Role::monitor, 1, false);
  approve_member(*f.relay, "monitor-1", fingerprint_of(one), nullptr, kNow);
  const fs::path draft = f.dir() / "roster-unsigned";
  relay::sign_roster_file(draft / "roster.json", f.authority);
  std::string json = read_text(draft / "roster.json", 1 << 20);
  json.replace(json.find("\"Test\""), 6, "\"Tost\"");
  CHECK(code_of([&] {
          publish_roster(*f.relay, json, read_text(draft / "roster.json.minisig", 1 << 20),
                         read_text(draft / "members.jsonl", 1 << 20));
        }) == Code::bad_signature);
}

TEST_CASE("A head that does not fit its lines is not signed", "[relay]") {
  ServiceFixture f;
  const ServiceFixture::Person one = f.add("monitor-1", Role::monitor, 1, false);
  approve_member(*f.relay, "monitor-1", fingerprint_of(one), nullptr, kNow);
  const fs::path draft = f.dir() / "roster-unsigned";
  write_file(draft / "members.jsonl", "");
  CHECK(code_of([&] { relay::sign_roster_file(draft / "roster.json", f.authority); }) == Code::mismatch);
}

TEST_CASE("Addresses and TLS keys are replaced, and members sign for each of the addresses", "[relay]") {
  ServiceFixture f;
  const ServiceFixture::Person monitor = f.add("monitor-1", Role::monitor, 1);
  const std::string pin(43, 'A');
  set_addresses(*f.relay, {{"https://relay.example.org", "http://example.onion"}, {pin}}, &f.authority, kNow);
  const Roster roster = newest(*f.relay);
  REQUIRE(roster.head.relays.size() == 1);
  CHECK(roster.head.relays[0].urls == std::vector<std::string>{"https://relay.example.org", "http://example.onion"});
  CHECK(roster.head.relays[0].pins == std::vector<std::string>{pin});
  const auto status = [&](const std::string& url) {
    Sending sending{"GET", "/v1/mailbox", {}, "", {}};
    sending.url = url;
    return f.ask(signed_request(monitor.request(), sending)).status;
  };
  CHECK(status("https://relay.example.org") == 200);
  CHECK(status("http://example.onion") == 200);
  CHECK(status(kUrl) == 401);
}

TEST_CASE("An address that members would refuse is not published, nor a roster that nobody could read", "[relay]") {
  ServiceFixture f;
  const auto set = [&](const RosterRelay& wanted) {
    return code_of([&] { set_addresses(*f.relay, wanted, &f.authority, kNow); });
  };
  CHECK(set({{"http://relay.example.org"}, {}}) == Code::refused);
  CHECK(set({{}, {}}) == Code::usage);
  CHECK(set({{"https://relay.example.org"}, {"no pin"}}) == Code::malformed);
  CHECK(newest(*f.relay).head.version == 1);
}

TEST_CASE("Two changes before one signature are one roster, and who signs reads both", "[relay]") {
  ServiceFixture f;
  const ServiceFixture::Person one = f.add("monitor-1", Role::monitor, 1, false);
  set_addresses(*f.relay, {{kUrl, "https://relay.example.org"}, {}}, nullptr, kNow);
  approve_member(*f.relay, "monitor-1", fingerprint_of(one), nullptr, kNow);
  const auto changes = relay::changes_to_sign(f.dir() / "roster-unsigned" / "roster.json");
  REQUIRE(changes.has_value());
  REQUIRE(changes->size() == 2);
  CHECK((*changes)[0].starts_with("joins: monitor-1 (monitor)"));
  CHECK((*changes)[1].starts_with("addresses of the relay: "));
  f.publish_draft(*f.relay);
  CHECK(newest(*f.relay).head.relays[0].urls.size() == 2);
}

TEST_CASE("Before the first roster there is nothing to compare; another than the one before is noticed", "[relay]") {
  ServiceFixture f;
  const fs::path draft = f.dir() / "roster-unsigned";
  CHECK_FALSE(relay::changes_to_sign(draft / "roster.json").has_value());
  const ServiceFixture::Person one = f.add("monitor-1", Role::monitor, 1);
  revoke_member(*f.relay, "monitor-1", nullptr, kNow);
  const relay::StoredRoster first = *f.relay->ledger().roster(1);
  write_file(draft / "before" / "roster.json", first.head);
  write_file(draft / "before" / "roster.json.minisig", first.minisig);
  write_file(draft / "before" / "members.jsonl", first.members);
  CHECK(code_of([&] { relay::changes_to_sign(draft / "roster.json"); }) == Code::mismatch);
  write_file(draft / "before" / "roster.json", first.head + " ");
  CHECK(code_of([&] { relay::changes_to_sign(draft / "roster.json"); }) == Code::bad_signature);
}

TEST_CASE("A revocation names where each chain ends in the log", "[relay]") {
  ServiceFixture f;
  f.add("desk-1", Role::desk, 9);
  const ServiceFixture::Person who = f.add("monitor-1", Role::monitor, 1);
  f.deliver(who, 1);
  const Sealed last = f.deliver(who, 2);
  revoke_member(*f.relay, "monitor-1", &f.authority, Time{kNow.seconds + 60});
  const Roster roster = newest(*f.relay);
  const MemberLine* line = roster.newest("monitor-1");
  CHECK(line->until == Time{kNow.seconds + 60});
  REQUIRE(line->last.size() == 1);
  CHECK(line->last[0].chain == kChain);
  CHECK(line->last[0].sequence == 2);
  CHECK(line->last[0].bundle == last.sha256);
  CHECK(line->last[0].index == f.relay->ledger().bundle(last.sha256)->index);
}

TEST_CASE("Who was revoked is not revoked again, nor approved", "[relay]") {
  ServiceFixture f;
  const ServiceFixture::Person who = f.add("monitor-1", Role::monitor, 1);
  revoke_member(*f.relay, "monitor-1", &f.authority, kNow);
  CHECK(code_of([&] { revoke_member(*f.relay, "monitor-1", &f.authority, kNow); }) == Code::refused);
  CHECK(code_of([&] { approve_member(*f.relay, "monitor-1", fingerprint_of(who), &f.authority, kNow); }) == Code::refused);
}

TEST_CASE("A join that waits can be refused", "[relay]") {
  ServiceFixture f;
  const ServiceFixture::Person who = f.add("monitor-1", Role::monitor, 1, false);
  revoke_member(*f.relay, "monitor-1", &f.authority, kNow);
  CHECK(problem_in(f.get(who, "/v1/roster")) == "revoked");
  CHECK(code_of([&] { approve_member(*f.relay, "monitor-1", fingerprint_of(who), &f.authority, kNow); }) == Code::refused);
}

TEST_CASE("The list has members, joins that wait and open invites, each with its state", "[relay]") {
  ServiceFixture f;
  f.add("desk-1", Role::desk, 9);
  f.add("monitor-1", Role::monitor, 1, false);
  f.invite(Role::auditor, "auditor-1");
  const auto list = list_members(*f.relay, kNow);
  REQUIRE(list.size() == 3);
  CHECK(list[0].state == relay::MemberState::member);
  CHECK(list[1].state == relay::MemberState::pending);
  CHECK(list[1].fingerprint.size() == 20);
  CHECK(list[2].state == relay::MemberState::invited);
  CHECK(list[2].expires);
}

TEST_CASE("init makes an authority whose key its passphrase opens", "[relay]") {
  const TempDir temp;
  const auto made = relay::init_relay({temp / "relay", "Test", "test.example/log", kUrl, std::nullopt},
                                      [] { return SecretBytes::copy_of(as_bytes("a long passphrase")); }, kNow);
  CHECK(made.roster == 1);
  const Ed25519Key key = relay::read_authority_key(temp / "relay" / "authority.key", as_bytes("a long passphrase"));
  CHECK(minisign::PublicKey(key.public_key()) == made.authority);
  CHECK(minisign::parse_public_key_file(read_text(temp / "relay" / "authority.pub", 4096)) == made.authority);
  CHECK(code_of([&] { relay::read_authority_key(temp / "relay" / "authority.key", as_bytes("another one")); }) ==
        Code::wrong_key);
  for (const char* name : {"log.key", "ledger.key", "token.key"}) {
    CHECK((fs::status(temp / "relay" / "keys" / name).permissions() & fs::perms::all) ==
          (fs::perms::owner_read | fs::perms::owner_write));
  }
}

TEST_CASE("init leaves alone what is there", "[relay]") {
  const TempDir temp;
  fs::create_directory(temp / "relay");
  write_file(temp / "relay" / "mine", "text");
  CHECK(code_of([&] {
          relay::init_relay({temp / "relay", "Test", "test.example/log", kUrl,
                             minisign::PublicKey(Ed25519Key::generate().public_key())},
                            {}, kNow);
        }) == Code::refused);
  CHECK(names_in(temp / "relay") == std::vector<std::string>{"mine"});
}

TEST_CASE("init refuses plain http beyond this machine and leaves nothing behind", "[relay]") {
  const TempDir temp;
  CHECK(code_of([&] {
          relay::init_relay({temp / "relay", "Test", "test.example/log", "http://relay.example.org",
                             minisign::PublicKey(Ed25519Key::generate().public_key())},
                            {}, kNow);
        }) == Code::refused);
  CHECK(names_in(temp.path()).empty());
}

TEST_CASE("init refuses an origin that no log can have and leaves nothing behind", "[relay]") {
  const TempDir temp;
  CHECK_THROWS_AS(relay::init_relay({temp / "relay", "Test", "an origin+with both", kUrl,
                                     minisign::PublicKey(Ed25519Key::generate().public_key())},
                                    {}, kNow),
                  Error);
  CHECK(names_in(temp.path()).empty());
}
