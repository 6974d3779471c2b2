#include "sync/relay/log.h"

#include "crypto/error.h"
#include "sync/relay/ledger_sqlcipher.h"
#include "sync/relay/sequencer.h"
#include "sync/remote/log_check.h"
#include "tests/sync/remote/audit_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

// A ledger with entries that are none, which the log does not mind.
struct LogFixture {
  TempDir temp;
  Secret<32> secret = Secret<32>::random();
  std::unique_ptr<relay::Ledger> ledger = relay::LedgerSqlcipher::open(temp / "ledger.db", secret, true);
  Ed25519Key key = Ed25519Key::generate();
  VerifierKey name = VerifierKey::make(kOrigin, key.public_key());
  relay::Sequencer sequencer{*ledger, name, key};
  std::vector<std::string> entries;

  void add(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      entries.push_back("entry " + std::to_string(entries.size()) + "\n");
      relay::UploadRecord upload;
      upload.member = "monitor-1";
      upload.sha256 = hex(sha256(entries.back()));
      upload.key = "key";
      upload.chain = kChain;
      upload.sequence = entries.size();
      upload.to = {"desk-1"};
      ledger->put_upload(upload);
      REQUIRE(ledger->accept(upload, entries.back(), kNow) == relay::Ledger::Accepted::yes);
    }
  }
  void grow(std::size_t count) {
    add(count);
    while (sequencer.run_once() > 0) {
    }
  }
  Checkpoint checkpoint() { return open_checkpoint(ledger->head().note, name); }
};

}  // namespace

TEST_CASE("Every tile is the one that a log of these entries has, at sizes around a tile's end", "[relay]") {
  LogFixture f;
  for (const std::size_t more : {1u, 2u, 252u, 1u, 1u, 254u, 1u, 1u, 300u}) {
    f.grow(more);
    const auto expected = log_files(f.entries, f.key);
    for (const auto& [path, bytes] : expected) {
      INFO("size " << f.entries.size() << ", " << path);
      if (path == "checkpoint") {
        CHECK(f.checkpoint().root == Checkpoint::parse(Note::parse(as_text(bytes)).text).root);
        continue;
      }
      const auto tile = relay::tile_bytes(*f.ledger, *TilePath::parse(path), f.entries.size());
      REQUIRE(tile);
      CHECK(*tile == bytes);
    }
  }
  CHECK(f.checkpoint().size == f.entries.size());
}

TEST_CASE("A narrower tile than the log has by now is still given", "[relay]") {
  LogFixture f;
  f.grow(300);
  const auto narrow = relay::tile_bytes(*f.ledger, TilePath{false, 0, 0, 7}, 300);
  REQUIRE(narrow);
  CHECK(narrow->size() == 7 * 32);
  CHECK(parse_entry_bundle(*relay::tile_bytes(*f.ledger, TilePath{true, 0, 1, 3}, 300), 3).front() == f.entries[256]);
}

TEST_CASE("A receipt of every entry holds against the checkpoint", "[relay]") {
  LogFixture f;
  f.grow(513);
  const Checkpoint head = f.checkpoint();
  for (const std::uint64_t index : {0u, 1u, 255u, 256u, 257u, 511u, 512u}) {
    const Receipt receipt = Receipt::parse(relay::receipt_text(*f.ledger, f.ledger->head(), index));
    CHECK(receipt.entry == f.entries[index]);
    CHECK(merkle::verify_inclusion(merkle::leaf_hash(as_bytes(receipt.entry)), index, head.size, receipt.path, head.root));
  }
}

TEST_CASE("A checkpoint is consistent with every one before it", "[relay]") {
  LogFixture f;
  std::vector<Checkpoint> seen;
  for (const std::size_t more : {1u, 6u, 250u, 40u}) {
    f.grow(more);
    seen.push_back(f.checkpoint());
    relay::TileNodes nodes(*f.ledger);
    for (const Checkpoint& old : seen) {
      CHECK(merkle::verify_consistency(old.size, seen.back().size,
                                       merkle::consistency_from(nodes.reader(), old.size, seen.back().size), old.root,
                                       seen.back().root));
    }
  }
}

TEST_CASE("What waits is published together", "[relay]") {
  LogFixture f;
  f.add(10);
  CHECK(f.ledger->head().size == 0);
  CHECK(f.sequencer.run_once() == 10);
  CHECK(f.sequencer.run_once() == 0);
  CHECK(f.checkpoint().size == 10);
}

TEST_CASE("Of two sequencers at once one wins and no entry is lost or doubled", "[relay]") {
  LogFixture f;
  f.add(3);
  const relay::Head before = f.ledger->head();
  REQUIRE(f.sequencer.run_once() == 3);
  CHECK_FALSE(f.ledger->swap_head(before, {1, "another"}, {}));
  CHECK(f.checkpoint().size == 3);
}

TEST_CASE("A head that does not fit the tree is not signed over", "[relay]") {
  LogFixture f;
  f.grow(3);
  const relay::Head before = f.ledger->head();
  const Checkpoint wrong{std::string(kOrigin), 3, sha256("another tree")};
  REQUIRE(f.ledger->swap_head(before, {3, sign_note(wrong.text(), f.name, f.key).bytes()}, {}));
  f.add(1);
  CHECK(code_of([&] { f.sequencer.run_once(); }) == Code::damaged);
  CHECK(f.ledger->head().size == 3);
}

TEST_CASE("The sequencer's thread publishes what it is woken for, and what others left", "[relay]") {
  LogFixture f;
  std::atomic<int> published{0};
  relay::SequencerThread thread(relay::Sequencer(*f.ledger, f.name, f.key), [&] { ++published; }, [](const std::string&) {});
  f.add(1);
  thread.wake();
  for (int i = 0; i < 3000 && published < 1; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(f.ledger->head().size == 1);
  f.add(1);  // nobody wakes it
  for (int i = 0; i < 3000 && published < 2; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  CHECK(f.ledger->head().size == 2);
  CHECK(thread.healthy());
}
