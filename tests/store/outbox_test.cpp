#include "store/outbox.h"

#include "store/records/custody.h"
#include "tests/store/outbox_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::kRecipient;
using testing::OutboxFixture;
using Hashes = std::vector<std::string>;

TEST_CASE_METHOD(OutboxFixture, "A new vault stands at the first bundle of a random chain") {
  const ChainPosition place = chain_position(vault);
  CHECK(place.chain.size() == 16);
  CHECK(place.sequence == 1);
  CHECK_FALSE(place.previous);
  CHECK(next_number(vault, kRecipient) == 1);
}

TEST_CASE_METHOD(OutboxFixture, "Each bundle moves the chain and its readers' numbers on by one") {
  const std::string chain = chain_position(vault).chain;
  const std::string first = make("one");
  reopen();
  const ChainPosition place = chain_position(vault);
  CHECK(place.chain == chain);
  CHECK(place.sequence == 2);
  CHECK(place.previous == first);
  CHECK(next_number(vault, kRecipient) == 2);
  CHECK(next_number(vault, "age1pq1other") == 1);
}

TEST_CASE_METHOD(OutboxFixture, "What is recorded of a bundle comes back") {
  const OutgoingBundle bundle = next("one");
  add(bundle);
  set_upload(vault, bundle.sha256, "http://127.0.0.1/upload/1");
  reopen();
  const auto found = outgoing_by_hash(vault, bundle.sha256);
  REQUIRE(found);
  CHECK(found->size == 3);
  CHECK(found->file == bundle.file);
  CHECK(found->minisig == bundle.minisig);
  CHECK(found->state == "sealed");
  CHECK(found->upload == "http://127.0.0.1/upload/1");
  CHECK(found->records == Hashes{record});
  REQUIRE(found->targets.size() == 1);
  CHECK(found->targets[0].recipient == kRecipient);
  CHECK(found->targets[0].number == 1);
}

TEST_CASE_METHOD(OutboxFixture, "A bundle that is not the next of its chain is a mismatch") {
  const OutgoingBundle first = next("one");
  const OutgoingBundle beside = next("two");
  add(first);
  CHECK(code_of([&] { add(beside); }) == Code::mismatch);
  OutgoingBundle skipped = next("three");
  skipped.sequence = 5;
  CHECK(code_of([&] { add(skipped); }) == Code::mismatch);
  CHECK(in_state("sealed") == Hashes{first.sha256});
}

TEST_CASE_METHOD(OutboxFixture, "A reader's number that is not the next is a mismatch") {
  OutgoingBundle bundle = next("one");
  bundle.targets[0].number = 2;
  CHECK(code_of([&] { add(bundle); }) == Code::mismatch);
  CHECK(chain_position(vault).sequence == 1);
}

TEST_CASE_METHOD(OutboxFixture,
                 "A receipt makes a bundle delivered and the record's custody says so") {
  const std::string bundle = make("one");
  deliver(bundle, 4);
  CHECK(in_state("sealed").empty());
  CHECK(in_state("delivered") == Hashes{bundle});
  CHECK(outgoing_by_hash(vault, bundle)->file.empty());
  const auto chains = custody_of(vault, record);
  REQUIRE(chains.size() == 1);
  CHECK(chains[0].back().action == "delivered");
  CHECK(chains[0].back().object == bundle);
}

TEST_CASE_METHOD(OutboxFixture, "A second receipt changes nothing") {
  const std::string bundle = make("one");
  deliver(bundle, 4);
  deliver(bundle, 9);
  CHECK(custody_of(vault, record)[0].size() == 1);
}

TEST_CASE_METHOD(OutboxFixture, "A delivered bundle's file is swept, a waiting one's stays") {
  const std::string first = make("one");
  const std::string second = make("two", std::string(64, 'b'));
  deliver(first, 4);
  sweep_outbox(vault);
  CHECK(names_in(vault.outbox_dir()) == Hashes{outgoing_by_hash(vault, second)->file});
}

TEST_CASE_METHOD(
    OutboxFixture,
    "A refusal ends the chain: what came after is refused, what came before still waits") {
  const std::string chain = chain_position(vault).chain;
  const std::string first = make("one", std::string(64, 'a'));
  const std::string second = make("two", std::string(64, 'b'));
  const std::string third = make("three", std::string(64, 'c'));
  refuse(second);
  CHECK(in_state("sealed") == Hashes{first});
  CHECK(in_state("refused") == Hashes{second, third});
  CHECK(outgoing_by_hash(vault, second)->problem == "the relay does not take it");
  const ChainPosition place = chain_position(vault);
  CHECK(place.chain != chain);
  CHECK(place.sequence == 1);
  CHECK(next_number(vault, kRecipient) == 1);
}

TEST_CASE_METHOD(OutboxFixture,
                 "A bundle after a refused one that has its receipt stays delivered") {
  const std::string first = make("one", std::string(64, 'a'));
  const std::string second = make("two", std::string(64, 'b'));
  deliver(second, 3);
  refuse(first);
  CHECK(in_state("delivered") == Hashes{second});
  CHECK(was_sealed_to(vault, std::string(64, 'b'), kRecipient));
}

TEST_CASE_METHOD(OutboxFixture,
                 "A new chain begins behind the delivered bundle with the highest log index") {
  const std::string first = make("one", std::string(64, 'a'));
  const std::string second = make("two", std::string(64, 'b'));
  const std::string third = make("three", std::string(64, 'c'));
  deliver(second, 8);
  deliver(first, 5);
  refuse(third);
  CHECK(chain_position(vault).previous == second);
}

TEST_CASE_METHOD(OutboxFixture, "What a refused bundle held counts as never sealed") {
  const std::string revision(64, 'a');
  const std::string content(64, 'f');
  const OutgoingBundle bundle = next("one");
  add(bundle, revision, {content});
  CHECK(was_sealed_to(vault, revision, kRecipient));
  CHECK_FALSE(was_sealed_to(vault, revision, "age1pq1other"));
  CHECK(attachment_was_sent_to(vault, content, kRecipient));
  refuse(bundle.sha256);
  CHECK_FALSE(was_sealed_to(vault, revision, kRecipient));
  CHECK_FALSE(attachment_was_sent_to(vault, content, kRecipient));
  add(next("again"), revision, {content});
  CHECK(was_sealed_to(vault, revision, kRecipient));
}

TEST_CASE_METHOD(OutboxFixture, "A delivered bundle is not refused any more") {
  const std::string bundle = make("one");
  deliver(bundle, 4);
  refuse(bundle);
  CHECK(in_state("delivered") == Hashes{bundle});
}

TEST_CASE_METHOD(OutboxFixture, "A transaction that is rolled back leaves the chain where it was") {
  const OutgoingBundle bundle = next("one");
  {
    Tx tx(vault.db());
    add_outgoing(vault, bundle, {{record, std::string(64, 'a')}}, {});
  }
  CHECK(chain_position(vault).sequence == 1);
  CHECK_FALSE(outgoing_by_hash(vault, bundle.sha256));
}

TEST_CASE_METHOD(OutboxFixture, "A bundle that this vault did not make is not found") {
  CHECK(code_of([&] { set_upload(vault, std::string(64, '0'), "x"); }) == Code::not_found);
  CHECK_FALSE(outgoing_by_hash(vault, std::string(64, '0')));
}

}  // namespace
}  // namespace depone
