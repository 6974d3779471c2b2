#include "crypto/formats/checkpoint.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/crypto/formats/altered.h"
#include "tests/crypto/formats/log_fixture.h"
#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;

const std::string kHash = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

TEST_CASE("A checkpoint is read and written as c2sp.org/tlog-checkpoint has it", "[checkpoint]") {
  // The example of that page.
  const std::string text = "example.com/behind-the-sofa\n20852163\n" + kHash + "\n";
  const Checkpoint read = Checkpoint::parse(text);
  CHECK(read.origin == "example.com/behind-the-sofa");
  CHECK(read.size == 20'852'163);
  CHECK(read.text() == text);
}

TEST_CASE("Extension lines are ignored", "[checkpoint]") {
  CHECK(Checkpoint::parse("a\n1\n" + kHash + "\nmore\nand more\n").size == 1);
}

TEST_CASE("What is no checkpoint is refused", "[checkpoint]") {
  for (const std::string& text : std::vector<std::string>{
           "", "a\n1\n", "a\n1\n" + kHash, "\n1\n" + kHash + "\n", "a\n\n" + kHash + "\n",
           "a\n01\n" + kHash + "\n", "a\n-1\n" + kHash + "\n", "a\n1\nAA==\n",
           "a\n1\n" + kHash + "\n\nmore\n", "a\n9223372036854775808\n" + kHash + "\n",
           "a\n18446744073709551616\n" + kHash + "\n"}) {
    INFO(text);
    CHECK(code_of([&] { Checkpoint::parse(text); }) == Code::malformed);
  }
}

TEST_CASE("A checkpoint is opened with its log's key only", "[checkpoint]") {
  const testing::SmallLog log;
  const std::string note = log.receipt(0).checkpoint;
  CHECK(open_checkpoint(note, log.log).size == 5);
  const VerifierKey other =
      VerifierKey::make("relay.example.org/log", Ed25519Key::generate().public_key());
  CHECK(code_of([&] { open_checkpoint(note, other); }) == Code::bad_signature);
}

TEST_CASE("A checkpoint whose origin is not its key's name is refused", "[checkpoint]") {
  const testing::SmallLog log;
  const std::string note = log.checkpoint_note({"other.example/log", 1, sha256("root")});
  CHECK(code_of([&] { open_checkpoint(note, log.log); }) == Code::mismatch);
}

TEST_CASE("Every truncation and flipped bit of a signed checkpoint fails", "[checkpoint]") {
  const testing::SmallLog log;
  CHECK(testing::unnoticed(log.receipt(0).checkpoint, [&](const std::string& note) {
          open_checkpoint(note, log.log);
        }) == std::nullopt);
}

}  // namespace
}  // namespace depone
