#include "sync/relay/backup.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/generators/catch_generators.hpp>
#include <thread>

#include "sync/relay/backup_manifest.h"
#include "tests/sync/relay/backup_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

// Of a monitor's bundle, as the relay gives it out now.
Receipt receipt_of(ServiceFixture& f, const Sealed& sealed) {
  const auto bundle = f.relay->ledger().bundle(sealed.sha256);
  return Receipt::parse(
      relay::receipt_text(f.relay->ledger(), f.relay->ledger().head(), bundle->index));
}

// So that it is not copied in one step.
void grow_ledger(ServiceFixture& f) {
  relay::UploadRecord upload;
  upload.member = "nobody";
  upload.minisig = std::string(4u << 20, 'x');
  for (int i = 0; i < 5; ++i) {
    upload.sha256 = std::to_string(i);
    f.relay->ledger().put_upload(upload);
  }
}

}  // namespace

TEST_CASE("A restored relay is clean and holds every bundle, roster and key", "[relay]") {
  BackupFixture f;
  const Sealed sealed = f.deliver(f.monitor, 1);
  f.sequence();
  f.deliver(f.monitor, 2);
  const relay::BackupReport made = f.back_up();
  CHECK(made.bundles == 2);
  CHECK(made.entries == 5);
  CHECK(made.missing.empty());
  CHECK(made.outside.empty());
  const relay::RestoreReport report = f.restore();
  CHECK(report.made == f.now);
  CHECK(report.bundles == 2);
  CHECK(report.missing.empty());

  relay::Directory copy(f.restored);
  const relay::CheckReport check = check_relay(copy, {});
  CHECK(check.problems.empty());
  CHECK(check.bundles == 2);
  CHECK(check.entries == 4);
  CHECK(check.rosters == 3);
  CHECK(copy.ledger().head().note == f.newest_note());
  CHECK(read_text(f.object(f.restored, sealed), 1 << 20) == sealed.age);
  for (const char* name :
       {"relay.toml", "authority.pub", "keys/log.key", "keys/ledger.key", "keys/token.key"}) {
    CHECK(read_text(f.restored / name, 1 << 20) == read_text(f.dir() / name, 1 << 20));
  }
}

TEST_CASE("Everything in a backup and in what is restored is its owner's only", "[relay]") {
  BackupFixture f;
  f.deliver(f.monitor, 1);
  f.back_up();
  f.restore();
  for (const fs::path& root : {f.target, f.restored}) {
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      INFO(entry.path());
      CHECK((entry.status().permissions() & (fs::perms::group_all | fs::perms::others_all)) ==
            fs::perms::none);
    }
  }
}

TEST_CASE("A bundle in the backup is a file of its own", "[relay]") {
  BackupFixture f;
  const Sealed sealed = f.deliver(f.monitor, 1);
  f.back_up();
  f.restore();
  for (const fs::path& root : {f.target, f.restored}) {
    struct stat info {};
    REQUIRE(::lstat(f.object(root, sealed).c_str(), &info) == 0);
    CHECK(info.st_nlink == 1);
  }
}

TEST_CASE("A draft that waits for its signature and the authority's key are in the backup",
          "[relay]") {
  BackupFixture f;
  write_file(f.dir() / "authority.key", "a key under a passphrase\n");
  f.add("monitor-2", Role::monitor, 2, false);
  Invite any{kUrl, minisign::PublicKey(f.authority.public_key()), {}, {}, {}, 1, std::nullopt};
  const auto print =
      ServiceFixture::join_body(Identity::from_seed(seed_of(2)), any, Role::monitor).fingerprint();
  approve_member(*f.relay, "monitor-2", print, nullptr, f.now);
  f.back_up();
  f.restore();
  CHECK(read_text(f.restored / "authority.key", 4096) == "a key under a passphrase\n");
  relay::Directory copy(f.restored);
  CHECK(unsigned_roster(copy));
}

TEST_CASE(
    "A backup holds what was there when it began, although the ledger is written to meanwhile",
    "[relay]") {
  BackupFixture f;
  f.deliver(f.monitor, 1);
  grow_ledger(f);
  std::uint64_t steps = 0;
  const relay::BackupReport made =
      f.back_up([&](std::string_view step, std::uint64_t, std::uint64_t) {
        if (step != "ledger" || ++steps > 50) return;
        f.deliver(f.monitor, steps + 1);
        f.sequence();
      });
  CHECK(steps > 1);
  CHECK(steps < 50);  // it did not begin anew
  CHECK(made.bundles == 1);
  f.restore();
  relay::Directory copy(f.restored);
  CHECK(check_relay(copy, {}).problems.empty());
  // What it goes on with is the beginning of what the other went on with.
  CHECK_NOTHROW(
      relay::hold_against(f.relay->ledger(), f.relay->log_name(), copy.ledger().head().note));
}

TEST_CASE("A backup made while bundles arrive is clean, and every receipt in it holds", "[relay]") {
  BackupFixture f;
  std::vector<Sealed> sent;
  std::vector<Receipt> receipts;
  const auto deliver = [&] {
    sent.push_back(f.deliver(f.monitor, sent.size() + 1));
    f.sequence();
    receipts.push_back(receipt_of(f, sent.back()));
  };
  for (int i = 0; i < 10; ++i) deliver();

  std::atomic<bool> done{false};
  std::atomic<int> arrived{0};
  std::string failure;
  std::thread other([&] {
    try {
      relay::Directory same(f.dir());
      // Goes on only when another bundle has come since.
      int before = -1;
      relay::back_up(same, f.target, kNow, [&](std::string_view, std::uint64_t, std::uint64_t) {
        while (arrived == before && before < 5) std::this_thread::yield();
        before = arrived;
      });
    } catch (const std::exception& error) {
      failure = error.what();
    }
    done = true;
  });
  do {
    deliver();
    ++arrived;
  } while (!done);
  other.join();
  REQUIRE(failure.empty());

  f.restore();
  relay::Directory copy(f.restored);
  CHECK(check_relay(copy, {}).problems.empty());
  const std::uint64_t entries = copy.ledger().head().size + copy.ledger().count_waiting();
  const VerifierKey log = copy.log_name();
  std::size_t held = 0;
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    const CheckedReceipt checked = check_receipt(receipts[i], {&log, 1});
    if (checked.checkpoint.size > entries) continue;
    ++held;
    CHECK(copy.ledger().bundle(sent[i].sha256));
    CHECK_NOTHROW(relay::hold_against(copy.ledger(), log, receipts[i].checkpoint));
  }
  CHECK(held >= 10);
}

TEST_CASE("Uploads under way are not in a backup, so their senders begin again", "[relay]") {
  BackupFixture f;
  f.deliver(f.monitor, 1);
  f.sequence();
  const Sealed half = f.seal(f.monitor, "half", 2);
  f.create(f.monitor, half);
  f.patch(f.monitor, half.sha256, 0, half.age.substr(0, 100));
  f.delivered = half.sha256;
  const Sealed whole = f.seal(f.monitor, "whole", 3);
  f.create(f.monitor, whole);
  REQUIRE(f.relay->ledger().begin_completing("monitor-1", whole.sha256));
  f.back_up();
  const std::string latest = f.newest_note();
  f.put_back();
  relay::accept_latest(*f.relay, latest);
  f.start();
  CHECK(f.relay->ledger().uploads().empty());
  CHECK(header_in(f.create(f.monitor, half), "Upload-Offset") == "0");
  CHECK(f.patch(f.monitor, half.sha256, 0, half.age).status == 204);
  // Also to others than at first.
  CHECK(f.create(f.monitor, whole, "monitor-1").status == 201);
  CHECK(f.patch(f.monitor, whole.sha256, 0, whole.age).status == 204);
  f.sequence();
  CHECK(check_relay(*f.relay, {}).problems.empty());
}

TEST_CASE("Damaged and missing bundles are named, and the backup holds the others and says so",
          "[relay]") {
  BackupFixture f;
  const Sealed damaged = f.deliver(f.monitor, 1);
  const Sealed missing = f.deliver(f.monitor, 2);
  const Sealed longer = f.deliver(f.monitor, 3);
  const Sealed whole = f.deliver(f.monitor, 4);
  flip_byte(f.object(f.dir(), damaged));
  fs::remove(f.object(f.dir(), missing));
  write_file(f.object(f.dir(), longer), longer.age + "more");
  const relay::BackupReport made = f.back_up();
  CHECK(made.bundles == 1);
  REQUIRE(made.missing.size() == 3);
  CHECK(made.missing[0].sha256 == damaged.sha256);
  CHECK(made.missing[1].sha256 == missing.sha256);
  CHECK(made.missing[1].why == "it is missing");
  CHECK(made.missing[2].sha256 == longer.sha256);
  CHECK_FALSE(fs::exists(f.object(f.target, damaged)));
  CHECK_FALSE(fs::exists(f.object(f.target, longer)));
  CHECK(relay::BackupManifest::read(f.target).missing.size() == 3);

  const relay::RestoreReport report = f.restore();
  CHECK(report.missing.size() == 3);
  CHECK(read_text(f.object(f.restored, whole), 1 << 20) == whole.age);
}

TEST_CASE("A bundle that was damaged in the backup is named, and the others are restored",
          "[relay]") {
  BackupFixture f;
  const Sealed damaged = f.deliver(f.monitor, 1);
  f.deliver(f.monitor, 2);
  f.back_up();
  flip_byte(f.object(f.target, damaged));
  const relay::RestoreReport report = f.restore();
  CHECK(report.bundles == 1);
  REQUIRE(report.missing.size() == 1);
  CHECK(report.missing[0].sha256 == damaged.sha256);
}

TEST_CASE("A backup whose keys, ledger or list are damaged or missing is not restored", "[relay]") {
  BackupFixture f;
  f.deliver(f.monitor, 1);
  f.back_up();
  for (const char* name : {"relay.toml", "keys/log.key", "ledger.db"}) {
    INFO(name);
    const Bytes before = read_file(f.target / name, 1 << 24);
    flip_byte(f.target / name);
    CHECK(code_of([&] { f.restore(); }) == Code::mismatch);
    fs::remove(f.target / name);
    CHECK(code_of([&] { f.restore(); }) == Code::mismatch);
    write_file(f.target / name, before);
  }
  write_file(f.target / "backup.json", read_text(f.target / "backup.json", 1 << 20).substr(0, 100));
  CHECK(code_of([&] { f.restore(); }) == Code::malformed);
  fs::remove(f.target / "backup.json");
  CHECK(code_of([&] { f.restore(); }) == Code::not_found);
  CHECK_FALSE(fs::exists(f.restored));
  CHECK(f.left_over().empty());
}

TEST_CASE("A list that leads out of the backup is refused", "[relay]") {
  BackupFixture f;
  f.back_up();
  const std::string list = read_text(f.target / "backup.json", 1 << 20);
  const std::string path = GENERATE(as<std::string>{}, "../relay.toml", "/relay.toml",
                                    "keys/../../x", "./x", "keys//x", "");
  std::string altered = list;
  altered.replace(altered.find("\"relay.toml\""), 12, "\"" + path + "\"");
  CHECK(code_of([&] { relay::BackupManifest::parse(altered); }) == Code::malformed);
}

TEST_CASE("Nothing is restored over what is there", "[relay]") {
  BackupFixture f;
  f.back_up();
  write_file(f.temp / "mine", "text");
  CHECK(code_of([&] { relay::restore_backup(f.target, f.temp / "mine", kNow); }) == Code::refused);
  CHECK(code_of([&] { relay::restore_backup(f.target, f.dir(), kNow); }) == Code::refused);
  CHECK(code_of([&] { relay::restore_backup(f.target, f.target / "in-it", kNow); }) == Code::usage);
  CHECK(names_in(f.target) == std::vector<std::string>{"authority.pub", "backup.json", "blobs",
                                                       "keys", "ledger.db", "relay.toml",
                                                       "roster-unsigned"});
}

TEST_CASE("No backup is made over what is there, in the relay, or where no directory is",
          "[relay]") {
  BackupFixture f;
  f.back_up();
  const std::string list = read_text(f.target / "backup.json", 1 << 20);
  CHECK(code_of([&] { f.back_up(); }) == Code::refused);
  CHECK(read_text(f.target / "backup.json", 1 << 20) == list);
  f.target = f.dir() / "backup";
  CHECK(code_of([&] { f.back_up(); }) == Code::usage);
  f.target = f.temp / "not-mounted" / "backup";
  CHECK(code_of([&] { f.back_up(); }) == Code::not_found);
  CHECK_FALSE(fs::exists(f.temp / "not-mounted"));
}

TEST_CASE("A backup that would not fit is refused before it begins", "[relay]") {
  BackupFixture f(
      [](relay::Config& config) { config.limits.disk_reserve_bytes = std::uint64_t{1} << 62; });
  CHECK(code_of([&] { f.back_up(); }) == Code::refused);
  CHECK_FALSE(fs::exists(f.target));
  CHECK(f.left_over().empty());
}

TEST_CASE("A backup that is stopped on its way leaves nothing and holds nobody up", "[relay]") {
  BackupFixture f;
  f.deliver(f.monitor, 1);
  grow_ledger(f);
  const std::string at = GENERATE(as<std::string>{}, "ledger", "bundles");
  const auto stop = [&](std::string_view step, std::uint64_t, std::uint64_t) {
    if (step == at) throw Error(Code::interrupted, "stopped");
  };
  CHECK(code_of([&] { f.back_up(stop); }) == Code::interrupted);
  CHECK_FALSE(fs::exists(f.target));
  CHECK(f.left_over().empty());
  f.deliver(f.monitor, 2);
  f.sequence();
}

TEST_CASE("A crash on the way leaves no backup, and the next one removes what it left", "[relay]") {
  BackupFixture f;
  f.deliver(f.monitor, 1);
  f.service.reset();
  f.relay.reset();  // SQLite's connections must not go through fork()
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    try {
      relay::Directory relay(f.dir());
      relay::back_up(relay, f.target, kNow,
                     [](std::string_view, std::uint64_t, std::uint64_t) { ::_exit(9); });
    } catch (...) {
    }
    ::_exit(1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WEXITSTATUS(status) == 9);
  CHECK_FALSE(fs::exists(f.target));
  CHECK(f.left_over().size() == 1);
  f.start();
  f.back_up();
  CHECK(f.left_over().empty());
  CHECK(f.restore().bundles == 1);
}

TEST_CASE("A backup is no relay that could be served", "[relay]") {
  BackupFixture f;
  f.back_up();
  CHECK(code_of([&] { relay::Directory relay(f.target); }) == Code::refused);
}

TEST_CASE("Parts that relay.toml keeps elsewhere are in the backup", "[relay]") {
  BackupFixture f;
  const Sealed sealed = f.deliver(f.monitor, 1);
  f.service.reset();
  f.relay.reset();
  fs::create_directory(f.temp / "disk");
  relay::Config config = relay::Config::read(f.dir() / "relay.toml");
  config.blobs = (f.temp / "disk" / "blobs").string();
  config.keys = "../disk/keys";
  fs::rename(f.dir() / "blobs", f.temp / "disk" / "blobs");
  fs::rename(f.dir() / "keys", f.temp / "disk" / "keys");
  write_file(f.temp / "disk" / "keys" / "tls.key", "the key");
  config.tls_certificate = "/etc/ssl/relay.pem";
  config.tls_key = "../disk/keys/tls.key";
  write_file(f.dir() / "relay.toml", config.toml());
  f.start();
  const relay::BackupReport made = f.back_up();
  CHECK(made.paths_changed);
  CHECK(made.outside == std::vector<std::string>{"/etc/ssl/relay.pem"});
  f.restore();
  fs::remove_all(f.temp / "disk");
  relay::Directory copy(f.restored);
  CHECK(copy.config().blobs == "blobs");
  CHECK(copy.config().tls_key == "keys/tls.key");
  CHECK(read_text(f.restored / "keys" / "tls.key", 4096) == "the key");
  CHECK(check_relay(copy, {}).problems.empty());
  CHECK(fs::exists(f.object(f.restored, sealed)));
}

TEST_CASE("A certificate outside the directory is named; one inside goes along", "[relay]") {
  BackupFixture f;
  f.service.reset();
  f.relay.reset();
  fs::create_directory(f.dir() / "tls");
  write_file(f.dir() / "tls" / "key.pem", "the key");
  relay::Config config = relay::Config::read(f.dir() / "relay.toml");
  config.tls_certificate = "/etc/ssl/relay.pem";
  config.tls_key = "tls/key.pem";
  write_file(f.dir() / "relay.toml", config.toml());
  f.relay.emplace(f.dir());
  CHECK(f.back_up().outside == std::vector<std::string>{"/etc/ssl/relay.pem"});
  CHECK(f.restore().outside == std::vector<std::string>{"/etc/ssl/relay.pem"});
  CHECK(read_text(f.restored / "tls" / "key.pem", 4096) == "the key");
}
