#include "sync/sync.h"

#include "tests/sync/relay_fixture.h"

namespace depone {
namespace {

using namespace testing;

struct SyncFixture : RelayFixture {
  SyncResult sync_of(Teammate& who) { return sync_with_relay(who.vault, clock, nullptr); }
};

TEST_CASE_METHOD(SyncFixture, "A record goes from the monitor to the desk") {
  const std::string record = add_incident(monitor.vault);
  const std::string sha256 = attach(monitor.vault, record, "the content");
  const SyncResult sent = sync_of(monitor);
  CHECK(sent.seal.records == 1);
  CHECK(sent.push.receipts == 1);
  CHECK_FALSE(sent.push.stopped);
  CHECK(sent.bytes_sent > 0);
  CHECK(sent.roster == team.version());
  const SyncResult received = sync_of(desk);
  CHECK(received.pull.opened == 1);
  CHECK(get_record(desk.vault, record).content.json ==
        get_record(monitor.vault, record).content.json);
  CHECK(has_content(desk.vault, sha256));
}

TEST_CASE_METHOD(SyncFixture, "What consent keeps back does not stop the rest") {
  Json fields = testimony_fields();
  fields["consent"]["share"] = {"medical"};
  add_record(monitor.vault, "testimony", fields);
  add_incident(monitor.vault);
  const SyncResult sent = sync_of(monitor);
  CHECK(sent.seal.refused.size() == 1);
  CHECK(sent.push.receipts == 1);
  CHECK_FALSE(sent.push.stopped);
}

TEST_CASE_METHOD(SyncFixture, "An only desk syncs what it receives, and keeps its own") {
  add_incident(desk.vault);
  const SyncResult synced = sync_of(desk);
  CHECK(synced.seal.bundles.empty());
  CHECK(synced.notes.size() == 1);
}

TEST_CASE_METHOD(SyncFixture, "An only desk without records of its own is told nothing") {
  CHECK(sync_of(desk).notes.empty());
}

TEST_CASE_METHOD(SyncFixture, "What a refused chain held goes again in the same run") {
  add_incident(monitor.vault);
  int refusals = 1;
  relay.instead = [&](const FakeRelay::Request& request) -> std::optional<FakeRelay::Answer> {
    if (request.method != "POST" || refusals == 0) return std::nullopt;
    --refusals;
    return FakeRelay::problem(422, "sequence-used");
  };
  const SyncResult synced = sync_of(monitor);
  CHECK(synced.push.refused == 1);
  CHECK(synced.push.receipts == 1);
  CHECK(synced.push.waiting == 0);
}

TEST_CASE_METHOD(SyncFixture, "A revoked member is told so, and nothing is sent") {
  add_incident(monitor.vault);
  relay.instead = [](const FakeRelay::Request&) {
    return std::optional(FakeRelay::problem(403, "revoked"));
  };
  const Error error = error_of([&] { sync_of(monitor); });
  CHECK(error.code() == Code::refused);
  CHECK(says(error, "revoked"));
}

TEST_CASE_METHOD(ExchangeFixture, "A relay that is down is unreachable, and nothing is lost") {
  const std::string record = add_incident(monitor.vault);
  CHECK(code_of([&] { sync_with_relay(monitor.vault, clock, nullptr); }) == Code::unreachable);
  CHECK(get_record(monitor.vault, record).summary.state == "local");
}

TEST_CASE_METHOD(ExchangeFixture, "A vault that has not joined has nobody to sync with") {
  Vault vault = Vault::create(team.dir() / "new", as_bytes(Team::kTeamPassphrase),
                              Argon2idCost{1, 8u << 20}, Seed::random(), Team::kToday);
  CHECK(code_of([&] { sync_with_relay(vault, clock, nullptr); }) == Code::refused);
}

}  // namespace
}  // namespace depone
