#include "store/log_scan.h"

#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::kPassphrase;

constexpr std::size_t kLogHeader = 32, kFrame = 24 + 4096;

// A vault whose process ended without closing it: three changes are in the log, and no more.
struct Crashed : testing::VaultFixture {
  fs::path crashed = temp / "crashed";
  Bytes log;
  Crashed() {
    reopen();
    for (const char* value : {"one", "two", "three"}) vault.set_setting("some", value);
    fs::copy(dir, crashed, fs::copy_options::recursive);
    log = testing::bytes_of(crashed / "vault.db-wal");
    closed();
  }
  std::size_t frames() const { return (log.size() - kLogHeader) / kFrame; }
  LogScan scan(const Bytes& bytes) const {
    return scan_log(bytes.size(), [&](std::uint64_t offset, std::span<std::uint8_t> into) {
      std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), into.size(), into.begin());
    });
  }
  Bytes flipped(std::size_t at) const {
    Bytes bytes = log;
    bytes[at] ^= 1;
    return bytes;
  }
};

TEST_CASE_METHOD(Crashed, "A log that was left by a crash is whole", "[log]") {
  REQUIRE(frames() >= 3);
  CHECK_FALSE(scan(log).damaged);
  CHECK(scan(log).size == log.size());
}

TEST_CASE_METHOD(Crashed, "A log that was cut off anywhere is not taken for damaged", "[log]") {
  for (std::size_t size = 0; size < log.size(); size += 509) {
    INFO(size);
    CHECK_FALSE(scan(Bytes(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(size))).damaged);
  }
}

TEST_CASE_METHOD(Crashed, "A flipped byte in the log before its last change is damage", "[log]") {
  // The last change is one page at least.
  for (std::size_t at = kLogHeader; at < kLogHeader + (frames() - 2) * kFrame; at += 211) {
    INFO(at);
    // What is behind a flipped number of pages in a commit's own frame looks like no commit at all.
    if ((at - kLogHeader) % kFrame < 8) continue;
    CHECK(scan(flipped(at)).damaged);
  }
}

TEST_CASE_METHOD(Crashed, "A flipped byte in the log's header is damage", "[log]") {
  for (std::size_t at = 0; at < kLogHeader; ++at) {
    INFO(at);
    CHECK(scan(flipped(at)).damaged);
  }
}

TEST_CASE_METHOD(Crashed, "What a longer log of earlier left behind is none of this one", "[log]") {
  Bytes longer = log;
  Bytes earlier(log.begin() + kLogHeader, log.begin() + kLogHeader + kFrame);
  earlier[8] ^= 1;  // its salts
  for (int i = 0; i < 3; ++i) longer.insert(longer.end(), earlier.begin(), earlier.end());
  CHECK_FALSE(scan(longer).damaged);
  CHECK(scan(longer).size == log.size());
}

TEST_CASE_METHOD(Crashed, "A vault with a damaged log opens, says so and keeps the log", "[log]") {
  const Bytes damaged = flipped(kLogHeader + 100);
  testing::put_bytes(crashed / "vault.db-wal", damaged);
  const Vault opened = Vault::open(crashed, as_bytes(kPassphrase));
  REQUIRE(opened.notes().size() == 1);
  const std::string name = opened.notes()[0].substr(opened.notes()[0].rfind(' ') + 1);
  CHECK(testing::bytes_of(crashed / name) == damaged);
}

TEST_CASE_METHOD(Crashed, "A damaged log is spoken of once", "[log]") {
  testing::put_bytes(crashed / "vault.db-wal", flipped(kLogHeader + 100));
  { Vault::open(crashed, as_bytes(kPassphrase)); }
  CHECK(Vault::open(crashed, as_bytes(kPassphrase)).notes().empty());
}

}  // namespace
}  // namespace depone
