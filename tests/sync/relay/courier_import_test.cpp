#include "sync/relay/courier_import.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "sync/relay/check.h"
#include "sync/relay/courier_export.h"
#include "tests/sync/relay/service_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

using Why = relay::LeftBundle::Why;

struct ImportFixture : ServiceFixture {
  explicit ImportFixture(const std::function<void(relay::Config&)>& configure = {})
      : ServiceFixture(configure) {
    fs::create_directories(stick / "bundles");
  }
  Person desk = add("desk-1", Role::desk, 9);
  Person monitor = add("monitor-1", Role::monitor, 1);
  fs::path stick = temp / "stick";
  relay::ImportProgress progress;

  fs::path on_stick(const Sealed& sealed, const std::string& ending = ".age") const {
    return stick / "bundles" / (sealed.sha256 + ending);
  }
  fs::path receipt_of(const Sealed& sealed) const {
    return stick / "receipts" / (sealed.sha256 + ".tlog-proof");
  }
  fs::path refusal_of(const Sealed& sealed) const {
    return stick / "refused" / (sealed.sha256 + ".json");
  }
  // As a monitor lays it there.
  void lay(const Sealed& sealed, const std::string& to = "") {
    if (!to.empty()) write_file(on_stick(sealed, ".to"), to);
    write_file(on_stick(sealed, ".age.minisig"), sealed.minisig);
    write_file(on_stick(sealed), sealed.age);
    delivered = sealed.sha256;
  }
  Sealed sealed_on_stick(std::uint64_t sequence, const std::string& to = "") {
    Sealed sealed = seal(monitor, "text " + std::to_string(sequence), sequence);
    lay(sealed, to);
    return sealed;
  }
  relay::ImportResult import(std::chrono::milliseconds patience = std::chrono::seconds(30)) {
    return import_from_courier(
        *relay, {stick, patience}, [this] { return now; }, progress);
  }
  // Why the one bundle that was left was.
  static std::string left(const relay::ImportResult& result, Why why = Why::verification) {
    REQUIRE(result.left.size() == 1);
    CHECK(result.left.front().why == why);
    return result.left.front().problem;
  }
  void check_in_log(const Sealed& sealed) {
    const Receipt receipt = Receipt::parse(read_text(receipt_of(sealed), kMaxReceipt));
    CHECK(receipt.entry == sealed.entry);
    check_receipt(receipt, std::vector<VerifierKey>{relay->log_name()});
    CHECK(relay->blobs().size(relay::bundle_blob(sealed.sha256)) == sealed.age.size());
  }
  // A good bundle behind a bad one: it is in whatever happened before.
  void check_the_other_is_in() {
    const Sealed good = sealed_on_stick(7);
    import();
    check_in_log(good);
    check_clean();
  }
  void check_clean() {
    CHECK(names_in(relay->staging()).empty());
    CHECK(relay->ledger().uploads().empty());
    const relay::CheckReport report = check_relay(*relay, {});
    CHECK(report.problems.empty());
  }
};

Sealed with_bytes(Sealed sealed, const Ed25519Key& key, const std::string& age) {
  sealed.age = age;
  sealed.sha256 = hex(sha256(age));
  sealed.minisig =
      minisign::sign(key, blake2b512(as_bytes(age)), kBundleUntrusted, sealed.comment.text())
          .text();
  return sealed;
}

}  // namespace

TEST_CASE("What a courier brings is in the log, and its receipt on the stick", "[relay][courier]") {
  ImportFixture f;
  const Sealed one = f.sealed_on_stick(1);
  const Sealed two = f.sealed_on_stick(2, "desk-1\n");
  const relay::ImportResult result = f.import();
  CHECK(result.taken == 2);
  CHECK(result.bytes == one.age.size() + two.age.size());
  CHECK(result.already == 0);
  CHECK(result.receipts == 2);
  CHECK(result.left.empty());
  CHECK(result.notes.empty());
  f.check_in_log(one);
  f.check_in_log(two);
  CHECK(f.relay->ledger().bundle(one.sha256)->member == "monitor-1");
  CHECK(body_of(f.get(f.desk, "/v1/bundles/" + two.sha256)) == two.age);
  f.check_clean();
}

TEST_CASE("An import run again changes nothing and says so", "[relay][courier]") {
  ImportFixture f;
  const Sealed one = f.sealed_on_stick(1);
  f.import();
  const std::string receipt = read_text(f.receipt_of(one), kMaxReceipt);
  f.deliver(f.monitor, 2);  // the log has grown since: the old receipt still holds
  f.sequence();
  const relay::ImportResult again = f.import();
  CHECK(again.taken == 0);
  CHECK(again.already == 1);
  CHECK(again.receipts == 0);
  CHECK(read_text(f.receipt_of(one), kMaxReceipt) == receipt);
  CHECK(f.relay->ledger().bundles(0, 10).size() == 2);
}

TEST_CASE("A receipt on the stick that does not hold is written anew", "[relay][courier]") {
  ImportFixture f;
  const Sealed one = f.sealed_on_stick(1);
  const Sealed two = f.sealed_on_stick(2);
  f.import();
  write_file(f.receipt_of(one), "half of it");
  fs::copy_file(f.receipt_of(one), f.receipt_of(two), fs::copy_options::overwrite_existing);
  CHECK(f.import().receipts == 2);
  f.check_in_log(one);
  f.check_in_log(two);
}

TEST_CASE("A chain goes into the log in its order, whatever the files are called",
          "[relay][courier]") {
  ImportFixture f;
  std::vector<std::string> order;
  for (std::uint64_t n = 1; n <= 6; ++n) order.push_back(f.sealed_on_stick(n).sha256);
  f.import();
  std::vector<std::string> logged;
  for (const relay::BundleRecord& bundle : f.relay->ledger().bundles(0, 10))
    logged.push_back(bundle.sha256);
  CHECK(logged == order);
}

TEST_CASE("Without a list of addressees it is for every desk, with one for those",
          "[relay][courier]") {
  ImportFixture f;
  f.add("desk-2", Role::desk, 8);
  const Sealed all = f.sealed_on_stick(1);
  const Sealed some = f.sealed_on_stick(2, "monitor-1\ndesk-2\n");
  f.import();
  using Ids = std::vector<std::string>;
  CHECK(f.relay->ledger().bundle(all.sha256)->to == Ids{"desk-1", "desk-2"});
  CHECK(f.relay->ledger().bundle(some.sha256)->to == Ids{"desk-2", "monitor-1"});
}

TEST_CASE("A list of addressees that is cut off, or none, is not taken for another",
          "[relay][courier]") {
  for (const char* to : {"desk-1\ndesk", "desk-1", "\n", "desk-1\r\n", "desk-1 desk-1\n",
                         "desk-1\n\n", "DESK\n", "nobody\n"}) {
    INFO(to);
    ImportFixture f;
    const Sealed sealed = f.sealed_on_stick(1, to);
    CHECK(ImportFixture::left(f.import()) == "malformed");
    CHECK_FALSE(f.relay->ledger().bundle(sealed.sha256));
  }
  ImportFixture f;
  const Sealed sealed = f.sealed_on_stick(1);
  write_file(f.on_stick(sealed, ".to"), "");
  CHECK(ImportFixture::left(f.import()) == "malformed");
  f.check_the_other_is_in();
}

TEST_CASE("Altered bytes are refused, stay on the stick, and leave the rest", "[relay][courier]") {
  ImportFixture f;
  Sealed bad = f.seal(f.monitor, "text", 1);
  bad.age[bad.age.size() / 2] ^= 1;
  f.lay(bad);
  const relay::ImportResult result = f.import();
  CHECK(ImportFixture::left(result) == "signature");
  CHECK(result.left.front().sha256 == bad.sha256);
  CHECK(read_text(f.on_stick(bad), 1 << 20) == bad.age);
  const auto said = Problem::parse(422, read_text(f.refusal_of(bad), 1 << 16));
  REQUIRE(said);
  CHECK(said->name == "signature");
  f.check_the_other_is_in();
}

TEST_CASE("A bundle under another's name is refused", "[relay][courier]") {
  ImportFixture f;
  const Sealed one = f.seal(f.monitor, "one", 1);
  Sealed two = f.seal(f.monitor, "two", 1);
  two.sha256 = one.sha256;
  f.lay(two);
  CHECK(ImportFixture::left(f.import()) == "signature");
}

TEST_CASE("A signature that no member's key made is refused", "[relay][courier]") {
  ImportFixture f;
  const ImportFixture::Person stranger = f.person("stranger", 77);
  f.lay(f.seal(stranger, "text", 1));
  const relay::ImportResult result = f.import();
  CHECK(ImportFixture::left(result) == "signature");
  CHECK(result.left.front().text.find("approve") != std::string::npos);
}

TEST_CASE("A trusted comment that was not signed is refused on the stick too", "[relay][courier]") {
  ImportFixture f;
  Sealed sealed = f.seal(f.monitor, "text", 1);
  sealed.minisig.replace(sealed.minisig.find("sequence=1"), 10, "sequence=2");
  f.lay(sealed);
  CHECK(ImportFixture::left(f.import()) == "signature");
}

TEST_CASE("A file that is no bundle is refused on the stick too", "[relay][courier]") {
  ImportFixture f;
  f.lay(with_bytes(f.seal(f.monitor, "text", 1), f.monitor.identity.bundle, "no age file at all"));
  CHECK(ImportFixture::left(f.import()) == "malformed");
  f.check_the_other_is_in();
}

TEST_CASE("A revoked member's bundle is refused by policy, one that is in keeps its receipt",
          "[relay][courier]") {
  ImportFixture f;
  const Sealed before = f.sealed_on_stick(1);
  f.import();
  fs::remove(f.receipt_of(before));
  revoke_member(*f.relay, "monitor-1", &f.authority, kNow);
  f.sealed_on_stick(2);
  const relay::ImportResult result = f.import();
  CHECK(ImportFixture::left(result, Why::policy) == "revoked");
  CHECK(result.already == 1);
  f.check_in_log(before);
}

TEST_CASE("A key that is closed and not yet signed away takes nothing in", "[relay][courier]") {
  ImportFixture f;
  f.sealed_on_stick(1);
  f.relay->ledger().close_key("request", f.monitor.identity.bundle_key().text());
  CHECK(ImportFixture::left(f.import(), Why::policy) == "revoked");
  f.check_clean();
}

TEST_CASE("A place that is used is refused by policy, and the operator told", "[relay][courier]") {
  ImportFixture f;
  const Sealed first = f.deliver(f.monitor, 1);
  const Sealed second = f.seal(f.monitor, "another", 1);
  f.lay(second);
  const relay::ImportResult result = f.import();
  CHECK(ImportFixture::left(result, Why::policy) == "sequence-used");
  REQUIRE(result.notes.size() == 1);
  CHECK(result.notes.front().find(first.sha256) != std::string::npos);
  CHECK(result.notes.front().find(second.sha256) != std::string::npos);
  f.check_clean();
}

TEST_CASE("A used place is no reason to suspect a member of bytes that were not signed",
          "[relay][courier]") {
  ImportFixture f;
  const Sealed first = f.deliver(f.monitor, 1);
  Sealed copy = first;  // under a name of somebody's choice
  copy.sha256 = std::string(64, 'a');
  f.lay(copy);
  const relay::ImportResult result = f.import();
  CHECK(ImportFixture::left(result) == "signature");
  CHECK(result.notes.empty());
}

TEST_CASE("Another bundle's signature beside one that is in is no other signature of it",
          "[relay][courier]") {
  ImportFixture f;
  Sealed sealed = f.deliver(f.monitor, 1);
  sealed.minisig = f.seal(f.monitor, "another", 2).minisig;
  f.lay(sealed);
  CHECK(ImportFixture::left(f.import()) == "signature");
}

TEST_CASE("Of two bundles on one stick for one place one is in", "[relay][courier]") {
  ImportFixture f;
  f.lay(f.seal(f.monitor, "one", 1));
  f.lay(f.seal(f.monitor, "two", 1));
  const relay::ImportResult result = f.import();
  CHECK(result.taken == 1);
  CHECK(ImportFixture::left(result, Why::policy) == "sequence-used");
  f.check_clean();
}

TEST_CASE("The same bundle with another signature is refused on the stick too",
          "[relay][courier]") {
  ImportFixture f;
  Sealed sealed = f.deliver(f.monitor, 1);
  sealed.comment.sequence = 2;
  f.lay(with_bytes(sealed, f.monitor.identity.bundle, sealed.age));
  CHECK(ImportFixture::left(f.import(), Why::policy) == "other-signature");
  CHECK_FALSE(fs::exists(f.receipt_of(sealed)));
}

TEST_CASE("What is over the day's quota stays on the stick and is in the next day",
          "[relay][courier]") {
  ImportFixture f([](relay::Config& config) { config.limits.member_bundles_a_day = 2; });
  std::vector<Sealed> sealed;
  for (std::uint64_t n = 1; n <= 3; ++n) sealed.push_back(f.sealed_on_stick(n));
  const relay::ImportResult result = f.import();
  CHECK(result.taken == 2);
  CHECK(ImportFixture::left(result, Why::policy) == "quota");
  CHECK(result.left.front().sha256 == sealed[2].sha256);  // the end of the chain
  CHECK(fs::exists(f.on_stick(sealed[2])));
  CHECK(fs::exists(f.refusal_of(sealed[2])));
  f.now = Time{f.now.seconds + 86'400};
  CHECK(f.import().taken == 1);
  f.check_in_log(sealed[2]);
  CHECK_FALSE(fs::exists(f.refusal_of(sealed[2])));
}

TEST_CASE("A full disk leaves the bundle on the stick", "[relay][courier]") {
  ImportFixture f(
      [](relay::Config& config) { config.limits.disk_reserve_bytes = std::uint64_t{1} << 60; });
  f.sealed_on_stick(1);
  CHECK(ImportFixture::left(f.import(), Why::here) == "storage-full");
  f.check_clean();
}

TEST_CASE("A bundle beyond the limit is refused without being read", "[relay][courier]") {
  ImportFixture f([](relay::Config& config) { config.limits.bundle_bytes = 1 << 20; });
  const Sealed sealed = f.sealed_on_stick(1);
  fs::resize_file(f.on_stick(sealed), std::uintmax_t{1} << 40);
  std::uint64_t read = 0;
  f.progress = [&](std::uint64_t done, std::uint64_t) { read += done < (1u << 30) ? done : 0; };
  CHECK(ImportFixture::left(f.import(), Why::policy) == "too-large");
  CHECK(read == 0);
}

TEST_CASE("A signature of gigabytes is refused", "[relay][courier]") {
  ImportFixture f;
  const Sealed sealed = f.sealed_on_stick(1);
  fs::resize_file(f.on_stick(sealed, ".age.minisig"), std::uintmax_t{8} << 30);
  CHECK(ImportFixture::left(f.import()) == "malformed");
  f.check_the_other_is_in();
}

TEST_CASE("A bundle without its signature is refused, a signature alone is said",
          "[relay][courier]") {
  ImportFixture f;
  const Sealed one = f.sealed_on_stick(1);
  const Sealed two = f.sealed_on_stick(2);
  fs::remove(f.on_stick(one, ".age.minisig"));
  fs::remove(f.on_stick(two));
  const relay::ImportResult result = f.import();
  CHECK(ImportFixture::left(result) == "malformed");
  REQUIRE(result.notes.size() == 1);
  CHECK(result.notes.front().find("copy again") != std::string::npos);
}

TEST_CASE("Files on the stick that are no bundles are left as they are", "[relay][courier]") {
  ImportFixture f;
  const Sealed sealed = f.sealed_on_stick(1);
  const std::string stranger(255, 'x');
  write_file(f.stick / "bundles" / stranger, "x");
  std::string upper = sealed.sha256;
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  write_file(f.stick / "bundles" / (upper + ".age"), "x");
  write_file(f.stick / "bundles" / (std::string(kPartialPrefix) + std::string(32, '0')), "x");
  const relay::ImportResult result = f.import();
  CHECK(result.taken == 1);
  CHECK(result.left.empty());
  REQUIRE(result.notes.size() == 1);
  CHECK(result.notes.front().starts_with("2 files"));
  CHECK(fs::exists(f.stick / "bundles" / stranger));
}

TEST_CASE("Something else in a file's place is refused, and nothing waits for it",
          "[relay][courier]") {
  const auto link = [](const fs::path& at) { fs::create_symlink("/etc/hostname", at); };
  const auto directory = [](const fs::path& at) { fs::create_directory(at); };
  const auto pipe = [](const fs::path& at) { REQUIRE(::mkfifo(at.c_str(), 0600) == 0); };
  for (const std::function<void(const fs::path&)>& put :
       {std::function<void(const fs::path&)>(link), std::function<void(const fs::path&)>(directory),
        std::function<void(const fs::path&)>(pipe)}) {
    for (const char* ending : {".age", ".age.minisig", ".to"}) {
      INFO(ending);
      ImportFixture f;
      const Sealed sealed = f.sealed_on_stick(1);
      fs::remove(f.on_stick(sealed, ending));
      put(f.on_stick(sealed, ending));
      CHECK(ImportFixture::left(f.import()) == "malformed");
      CHECK_FALSE(f.relay->ledger().bundle(sealed.sha256));
      f.check_the_other_is_in();
    }
  }
}

TEST_CASE("A symbolic link in the place of bundles/ is refused with its path", "[relay][courier]") {
  ImportFixture f;
  f.sealed_on_stick(1);
  fs::rename(f.stick / "bundles", f.temp / "elsewhere");
  fs::create_directory_symlink(f.temp / "elsewhere", f.stick / "bundles");
  CHECK(code_of([&] { f.import(); }) == Code::refused);
}

TEST_CASE("A receipt is not written through a link, and the bundle is in", "[relay][courier]") {
  ImportFixture f;
  const Sealed sealed = f.sealed_on_stick(1);
  fs::create_directory(f.temp / "elsewhere");
  fs::create_directory_symlink(f.temp / "elsewhere", f.stick / "receipts");
  const relay::ImportResult result = f.import();
  CHECK(result.taken == 1);
  CHECK(result.receipts == 0);
  CHECK(result.unwritten.size() == 1);
  CHECK(names_in(f.temp / "elsewhere").empty());
  CHECK(f.relay->ledger().bundle(sealed.sha256)->published);
}

TEST_CASE("A directory in a receipt's place takes nothing from the other receipts",
          "[relay][courier]") {
  ImportFixture f;
  const Sealed one = f.sealed_on_stick(1);
  const Sealed two = f.sealed_on_stick(2);
  fs::create_directories(f.receipt_of(one) / "full");
  const relay::ImportResult result = f.import();
  CHECK(result.unwritten.size() == 1);
  CHECK(result.receipts == 1);
  f.check_in_log(two);
}

TEST_CASE("A file that changes while it is read is judged by what was read", "[relay][courier]") {
  for (const int change : {0, 1, 2}) {
    INFO(change);
    ImportFixture f;
    const Sealed sealed = f.seal(f.monitor, std::string(2u << 20, 'x'), 1);
    f.lay(sealed);
    bool changed = false;
    f.progress = [&](std::uint64_t, std::uint64_t) {
      if (std::exchange(changed, true)) return;
      std::string bytes = sealed.age;
      if (change == 0) bytes += "more";
      if (change == 1) bytes.resize(1u << 20);
      if (change == 2) bytes[bytes.size() - 7] ^= 1;
      // In the same file: it is open.
      std::ofstream file(f.on_stick(sealed), std::ios::binary | std::ios::trunc);
      file << bytes;
    };
    const relay::ImportResult result = f.import();
    if (change == 0) {  // as much as was announced is what was signed
      CHECK(result.taken == 1);
      f.check_in_log(sealed);
    } else {
      CHECK(ImportFixture::left(result) == "signature");
    }
    f.check_clean();
  }
}

TEST_CASE("A directory without bundles/ is no stick", "[relay][courier]") {
  ImportFixture f;
  fs::remove(f.stick / "bundles");
  CHECK(code_of([&] { f.import(); }) == Code::not_found);
  fs::remove(f.stick);
  CHECK(code_of([&] { f.import(); }) == Code::not_found);
}

TEST_CASE("Two imports at once take turns by refusing", "[relay][courier]") {
  ImportFixture f;
  const FileLock other(f.dir() / "import.lock", 0);
  CHECK(code_of([&] { f.import(); }) == Code::busy);
}

TEST_CASE("An upload under way of the same bundle and an import do not mix", "[relay][courier]") {
  ImportFixture f;
  const Sealed sealed = f.seal(f.monitor, std::string(100'000, 'x'), 1);
  CHECK(f.create(f.monitor, sealed).status == 201);
  CHECK(f.patch(f.monitor, sealed.sha256, 0, sealed.age.substr(0, 40'000)).status == 204);
  relay::Outcome arriving = f.service->begin(
      f.patch_request(f.monitor, sealed.sha256, 40'000, sealed.age.substr(40'000)));
  auto& body = std::get<std::unique_ptr<relay::Body>>(arriving);
  body->write(as_bytes(sealed.age).subspan(40'000, 10'000));
  f.lay(sealed);
  CHECK(f.import().taken == 1);
  body->write(as_bytes(sealed.age).subspan(50'000));
  CHECK(f.service->guarded([&] { return body->finish(); }).status == 204);
  body.reset();
  f.check_in_log(sealed);
  f.service->sweep();
  f.check_clean();
  CHECK(f.relay->ledger().bundles(0, 10).size() == 1);
}

TEST_CASE("The server's sweep leaves what an import copies just now", "[relay][courier]") {
  ImportFixture f;
  f.lay(f.seal(f.monitor, std::string(2u << 20, 'x'), 1));
  f.progress = [&](std::uint64_t, std::uint64_t) { f.service->sweep(); };
  CHECK(f.import().taken == 1);
  f.check_clean();
}

TEST_CASE("What an import that was stopped left goes with the next one", "[relay][courier]") {
  ImportFixture f;
  const Sealed sealed = f.seal(f.monitor, std::string(2u << 20, 'x'), 1);
  f.lay(sealed);
  const fs::path left = f.relay->staging() / ("courier-" + std::string(32, '0'));
  write_file(left, "half");
  CHECK(check_relay(*f.relay, {}).notes.empty());
  f.progress = [](std::uint64_t, std::uint64_t) { throw Error(Code::interrupted, "stopped"); };
  CHECK(code_of([&] { f.import(); }) == Code::interrupted);
  f.check_clean();
  f.progress = nullptr;
  CHECK(f.import().taken == 1);
}

TEST_CASE(
    "What a crash of an import left judged is in at the server's next start or the next import",
    "[relay][courier]") {
  for (const bool server : {true, false}) {
    for (const bool object : {true, false}) {
      ImportFixture f;
      const Sealed sealed = f.sealed_on_stick(1);
      // As after put_completing, before or after the object is kept.
      REQUIRE(f.create(f.monitor, sealed).status == 201);
      relay::UploadRecord record = *f.relay->ledger().upload("monitor-1", sealed.sha256);
      fs::remove(f.relay->staging() / record.staging);
      record.staging = "courier-" + std::string(32, '0');
      write_file(f.relay->staging() / record.staging, sealed.age);
      REQUIRE(f.relay->ledger().put_completing(record));
      if (object) {
        f.relay->blobs().put_file(relay::bundle_blob(sealed.sha256),
                                  f.relay->staging() / record.staging);
      }
      if (server) {
        f.start();
        f.sequence();
        CHECK(f.relay->ledger().bundle(sealed.sha256));
      }
      CHECK(f.import().taken == (server ? 0 : 1));
      f.check_in_log(sealed);
      f.import();  // which clears what the other one left
      f.check_clean();
    }
  }
}

TEST_CASE("What waits for its checkpoint is said, and gets its receipt the next time",
          "[relay][courier]") {
  ImportFixture f;
  const Sealed sealed = f.sealed_on_stick(1);
  {
    const auto server = f.relay->try_sequencer_lock();  // one that stands still
    const relay::ImportResult result = f.import(std::chrono::milliseconds(1));
    CHECK(result.taken == 1);
    CHECK(result.waiting == 1);
    CHECK(result.receipts == 0);
  }
  CHECK(f.import().receipts == 1);
  f.check_in_log(sealed);
}

TEST_CASE("What a relay exports another import of it takes for its own", "[relay][courier]") {
  ImportFixture f;
  f.deliver(f.monitor, 1, "desk-1");
  f.sequence();
  export_to_courier(*f.relay, {f.stick, {}, false}, {});
  const relay::ImportResult result = f.import();
  CHECK(result.taken == 0);
  CHECK(result.already == 1);
}
