#include "sync/push.h"

#include "sync/seal.h"
#include "tests/sync/relay_fixture.h"

namespace depone {
namespace {

using namespace testing;

struct PushFixture : RelayFixture {
  std::string record = add_incident(monitor.vault);
  std::string sha256 = seal_from(monitor).bundles.at(0);

  PushResult push_now() { return push(monitor.vault, *client(monitor), clock, nullptr); }
  std::string state() { return outgoing_by_hash(monitor.vault, sha256)->state; }
  // Answers requests that begin so with this problem.
  void refuse(const std::string& start, int status, const std::string& problem) {
    relay.instead = [=](const FakeRelay::Request& request) -> std::optional<FakeRelay::Answer> {
      if (!(request.method + " " + request.target).starts_with(start)) return std::nullopt;
      return FakeRelay::problem(status, problem);
    };
  }
};

TEST_CASE_METHOD(PushFixture, "A bundle is delivered once its receipt is here") {
  const PushResult pushed = push_now();
  CHECK(pushed.pushed == 1);
  CHECK(pushed.receipts == 1);
  CHECK(pushed.waiting == 0);
  CHECK_FALSE(pushed.stopped);
  CHECK(state() == "delivered");
  CHECK(get_record(monitor.vault, record).summary.state == "delivered");
  CHECK(custody_of(monitor.vault, record).back().back().action == "delivered");
}

TEST_CASE_METHOD(PushFixture, "The relay gets the bytes, the signature and whom it is for") {
  const OutgoingBundle bundle = *outgoing_by_hash(monitor.vault, sha256);
  push_now();
  const FakeRelay::Bundle& there = relay.bundles.at(sha256);
  CHECK(hex(depone::sha256(there.bytes)) == sha256);
  CHECK(there.minisig == bundle.minisig);
  CHECK(there.to == std::vector<std::string>{"desk-1"});
}

TEST_CASE_METHOD(PushFixture,
                 "The file leaves the outbox with its receipt, and the checkpoint is kept") {
  push_now();
  CHECK(names_in(monitor.vault.outbox_dir()).empty());
  CHECK(newest_checkpoint(monitor.vault, Team::kOrigin));
}

TEST_CASE_METHOD(PushFixture, "Nothing is sent twice") {
  push_now();
  const std::size_t before = relay.requests.size();
  CHECK(push_now().pushed == 0);
  CHECK(relay.requests.size() == before);
}

TEST_CASE_METHOD(PushFixture, "An upload that broke off goes on where it stopped") {
  relay.drop_upload_after = 5000;
  const PushResult broken = push_now();
  CHECK(broken.stopped == Code::unreachable);
  CHECK(state() == "sealed");
  CHECK(relay.bundles.at(sha256).bytes.size() == 5000);
  CHECK(push_now().receipts == 1);
  CHECK(asked("POST /v1/bundles") == 1);
  CHECK(hex(depone::sha256(relay.bundles.at(sha256).bytes)) == sha256);
}

TEST_CASE_METHOD(PushFixture, "An upload that the relay forgot is begun again") {
  relay.drop_upload_after = 5000;
  push_now();
  relay.bundles.clear();
  CHECK(push_now().receipts == 1);
  CHECK(asked("POST /v1/bundles") == 2);
}

TEST_CASE_METHOD(PushFixture, "A bundle without its receipt yet stays and keeps its file") {
  relay.withhold_receipts = true;
  refuse("GET /v1/receipts", 503, "busy");
  const PushResult pushed = push_now();
  CHECK(pushed.pushed == 1);
  CHECK(pushed.receipts == 0);
  CHECK(pushed.waiting == 1);
  CHECK(state() == "sealed");
  CHECK(names_in(monitor.vault.outbox_dir()).size() == 1);
}

TEST_CASE_METHOD(PushFixture, "A receipt of another bundle does not count") {
  const std::string first = sha256;
  push_now();
  add_incident(monitor.vault);
  sha256 = seal_from(monitor).bundles.at(0);
  relay.instead = [&](const FakeRelay::Request& request) -> std::optional<FakeRelay::Answer> {
    if (!request.target.starts_with("/v1/receipts/")) return std::nullopt;
    return FakeRelay::Answer{200, {}, relay.receipt_of(first)};
  };
  const PushResult pushed = push_now();
  CHECK(pushed.receipts == 0);
  CHECK(pushed.stopped == Code::mismatch);
  CHECK(state() == "sealed");
}

TEST_CASE_METHOD(PushFixture, "A receipt with a flipped byte does not count") {
  relay.instead = [&](const FakeRelay::Request& request) -> std::optional<FakeRelay::Answer> {
    if (!request.target.starts_with("/v1/receipts/")) return std::nullopt;
    std::string receipt = relay.receipt_of(sha256);
    receipt.at(receipt.size() - 20) ^= 1;
    return FakeRelay::Answer{200, {}, receipt};
  };
  const PushResult pushed = push_now();
  CHECK(pushed.receipts == 0);
  CHECK(pushed.stopped);
  CHECK(pushed.stopped != Code::unreachable);
  CHECK(state() == "sealed");
}

TEST_CASE_METHOD(PushFixture, "Two logs of one size are noticed") {
  push_now();
  add_incident(monitor.vault);
  sha256 = seal_from(monitor).bundles.at(0);
  // The relay forgets the first entry: its log has one leaf again, another one.
  relay.log.clear();
  const PushResult pushed = push_now();
  CHECK(pushed.receipts == 0);
  CHECK(pushed.stopped == Code::mismatch);
  CHECK(state() == "sealed");
}

TEST_CASE_METHOD(PushFixture,
                 "A number that is used up ends the chain, and all goes again in a new one") {
  const std::string chain = chain_position(monitor.vault).chain;
  refuse("POST /v1/bundles", 422, "sequence-used");
  const PushResult pushed = push_now();
  CHECK(pushed.refused == 1);
  CHECK(state() == "refused");
  CHECK(chain_position(monitor.vault).chain != chain);
  CHECK(seal_from(monitor).records == 1);
  relay.instead = nullptr;
  CHECK(push_now().receipts == 1);
}

TEST_CASE_METHOD(PushFixture, "Bundles behind a refused one are not sent") {
  add_incident(monitor.vault);
  const std::string second = seal_from(monitor).bundles.at(0);
  refuse("POST /v1/bundles", 422, "sequence-used");
  CHECK(push_now().refused == 1);
  CHECK(outgoing_by_hash(monitor.vault, second)->state == "refused");
  CHECK(asked("POST /v1/bundles") == 1);
}

TEST_CASE_METHOD(PushFixture, "A bundle whose file is lost is sealed again") {
  for (const std::string& name : names_in(monitor.vault.outbox_dir()))
    remove_file(monitor.vault.outbox_dir() / name);
  CHECK(push_now().refused == 1);
  CHECK(seal_from(monitor).records == 1);
}

TEST_CASE_METHOD(PushFixture, "A quota that is used up stops and keeps all") {
  refuse("POST /v1/bundles", 429, "quota");
  const PushResult pushed = push_now();
  CHECK(pushed.stopped == Code::refused);
  CHECK(pushed.waiting == 1);
  CHECK(state() == "sealed");
}

}  // namespace
}  // namespace depone
