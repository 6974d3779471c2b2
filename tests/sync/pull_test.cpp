#include "sync/pull.h"

#include "store/inbox.h"
#include "sync/push.h"
#include "tests/sync/forgery.h"
#include "tests/sync/relay_fixture.h"

namespace depone {
namespace {

using namespace testing;

struct PullFixture : RelayFixture {
  std::string record = add_incident(monitor.vault);
  SealedFile sealed = deliver();

  SealedFile deliver() {
    SealedFile file = seal_one(monitor);
    put(file);
    return file;
  }
  void put(const SealedFile& file) {
    const Bytes bytes = read_file(file.age, 64u << 20);
    relay.put(file.sha256, std::string(as_text(bytes)), file.minisig, {"desk-1"});
  }
  PullResult pull_now() { return pull(desk.vault, *client(desk), clock, nullptr); }
};

TEST_CASE_METHOD(PullFixture, "What is in the mailbox is opened") {
  const PullResult pulled = pull_now();
  CHECK(pulled.pulled == 1);
  CHECK(pulled.opened == 1);
  CHECK(pulled.problems.empty());
  CHECK(get_record(desk.vault, record).summary.state == "received");
  CHECK(names_in(desk.vault.inbox_dir()).empty());
}

TEST_CASE_METHOD(PullFixture, "The mailbox is read on from where it was") {
  pull_now();
  CHECK(pull_now().pulled == 0);
  add_incident(monitor.vault);
  deliver();
  CHECK(pull_now().opened == 1);
  CHECK(asked("GET /v1/bundles/") == 2);
}

TEST_CASE_METHOD(PullFixture, "A download that broke off goes on where it stopped") {
  relay.instead = [&](const FakeRelay::Request& request) -> std::optional<FakeRelay::Answer> {
    if (!request.target.starts_with("/v1/bundles/")) return std::nullopt;
    return FakeRelay::Answer{200, {}, relay.bundles.at(sealed.sha256).bytes, 6000};
  };
  CHECK(code_of([&] { pull_now(); }) == Code::unreachable);
  std::string range;
  relay.instead = [&](const FakeRelay::Request& request) -> std::optional<FakeRelay::Answer> {
    if (request.headers.contains("range")) range = request.headers.at("range");
    return std::nullopt;
  };
  CHECK(pull_now().opened == 1);
  CHECK(range == "bytes=6000-");
}

TEST_CASE_METHOD(PullFixture, "A bundle that can't be opened does not hold up the next one") {
  Forgery forgery = Forgery::of(desk.vault, sealed);
  forgery.file(".fields.jsonl") += "not a line\n";
  const SealedFile bad = forgery.make(team, monitor.vault.identity().bundle);
  put(bad);
  add_incident(monitor.vault);
  deliver();
  const PullResult pulled = pull_now();
  CHECK(pulled.opened == 2);
  CHECK(pulled.refused == 1);
  REQUIRE(pulled.problems.size() == 1);
  CHECK(pulled.problems.front().find(bad.sha256) != std::string::npos);
  REQUIRE(failed_bundles(desk.vault).size() == 1);
  CHECK(failed_bundles(desk.vault).front().sha256 == bad.sha256);
  CHECK(names_in(desk.vault.inbox_dir()).empty());
}

TEST_CASE_METHOD(PullFixture,
                 "A bundle that could not be opened is tried again by another roster, not before") {
  Forgery forgery = Forgery::of(desk.vault, sealed);
  forgery.manifest.roster = team.version() + 1;
  put(forgery.make(team, monitor.vault.identity().bundle));
  CHECK(pull_now().refused == 1);
  const std::size_t downloads = asked("GET /v1/bundles/");
  CHECK(pull_now().refused == 0);
  CHECK(asked("GET /v1/bundles/") == downloads);
  team.publish();
  CHECK(pull_now().opened == 1);
  CHECK(failed_bundles(desk.vault).empty());
}

TEST_CASE_METHOD(PullFixture, "A roster that a bundle needs is fetched on the way") {
  Forgery forgery = Forgery::of(desk.vault, sealed);
  forgery.manifest.roster = team.version() + 1;
  put(forgery.make(team, monitor.vault.identity().bundle));
  team.publish(true);
  CHECK(pull_now().opened == 2);
  CHECK(newest_roster(desk.vault)->head.version == team.version());
}

TEST_CASE_METHOD(PullFixture, "Other bytes than the log says are fetched again next time") {
  relay.instead = [&](const FakeRelay::Request& request) -> std::optional<FakeRelay::Answer> {
    if (!request.target.starts_with("/v1/bundles/")) return std::nullopt;
    std::string bytes = relay.bundles.at(sealed.sha256).bytes;
    bytes.at(10'000) ^= 1;
    return FakeRelay::Answer{200, {}, bytes};
  };
  CHECK(pull_now().refused == 1);
  relay.instead = nullptr;
  CHECK(pull_now().opened == 1);
  CHECK(failed_bundles(desk.vault).empty());
}

TEST_CASE_METHOD(PullFixture, "More bytes than the log says are not kept") {
  relay.instead = [&](const FakeRelay::Request& request) -> std::optional<FakeRelay::Answer> {
    if (!request.target.starts_with("/v1/bundles/")) return std::nullopt;
    return FakeRelay::Answer{200, {}, relay.bundles.at(sealed.sha256).bytes + "more"};
  };
  CHECK(pull_now().refused == 1);
  CHECK(names_in(desk.vault.inbox_dir()).empty());
}

TEST_CASE_METHOD(PullFixture,
                 "A bundle that the relay no longer has is said, and asked for again") {
  relay.instead = [&](const FakeRelay::Request& request) -> std::optional<FakeRelay::Answer> {
    if (!request.target.starts_with("/v1/bundles/")) return std::nullopt;
    return FakeRelay::problem(404, "not-found");
  };
  CHECK(pull_now().refused == 1);
  relay.instead = nullptr;
  CHECK(pull_now().opened == 1);
}

TEST_CASE_METHOD(PullFixture, "A bundle that was opened by hand is not fetched") {
  relay.instead = [&](const FakeRelay::Request& request) -> std::optional<FakeRelay::Answer> {
    if (!request.target.starts_with("/v1/bundles/")) return std::nullopt;
    return FakeRelay::problem(404, "not-found");
  };
  CHECK(pull_now().refused == 1);
  open_at(desk, sealed);
  const std::size_t downloads = asked("GET /v1/bundles/");
  CHECK(pull_now().refused == 0);
  CHECK(asked("GET /v1/bundles/") == downloads);
  CHECK(failed_bundles(desk.vault).empty());
}

TEST_CASE_METHOD(PullFixture,
                 "Of a revoked sender what the log had before is opened by its receipt") {
  add_incident(monitor.vault);
  const SealedFile later = deliver();
  const BundleComment comment = BundleSignature::parse(sealed.minisig).comment;
  monitor.until = Team::kToday;
  monitor.last = {{comment.chain, comment.sequence, sealed.sha256, 0}};
  team.publish();
  const PullResult pulled = pull_now();
  CHECK(pulled.opened == 1);
  CHECK(pulled.refused == 1);
  CHECK(pulled.problems.front().find(later.sha256) != std::string::npos);
}

}  // namespace
}  // namespace depone
