#include <catch2/catch_test_macros.hpp>

#include "tests/interop/stock.h"
#include "tests/sync/exchange_fixture.h"

// A sealed bundle with the real age, tar and minisign.
namespace depone {
namespace {

using namespace testing;

TEST_CASE_METHOD(ExchangeFixture,
                 "Stock age and tar list a bundle's members in the decided order") {
  const std::string record = add_incident(monitor.vault);
  const std::string sha256 = attach(monitor.vault, record, std::string(1'000'000, 'x'));
  const SealedFile sealed = seal_one(monitor);
  Workbench bench;
  const SecretBytes identity = desk.vault.identity().recipient.text();
  bench.put("identity.txt", identity.reveal());
  bench.put("bundle.age", ByteView(read_file(sealed.age, 64u << 20)));
  REQUIRE(bench.run(
              "bash -c 'set -o pipefail; age -d -i identity.txt bundle.age | tar -t > list.txt'") ==
          0);
  const std::string list = bench.text("list.txt");
  std::string expected = "manifest.json\n";
  for (const std::string& revision : revisions_of(monitor.vault, record)) {
    expected += "records/" + record + "/" + revision + ".json\n";
    expected += "records/" + record + "/" + revision + ".fields.jsonl\n";
  }
  expected += "records/" + record + "/custody.jsonl\nattachments/" + sha256 + "\npadding\n";
  CHECK(list == expected);
}

TEST_CASE_METHOD(ExchangeFixture, "Stock minisign verifies a bundle's signature") {
  add_incident(monitor.vault);
  const SealedFile sealed = seal_one(monitor);
  Workbench bench;
  bench.put("bundle.age", ByteView(read_file(sealed.age, 64u << 20)));
  bench.put("bundle.age.minisig", std::string_view(sealed.minisig));
  CHECK(bench.run("minisign -V -q -P " + monitor.vault.identity().bundle_key().text() +
                  " -m bundle.age") == 0);
}

}  // namespace
}  // namespace depone
