#include "crypto/formats/receipt.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/crypto/formats/altered.h"
#include "tests/crypto/formats/log_fixture.h"
#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;

struct Fixture {
  testing::SmallLog log;
  std::vector<VerifierKey> logs{log.log};

  std::optional<Error> checking(const Receipt& receipt) const {
    return testing::error_of([&] { check_receipt(receipt, logs); });
  }
};

TEST_CASE_METHOD(Fixture, "A receipt has the lines of c2sp.org/tlog-proof@v1", "[receipt]") {
  const Receipt receipt = log.receipt(2);
  std::string expected =
      "c2sp.org/tlog-proof@v1\nextra " + base64(as_bytes(log.entries[2])) + "\nindex 2\n";
  for (const Sha256& hash : receipt.path) expected += base64(hash) + "\n";
  CHECK(receipt.text() == expected + "\n" + receipt.checkpoint);
}

TEST_CASE_METHOD(Fixture, "Every receipt of a log checks and is read as it was written",
                 "[receipt]") {
  for (std::uint64_t index = 0; index < log.entries.size(); ++index) {
    const Receipt receipt = Receipt::parse(log.receipt(index).text());
    CHECK(receipt.text() == log.receipt(index).text());
    const CheckedReceipt checked = check_receipt(receipt, logs);
    CHECK(checked.index == index);
    CHECK(checked.checkpoint.size == log.entries.size());
    CHECK(checked.log == log.log);
    CHECK(std::holds_alternative<RosterEntry>(checked.entry) == (index == 0));
  }
}

TEST_CASE_METHOD(Fixture, "The receipt of a log with one entry has no hashes", "[receipt]") {
  const testing::SmallLog small(0);
  const Receipt receipt = Receipt::parse(small.receipt(0).text());
  CHECK(receipt.path.empty());
  CHECK(check_receipt(receipt, std::vector{small.log}).index == 0);
}

TEST_CASE_METHOD(Fixture, "A receipt of a log that is not on the roster proves nothing",
                 "[receipt]") {
  const testing::SmallLog other;
  const auto error = checking(other.receipt(1));
  REQUIRE(error);
  CHECK(error->code() == Code::bad_signature);
  CHECK(error->message().find("not signed by a log of the roster") != std::string::npos);
  CHECK(code_of([&] { check_receipt(log.receipt(1), {}); }) == Code::bad_signature);
}

TEST_CASE_METHOD(Fixture, "Any of several logs may have given it", "[receipt]") {
  logs = {VerifierKey::make("old.example/log", Ed25519Key::generate().public_key()), log.log};
  CHECK_FALSE(checking(log.receipt(1)));
}

TEST_CASE_METHOD(Fixture, "An index beyond the tree says so", "[receipt]") {
  Receipt receipt = log.receipt(1);
  receipt.index = 5;
  const auto error = checking(receipt);
  REQUIRE(error);
  CHECK(error->code() == Code::mismatch);
  CHECK(error->message().find("index") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "An inclusion proof that leads elsewhere says so", "[receipt]") {
  Receipt receipt = log.receipt(1);
  receipt.path = log.receipt(2).path;
  const auto error = checking(receipt);
  REQUIRE(error);
  CHECK(error->code() == Code::mismatch);
  CHECK(error->message().find("inclusion proof") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "An entry that is not the leaf says so", "[receipt]") {
  Receipt receipt = log.receipt(1);
  receipt.entry = log.entries[2];
  CHECK(checking(receipt)->code() == Code::mismatch);
}

TEST_CASE_METHOD(Fixture, "A logged entry whose own signature is wrong says so", "[receipt]") {
  BundleEntry entry = log.bundle_entry(9);
  entry.digests.blake2b[0] ^= 1;
  log.entries.push_back(entry.text());
  const auto error = checking(log.receipt(5));
  REQUIRE(error);
  CHECK(error->code() == Code::bad_signature);
  CHECK(error->message().find("entry") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "A log of our key that holds something else says so", "[receipt]") {
  log.entries.push_back("not an entry");
  CHECK(checking(log.receipt(5))->code() == Code::malformed);
}

TEST_CASE_METHOD(Fixture, "Another version of the proof is unsupported", "[receipt]") {
  std::string text = log.receipt(1).text();
  text.replace(0, 22, "c2sp.org/tlog-proof@v2");
  CHECK(code_of([&] { Receipt::parse(text); }) == Code::unsupported);
}

TEST_CASE_METHOD(Fixture, "What is no receipt is refused", "[receipt]") {
  const std::string note = log.receipt(1).checkpoint;
  const std::string head = "c2sp.org/tlog-proof@v1\n";
  const std::string hash = base64(sha256("x")) + "\n";
  CHECK(code_of([&] { Receipt::parse(head + "extra AA==\nindex 0\n" + hash + "\n" + note); }) ==
        std::nullopt);
  std::string many;
  for (int i = 0; i < 64; ++i) many += hash;
  for (const std::string& text : std::vector<std::string>{
           "", "x\n", head, head + "index 0\n\n" + note, head + "extra \nindex 0\n\n" + note,
           head + "extra AA\nindex 0\n\n" + note, head + "extra AA==\n\n" + note,
           head + "extra AA==\nindex 00\n\n" + note, head + "extra AA==\nindex -1\n\n" + note,
           head + "extra AA==\nindex 0\nAA==\n\n" + note,
           head + "extra AA==\nindex 0\n" + many + "\n" + note, head + "extra AA==\nindex 0\n\n",
           head + "extra AA==\nindex 0\n" + note,
           head + "extra AA==\nindex 0\n\n\n" + note + "x"}) {
    INFO(text.substr(0, 100));
    CHECK(code_of([&] { Receipt::parse(text); }) == Code::malformed);
  }
  CHECK(code_of([] { Receipt::parse(std::string(kMaxReceipt + 1, 'x')); }) == Code::malformed);
}

TEST_CASE_METHOD(Fixture, "Every truncation and flipped bit of a receipt fails", "[receipt]") {
  for (const std::uint64_t index : {0u, 1u}) {
    CHECK(testing::unnoticed(log.receipt(index).text(), [&](const std::string& altered) {
            check_receipt(Receipt::parse(altered), logs);
          }) == std::nullopt);
  }
}

}  // namespace
}  // namespace depone
