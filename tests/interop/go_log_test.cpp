// Static logs against golang.org/x/mod/sumdb (note, tlog), in both directions: tests/interop/go.
#include <catch2/catch_test_macros.hpp>

#include "crypto/formats/cosignature.h"
#include "sync/relay/courier_export.h"
#include "tests/interop/stock.h"
#include "tests/sync/relay/service_fixture.h"

using namespace depone;
using namespace depone::testing;

namespace {

struct Go : Workbench {
  std::string go = "'" DEPONE_BIN "/go/depone-go-log' ";
  std::string ours = "'" DEPONE_BIN "/tests/depone-conformance' ";

  Go() { REQUIRE(run("'" DEPONE_SOURCE "/tests/interop/go/build' '" DEPONE_BIN "/go'") == 0); }
  std::vector<std::string> words() const {
    const std::string line = output().substr(0, output().find('\n'));
    const auto parts = split(line, ' ');
    return {parts.begin(), parts.end()};
  }
};

// A relay with more than one tile's worth of bundles, exported as an auditor gets it.
struct Exported : ServiceFixture {
  Person monitor = add("monitor-1", Role::monitor, 1);
  fs::path stick = temp / "stick";
  fs::path log = stick / "audit" / "log";
  Exported() {
    add("desk-1", Role::desk, 9);
    for (std::uint64_t i = 1; i <= 260; ++i) deliver(monitor, i, "desk-1");
    sequence();
    export_to_courier(*relay, {stick, {}, true}, {});
  }
  std::string key() const { return relay->log_name().text(); }
  Checkpoint checkpoint() const {
    return open_checkpoint(read_text(log / "checkpoint", kMaxNoteSize), relay->log_name());
  }
};

}  // namespace

TEST_CASE("A log that our relay wrote is read by sumdb: checkpoint, tiles, every entry, growth",
          "[interop][go]") {
  Go bench;
  const Exported exported;
  const Checkpoint ours = exported.checkpoint();
  CHECK(ours.size > 256);
  REQUIRE(bench.run(bench.go + "read '" + exported.log.string() + "' '" + exported.key() + "'") ==
          0);
  CHECK(bench.output() == std::to_string(ours.size) + " " + hex(ours.root) + "\n");

  {
    INFO("receipts hold there too");
    std::size_t receipts = 0;
    for (const std::string& name : names_in(exported.stick / "receipts")) {
      if (++receipts % 50 != 1) continue;
      const fs::path file = exported.stick / "receipts" / name;
      REQUIRE(bench.run(bench.go + "proof '" + file.string() + "' '" + exported.key() + "'") == 0);
      const Receipt receipt = Receipt::parse(read_text(file, kMaxReceipt));
      CHECK(bench.output() ==
            std::to_string(receipt.index) + " " + std::to_string(ours.size) + "\n");
    }
    CHECK(receipts == 260);
  }
  {
    INFO("cosignatures of ours hold there");
    const Ed25519Key key = Ed25519Key::generate();
    const WitnessKey witness = WitnessKey::make("witness.example/ours", key.public_key());
    Note note = Note::parse(read_text(exported.log / "checkpoint", kMaxNoteSize));
    note.signatures.push_back(cosign(note.text, witness, key, kNow));
    write_file(exported.log / "checkpoint", note.bytes());
    const std::string read =
        bench.go + "read '" + exported.log.string() + "' '" + exported.key() + "' '";
    CHECK(bench.run(read + witness.text() + "'") == 0);
    const WitnessKey other = WitnessKey::make(witness.name, Ed25519Key::generate().public_key());
    CHECK(bench.run(read + other.text() + "' 2>/dev/null") != 0);
  }
  {
    INFO("a flipped bit of a tile, an entry or the checkpoint is noticed there");
    for (const char* name : {"tile/0/000", "tile/entries/000", "checkpoint"}) {
      INFO(name);
      const Bytes good = read_file(exported.log / name, 1 << 24);
      Bytes bad = good;
      bad[good.size() / 2] ^= 1;
      write_file(exported.log / name, bad);
      CHECK(bench.run(bench.go + "read '" + exported.log.string() + "' '" + exported.key() +
                      "' 2>/dev/null") != 0);
      write_file(exported.log / name, good);
    }
  }
}

TEST_CASE("A log that sumdb wrote is read by ours, whatever its size", "[interop][go]") {
  for (const std::uint64_t size : {1u, 2u, 255u, 256u, 257u, 511u, 70'000u}) {
    INFO(size);
    Go bench;
    REQUIRE(bench.run(bench.go + "make log " + std::to_string(size)) == 0);
    const std::vector<std::string> made = bench.words();  // log key, witness key, size, root
    REQUIRE(made.size() == 4);
    REQUIRE(bench.run(bench.ours + "log --key '" + made[0] + "' --witness '" + made[1] +
                      "' --quorum 1 log") == 0);
    CHECK(bench.output() ==
          made[2] + " " + made[3] + "\ncosigned witness.example/go 2026-11-24T09:30:00Z\n");
  }
}

TEST_CASE("A log that sumdb wrote is refused by ours where a bit of it was flipped",
          "[interop][go]") {
  Go bench;
  REQUIRE(bench.run(bench.go + "make log 300") == 0);
  const std::vector<std::string> made = bench.words();
  REQUIRE(made.size() == 4);
  const std::string check = bench.ours + "log --key '" + made[0] + "' log 2>/dev/null";
  CHECK(bench.run(check) == 0);
  for (const char* name : {"tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "checkpoint"}) {
    INFO(name);
    const Bytes good = bench.get("log/" + std::string(name));
    REQUIRE_FALSE(good.empty());
    Bytes bad = good;
    bad[good.size() / 2] ^= 1;
    bench.put("log/" + std::string(name), bad);
    CHECK(bench.run(check) == 4);
    bench.put("log/" + std::string(name), good);
  }
  CHECK(bench.run(check) == 0);
}
