#include "sync/relay/restored.h"

#include "sync/relay/server.h"
#include "sync/remote/log_state.h"
#include "tests/sync/relay/backup_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

// A backup, taken when the log had one bundle, in the place of the relay that it was made of.
struct RestoredFixture : BackupFixture {
  std::string at_backup;
  RestoredFixture() {
    deliver(monitor, 1);
    sequence();
    at_backup = newest_note();
    back_up();
  }
  Code latest(std::string_view note) {
    return code_of([&] { relay::accept_latest(*relay, note); });
  }
  bool marked() const { return relay::is_restored(dir()); }
  std::string signed_note(std::uint64_t size, const Sha256& root, const Ed25519Key& key) {
    const VerifierKey name = VerifierKey::make(kOrigin, key.public_key());
    return sign_note(Checkpoint{std::string(kOrigin), size, root}.text(), name, key).bytes();
  }
};

}  // namespace

TEST_CASE("A restored relay is not served and signs nothing without a checkpoint", "[relay]") {
  RestoredFixture f;
  f.put_back();
  REQUIRE(f.marked());
  std::string why;
  try {
    relay::serve(*f.relay, relay::Endpoint::parse("127.0.0.1:0"), [] { return kNow; });
  } catch (const Error& error) {
    CHECK(error.code() == Code::refused);
    why = error.what();
  }
  CHECK(why.find("--latest") != std::string::npos);
  CHECK(why.find("whose log has 4 entries") != std::string::npos);
  CHECK(code_of([&] { f.relay->log_key(); }) == Code::refused);
  CHECK(code_of([&] { f.relay->sequence(); }) == Code::refused);
  CHECK(f.newest_note() == f.at_backup);
}

TEST_CASE("A restored relay's roster is not changed before it may go on", "[relay]") {
  RestoredFixture f;
  f.put_back();
  CHECK(code_of([&] { revoke_member(*f.relay, "monitor-1", &f.authority, kNow); }) ==
        Code::refused);
  CHECK_FALSE(f.relay->ledger().is_closed(request_key_text(f.monitor.request().public_key())));
  CHECK(code_of([&] { approve_member(*f.relay, "monitor-1", "", &f.authority, kNow); }) ==
        Code::refused);
  CHECK(code_of([&] { publish_roster(*f.relay, "", "", ""); }) == Code::refused);
  CHECK(f.relay->ledger().count_waiting() == 0);
}

TEST_CASE("A mark that can't be read counts", "[relay]") {
  RestoredFixture f;
  f.put_back();
  write_file(f.dir() / relay::kRestoredMark, "");
  CHECK(code_of([&] { f.relay->log_key(); }) == Code::refused);
}

TEST_CASE("Where the backup holds all of the newest checkpoint, the log goes on", "[relay]") {
  RestoredFixture f;
  f.put_back();
  const relay::Reach reach = relay::accept_latest(*f.relay, f.at_backup);
  CHECK(reach.known.size == 4);
  CHECK(reach.entries == 4);
  CHECK_FALSE(f.marked());
  f.start();
  f.deliver(f.monitor, 2);
  f.sequence();
  CHECK(f.relay->ledger().head().size == 5);
  CHECK(check_relay(*f.relay, {}).problems.empty());
  CHECK_NOTHROW(relay::hold_against(f.relay->ledger(), f.relay->log_name(), f.at_backup));
}

TEST_CASE("Where the backup holds more than anybody knows of, the log goes on", "[relay]") {
  RestoredFixture f;
  const std::string known = f.newest_note();
  f.deliver(f.monitor, 2);
  f.sequence();
  f.target = f.temp / "later";
  f.back_up();
  f.put_back();
  CHECK(relay::accept_latest(*f.relay, known).entries == 5);
  CHECK_FALSE(f.marked());
}

TEST_CASE("Entries that waited when the backup was made reach a checkpoint that came after it",
          "[relay]") {
  RestoredFixture f;
  f.deliver(f.monitor, 2);
  f.deliver(f.monitor, 3);
  f.target = f.temp / "later";
  f.back_up();
  f.sequence();
  const std::string latest = f.newest_note();
  f.put_back();
  CHECK(f.relay->ledger().head().size == 4);
  CHECK(relay::accept_latest(*f.relay, latest).known.size == 6);
  f.start();
  f.sequence();
  CHECK(f.newest_note() == latest);
}

TEST_CASE("Where the backup ends before the newest checkpoint, nothing goes on", "[relay]") {
  RestoredFixture f;
  f.deliver(f.monitor, 2);
  f.sequence();
  const std::string latest = f.newest_note();
  f.put_back();
  CHECK(f.latest(latest) == Code::refused);
  CHECK(f.marked());
  CHECK(code_of([&] { f.relay->log_key(); }) == Code::refused);
}

TEST_CASE("A checkpoint of the same size with another root is a fork", "[relay]") {
  RestoredFixture f;
  f.put_back();
  CHECK(f.latest(f.signed_note(4, sha256("another tree"), f.log_key())) == Code::mismatch);
  CHECK(f.marked());
}

TEST_CASE("A checkpoint of a smaller size that the tree here contradicts is a fork", "[relay]") {
  RestoredFixture f;
  f.put_back();
  CHECK(f.latest(f.signed_note(2, sha256("another tree"), f.log_key())) == Code::mismatch);
  CHECK(f.marked());
}

TEST_CASE("Entries that waited and came into the log otherwise are a fork", "[relay]") {
  RestoredFixture f;
  f.deliver(f.monitor, 2);
  f.target = f.temp / "later";
  f.back_up();
  f.put_back();
  CHECK(f.latest(f.signed_note(5, sha256("another tree"), f.log_key())) == Code::mismatch);
  CHECK(f.marked());
}

TEST_CASE("What the log's key has not signed lifts no mark", "[relay]") {
  RestoredFixture f;
  f.put_back();
  const Checkpoint good = open_checkpoint(f.at_backup, f.relay->log_name());
  CHECK(f.latest(f.signed_note(good.size, good.root, Ed25519Key::generate())) ==
        Code::bad_signature);
  std::string altered = f.at_backup;
  altered.replace(altered.find("\n4\n"), 3, "\n3\n");
  CHECK(f.latest(altered) == Code::bad_signature);
  CHECK(f.latest("") == Code::malformed);
  CHECK(f.latest("text\n") == Code::malformed);
  CHECK(f.marked());
}

TEST_CASE("A ledger that does not fit its own checkpoint is damaged, no fork", "[relay]") {
  RestoredFixture f;
  f.put_back();
  const relay::Head head = f.relay->ledger().head();
  relay::Ledger::Tiles changed;
  changed[{0, 0}] = f.relay->ledger().tile(0, 0);
  changed[{0, 0}][40] ^= 1;
  REQUIRE(f.relay->ledger().swap_head(head, head, changed));
  CHECK(f.latest(f.at_backup) == Code::damaged);
  CHECK(f.marked());
}

TEST_CASE("A relay that was not restored may be held against a checkpoint as well", "[relay]") {
  RestoredFixture f;
  CHECK(relay::accept_latest(*f.relay, f.at_backup).known.size == 4);
  CHECK(f.latest(f.signed_note(4, sha256("another tree"), f.log_key())) == Code::mismatch);
}

TEST_CASE("No mark is lifted while the relay is served", "[relay]") {
  RestoredFixture f;
  const auto lock = f.relay->try_sequencer_lock();
  REQUIRE(lock);
  CHECK(f.latest(f.at_backup) == Code::busy);
}

TEST_CASE("The checkpoint is found in what people have: a note, a receipt, an auditor's state",
          "[relay]") {
  RestoredFixture f;
  CHECK(relay::checkpoint_in(f.at_backup) == f.at_backup);
  CHECK(relay::checkpoint_in(f.at_backup + "\n \n") == f.at_backup);
  CHECK(relay::checkpoint_in(f.at_backup.substr(0, f.at_backup.size() - 1)) == f.at_backup);
  std::string by_mail = f.at_backup;
  for (std::size_t at = 0; (at = by_mail.find('\n', at)) != std::string::npos; at += 2)
    by_mail.insert(at, "\r");
  CHECK(relay::checkpoint_in(by_mail) == f.at_backup);
  CHECK(relay::checkpoint_in(receipt_text(f.relay->ledger(), f.relay->ledger().head(), 3)) ==
        f.at_backup);
  CHECK(relay::checkpoint_in(LogState{f.at_backup, {}}.json()) == f.at_backup);
}
