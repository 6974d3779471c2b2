// What every implementation of Ledger must do.
#include "sync/relay/ledger.h"

#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <atomic>
#include <mutex>
#include <thread>

#include "crypto/error.h"
#include "sync/relay/ledger_sqlcipher.h"
#include "tests/sync/remote/audit_fixture.h"

using namespace depone;
using namespace depone::testing;
using relay::Ledger;

namespace {

// One of these for each implementation: makes an empty one, and opens the same again.
struct OnSqlcipher {
  TempDir temp;
  Secret<32> key = Secret<32>::random();
  bool made = false;
  std::unique_ptr<Ledger> open() {
    auto ledger = relay::LedgerSqlcipher::open(temp / "ledger.db", key, !made);
    made = true;
    return ledger;
  }
};

relay::InviteRecord invite(std::uint8_t id, const std::string& member) {
  relay::InviteRecord out;
  out.id.fill(id);
  out.secret.fill(static_cast<std::uint8_t>(id + 1));
  out.member = member;
  out.role = Role::desk;
  out.member_class = "legal";
  out.expires = Time{kNow.seconds + 100};
  return out;
}

relay::UploadRecord upload(std::uint64_t sequence, const std::string& member = "monitor-1") {
  relay::UploadRecord out;
  out.member = member;
  out.sha256 = hex(sha256(member + std::to_string(sequence)));
  out.size = 1000;
  out.minisig = "minisig";
  out.key = "key of " + member;
  out.chain = kChain;
  out.sequence = sequence;
  out.to = {"desk-1", "monitor-2"};
  out.staging = "staging";
  out.touched = kNow;
  return out;
}

// A well-formed entry, always the same for one sequence.
std::string entry(std::uint64_t sequence) {
  static std::mutex mutex;
  static std::map<std::uint64_t, std::string> made;
  const std::lock_guard lock(mutex);
  std::string& text = made[sequence];
  if (text.empty()) {
    text = seal_text(Ed25519Key::from_seed(seed_of(1)), "text", kChain, sequence, std::nullopt).entry;
  }
  return text;
}

Ledger::Accepted accept(Ledger& ledger, const relay::UploadRecord& record) {
  ledger.put_upload(record);
  return ledger.accept(record, entry(record.sequence), kNow);
}

void publish_all(Ledger& ledger) {
  const relay::Head head = ledger.head();
  REQUIRE(ledger.swap_head(head, {head.size + ledger.count_waiting(), "note"}, {}));
}

relay::StoredRoster roster(std::uint64_t version, std::vector<MemberLine> lines) {
  return {version, "head " + std::to_string(version), "minisig", members_file(lines)};
}

}  // namespace

TEMPLATE_TEST_CASE("An invite comes back as it was kept", "[contract]", OnSqlcipher) {
  TestType storage;
  storage.open()->add_invite(invite(1, "legal-1"), kNow);
  const auto ledger = storage.open();
  const auto found = ledger->invite(invite(1, "").id);
  REQUIRE(found);
  CHECK(found->secret == invite(1, "").secret);
  CHECK(found->member == "legal-1");
  CHECK(found->role == Role::desk);
  CHECK(found->member_class == "legal");
  CHECK(found->expires == Time{kNow.seconds + 100});
  CHECK_FALSE(found->used());
  CHECK_FALSE(ledger->invite(invite(2, "").id));
}

TEMPLATE_TEST_CASE("An invite is used once, and by the same keys again", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  const auto made = invite(1, "desk-1");
  ledger->add_invite(made, kNow);
  CHECK(ledger->claim(made.id, "body", "fp", "request", {"request"}, kNow) == Ledger::Claim::taken);
  CHECK(ledger->claim(made.id, "body", "fp", "request", {"request"}, kNow) == Ledger::Claim::repeated);
  CHECK(ledger->claim(made.id, "other", "fp2", "request2", {"request2"}, kNow) == Ledger::Claim::used_up);
  CHECK(ledger->join_with("request")->join == "body");
  CHECK_FALSE(ledger->join_with("request2"));
  CHECK_FALSE(ledger->join_with(""));
}

TEMPLATE_TEST_CASE("An expired or unknown invite is not used", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  const auto made = invite(1, "desk-1");
  ledger->add_invite(made, kNow);
  CHECK(ledger->claim(made.id, "body", "fp", "request", {}, made.expires) == Ledger::Claim::expired);
  CHECK(ledger->claim(invite(2, "").id, "body", "fp", "request", {}, kNow) == Ledger::Claim::unknown);
}

TEMPLATE_TEST_CASE("Of two who use one invite at once, one has it", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  const auto made = invite(1, "desk-1");
  ledger->add_invite(made, kNow);
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const std::string name = std::to_string(i);
      if (ledger->claim(made.id, name, name, name, {name}, kNow) == Ledger::Claim::taken) ++taken;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(taken == 1);
}

TEMPLATE_TEST_CASE("A roster comes back, by version and as the newest", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto one = member_line("desk-1", Role::desk, seed_of(1));
  const auto two = member_line("monitor-1", Role::monitor, seed_of(2));
  {
    const auto ledger = storage.open();
    CHECK(ledger->roster_version() == 0);
    CHECK_FALSE(ledger->roster(std::nullopt));
    CHECK(ledger->publish(roster(1, {one}), "entry 1"));
    CHECK(ledger->publish(roster(2, {one, two}), "entry 2"));
  }
  const auto ledger = storage.open();
  CHECK(ledger->roster_version() == 2);
  CHECK(ledger->roster(std::nullopt)->members == members_file(std::vector{one, two}));
  CHECK(ledger->roster(1)->members == members_file(std::vector{one}));
  CHECK(ledger->roster(1)->head == "head 1");
  CHECK_FALSE(ledger->roster(3));
  CHECK(ledger->waiting(10) == std::vector<std::string>{"entry 1", "entry 2"});
}

TEMPLATE_TEST_CASE("Only the next roster is published", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  CHECK_FALSE(ledger->publish(roster(2, {}), "entry"));
  CHECK(ledger->publish(roster(1, {}), "entry"));
  CHECK_FALSE(ledger->publish(roster(1, {}), "entry"));
  CHECK(ledger->count_waiting() == 1);
}

TEMPLATE_TEST_CASE("A key of the roster is taken for every other join", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  const auto line = member_line("desk-1", Role::desk, seed_of(1));
  REQUIRE(ledger->publish(roster(1, {line}), "entry"));
  ledger->add_invite(invite(1, "desk-2"), kNow);
  for (const std::string& key : {request_key_text(line.request_key), line.bundle_key->text(), line.recipient, line.archive}) {
    CHECK(ledger->claim(invite(1, "").id, "body", "fp", "request", {"own", key}, kNow) == Ledger::Claim::key_taken);
  }
}

TEMPLATE_TEST_CASE("A closed key stays closed and takes nothing in", "[contract]", OnSqlcipher) {
  TestType storage;
  storage.open()->close_key("request", upload(1).key);
  const auto ledger = storage.open();
  CHECK(ledger->is_closed("request"));
  CHECK(ledger->is_closed(upload(1).key));
  CHECK_FALSE(ledger->is_closed("other"));
  CHECK_FALSE(ledger->is_closed(""));
  CHECK(accept(*ledger, upload(1)) == Ledger::Accepted::closed);
  CHECK(ledger->count_waiting() == 0);
}

TEMPLATE_TEST_CASE("A nonce is spent once in ten minutes", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  CHECK(ledger->spend_nonce("one", kNow));
  CHECK_FALSE(ledger->spend_nonce("one", Time{kNow.seconds + 599}));
  CHECK(ledger->spend_nonce("two", kNow));
  CHECK(ledger->spend_nonce("one", Time{kNow.seconds + 601}));
}

TEMPLATE_TEST_CASE("An upload comes back, is replaced, and goes", "[contract]", OnSqlcipher) {
  TestType storage;
  {
    const auto ledger = storage.open();
    ledger->put_upload(upload(1));
    relay::UploadRecord changed = upload(1);
    changed.staging = "other";
    ledger->put_upload(changed);
    ledger->touch_upload("monitor-1", changed.sha256, Time{kNow.seconds + 5});
  }
  const auto ledger = storage.open();
  const auto found = ledger->upload("monitor-1", upload(1).sha256);
  REQUIRE(found);
  CHECK(found->staging == "other");
  CHECK(found->size == 1000);
  CHECK(found->to == upload(1).to);
  CHECK(found->touched == Time{kNow.seconds + 5});
  CHECK_FALSE(ledger->upload("monitor-2", upload(1).sha256));
  CHECK(ledger->uploads().size() == 1);
  CHECK(ledger->remove_upload("monitor-1", upload(1).sha256, false));
  CHECK(ledger->uploads().empty());
}

TEMPLATE_TEST_CASE("A member's uploads are his own, the one that stood still for longest first", "[contract]",
                   OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  for (const std::uint64_t number : {1u, 2u, 3u}) ledger->put_upload(upload(number));
  relay::UploadRecord other = upload(4);
  other.member = "monitor-2";
  ledger->put_upload(other);
  ledger->touch_upload("monitor-1", upload(1).sha256, Time{kNow.seconds + 5});
  ledger->touch_upload("monitor-1", upload(3).sha256, Time{kNow.seconds + 1});
  ledger->touch_upload("monitor-1", upload(2).sha256, Time{kNow.seconds + 3});
  std::vector<std::string> own;
  for (const relay::UploadRecord& one : ledger->uploads_of("monitor-1")) own.push_back(one.sha256);
  CHECK(own == std::vector<std::string>{upload(3).sha256, upload(2).sha256, upload(1).sha256});
  CHECK(ledger->uploads_of("monitor-3").empty());
}

TEMPLATE_TEST_CASE("A completing upload has its place and is not removed by chance", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  const relay::UploadRecord one = upload(1);
  relay::UploadRecord two = upload(1);
  two.sha256 = hex(sha256("another"));
  ledger->put_upload(one);
  ledger->put_upload(two);
  CHECK(ledger->begin_completing("monitor-1", one.sha256));
  CHECK_FALSE(ledger->begin_completing("monitor-1", two.sha256));
  CHECK(ledger->holder_of_place(two.key, two.chain, two.sequence, two.sha256) == one.sha256);
  CHECK_FALSE(ledger->holder_of_place(one.key, one.chain, one.sequence, one.sha256));
  CHECK_FALSE(ledger->remove_upload("monitor-1", one.sha256, false));
  CHECK(ledger->remove_upload("monitor-1", one.sha256, true));
}

TEMPLATE_TEST_CASE("What did not come as an upload is completing from the start, or not there", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  ledger->put_upload(upload(1));
  relay::UploadRecord whole = upload(1);
  whole.staging = "whole";
  CHECK(ledger->put_completing(whole));
  REQUIRE(ledger->uploads().size() == 1);
  CHECK(ledger->uploads().front().staging == "whole");
  CHECK(ledger->uploads().front().completing);
  CHECK(ledger->put_completing(whole));  // its place is its own
  relay::UploadRecord other = upload(1);
  other.sha256 = hex(sha256("another"));
  CHECK_FALSE(ledger->put_completing(other));
  CHECK(ledger->uploads().size() == 1);
  CHECK(ledger->accept(whole, entry(1), kNow) == Ledger::Accepted::yes);
  CHECK_FALSE(ledger->put_completing(other));
}

TEMPLATE_TEST_CASE("An accepted upload is an entry and no upload any more", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  CHECK(accept(*ledger, upload(1)) == Ledger::Accepted::yes);
  CHECK(ledger->uploads().empty());
  CHECK(ledger->waiting(10) == std::vector<std::string>{entry(1)});
  const auto bundle = ledger->bundle(upload(1).sha256);
  REQUIRE(bundle);
  CHECK(bundle->member == "monitor-1");
  CHECK(bundle->to == upload(1).to);
  CHECK_FALSE(bundle->published);
  publish_all(*ledger);
  CHECK(ledger->bundle(upload(1).sha256)->published);
}

TEMPLATE_TEST_CASE("Nothing is accepted twice, without an upload, or in a place that is used", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  CHECK(accept(*ledger, upload(1)) == Ledger::Accepted::yes);
  CHECK(accept(*ledger, upload(1)) == Ledger::Accepted::already);
  CHECK(ledger->accept(upload(2), entry(2), kNow) == Ledger::Accepted::gone);
  relay::UploadRecord same_place = upload(1);
  same_place.sha256 = hex(sha256("another"));
  CHECK(accept(*ledger, same_place) == Ledger::Accepted::sequence_used);
  CHECK(ledger->count_waiting() == 1);
}

TEMPLATE_TEST_CASE("Entries keep their order without a gap, whoever writes", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (std::uint64_t n = 1; n <= 10; ++n) accept(*ledger, upload(n, "monitor-" + std::to_string(i)));
    });
  }
  for (std::thread& thread : threads) thread.join();
  publish_all(*ledger);
  const auto all = ledger->bundles(0, 100);
  REQUIRE(all.size() == 40);
  for (std::uint64_t i = 0; i < 40; ++i) CHECK(all[i].index == i);
}

TEMPLATE_TEST_CASE("Mailboxes hold published entries above an index", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  for (std::uint64_t n = 1; n <= 3; ++n) accept(*ledger, upload(n));
  CHECK(ledger->addressed_to("desk-1", std::nullopt, 10).empty());
  publish_all(*ledger);
  accept(*ledger, upload(4));
  CHECK(ledger->addressed_to("desk-1", std::nullopt, 10).size() == 3);
  CHECK(ledger->addressed_to("desk-1", 0, 10).size() == 2);
  CHECK(ledger->addressed_to("desk-1", UINT64_MAX, 10).empty());
  CHECK(ledger->addressed_to("desk-1", std::nullopt, 2).size() == 2);
  CHECK(ledger->addressed_to("nobody", std::nullopt, 10).empty());
  CHECK(ledger->sent_by("monitor-1", 1, 10).front().index == 2);
  CHECK(ledger->count_sent("monitor-1") == 3);
}

TEMPLATE_TEST_CASE("The end of each chain of a key", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  accept(*ledger, upload(2));
  accept(*ledger, upload(1));
  relay::UploadRecord other_chain = upload(7);
  other_chain.chain = "00000000000000bb";
  accept(*ledger, other_chain);
  const auto ends = ledger->chain_ends(upload(1).key);
  REQUIRE(ends.size() == 2);
  CHECK(ends[0].sequence == 2);
  CHECK(ends[0].bundle == upload(2).sha256);
  CHECK(ends[0].index == 1);  // the highest on that chain: sequence 1 came later
  CHECK(ends[1].chain == "00000000000000bb");
  CHECK(ledger->chain_ends("other").empty());
}

TEMPLATE_TEST_CASE("What was taken in is counted by day", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  CHECK(ledger->days().empty());
  accept(*ledger, upload(1));
  accept(*ledger, upload(2));
  const auto days = ledger->days();
  REQUIRE(days.size() == 1);
  CHECK(days[0].day == kNow.seconds / 86'400);
  CHECK(days[0].taken.bundles == 2);
  CHECK(days[0].taken.bytes == upload(1).size + upload(2).size);
}

TEMPLATE_TEST_CASE("Usage is of a member and a day", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  accept(*ledger, upload(1));
  accept(*ledger, upload(2));
  CHECK(ledger->usage("monitor-1", kNow).bundles == 2);
  CHECK(ledger->usage("monitor-1", kNow).bytes == 2000);
  CHECK(ledger->usage("monitor-2", kNow).bundles == 0);
  CHECK(ledger->usage("monitor-1", Time{kNow.seconds + 86'400}).bundles == 0);
}

TEMPLATE_TEST_CASE("The head moves by compare-and-swap, with its tiles or not at all", "[contract]", OnSqlcipher) {
  TestType storage;
  {
    const auto ledger = storage.open();
    CHECK(ledger->head().size == 0);
    CHECK(ledger->head().note.empty());
    accept(*ledger, upload(1));
    CHECK_FALSE(ledger->swap_head({0, "other"}, {1, "new"}, {{{0, 0}, Bytes(32, 1)}}));
    CHECK(ledger->tile(0, 0).empty());
    CHECK(ledger->swap_head({0, ""}, {1, "new"}, {{{0, 0}, Bytes(32, 2)}}));
  }
  const auto ledger = storage.open();
  CHECK(ledger->head().size == 1);
  CHECK(ledger->head().note == "new");
  CHECK(ledger->tile(0, 0) == Bytes(32, 2));
  CHECK(ledger->tile(1, 0).empty());
  CHECK(ledger->entries(0, 10).size() == 1);
  CHECK(ledger->count_waiting() == 0);
}

TEMPLATE_TEST_CASE("Of many who swap the head at once one wins", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  std::atomic<int> won{0};
  std::vector<std::thread> threads;
  for (std::uint64_t i = 1; i <= 4; ++i) {
    threads.emplace_back([&, i] {
      if (ledger->swap_head({0, ""}, {i, "note"}, {})) ++won;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(won == 1);
}

TEMPLATE_TEST_CASE("A whole ledger has nothing to report", "[contract]", OnSqlcipher) {
  TestType storage;
  const auto ledger = storage.open();
  accept(*ledger, upload(1));
  CHECK(ledger->check().empty());
}
