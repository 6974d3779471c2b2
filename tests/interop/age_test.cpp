#include "crypto/age/stream.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/age/armor.h"
#include "crypto/error.h"
#include "stock.h"

// Against the real age, 1.3 or newer, in both directions.
namespace depone::age {
namespace {

using testing::Workbench;

constexpr std::size_t kSizes[] = {0, 1, kChunk - 1, kChunk, kChunk + 1, 3'000'000};

Bytes random_of(std::size_t size) {
  Bytes out(size);
  random_bytes(out);
  return out;
}

Bytes encrypt(const Recipient& recipient, ByteView plain) {
  MemorySink sink;
  const Recipient* const recipients[] = {&recipient};
  Encryptor encryptor(recipients, sink);
  encryptor.write(plain);
  encryptor.finish();
  return sink.bytes();
}

Bytes decrypt(Source& source, const Identity& identity) {
  const Identity* const identities[] = {&identity};
  Decryptor decryptor(source, identities);
  return read_all(decryptor, 64u << 20);
}

Bytes decrypt(ByteView file, const Identity& identity) {
  MemorySource source(file);
  return decrypt(source, identity);
}

// An identity made by age-keygen in the file "key", its recipient in "recipient".
std::unique_ptr<Identity> stock_identity(Workbench& bench, const std::string& options) {
  REQUIRE(bench.run("age-keygen " + options + " -o key 2>/dev/null") == 0);
  REQUIRE(bench.run("age-keygen -y key > recipient") == 0);
  auto identities = parse_identity_file(bench.text("key"));
  REQUIRE(identities.size() == 1);
  return std::move(identities[0]);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

TEST_CASE("age opens what we encrypt to a post-quantum recipient") {
  Workbench bench;
  stock_identity(bench, "-pq");
  const auto recipient = HybridRecipient::parse(first_line(bench.text("recipient")));
  REQUIRE(recipient);
  for (const std::size_t size : kSizes) {
    const Bytes plain = random_of(size);
    bench.put("file", encrypt(*recipient, plain));
    CHECK(bench.run("age -d -i key -o plain file") == 0);
    CHECK(bench.get("plain") == plain);
  }
}

TEST_CASE("We open what age encrypts to a post-quantum recipient") {
  Workbench bench;
  const auto identity = stock_identity(bench, "-pq");
  for (const std::size_t size : kSizes) {
    const Bytes plain = random_of(size);
    bench.put("plain", plain);
    CHECK(bench.run("age -R recipient -o file plain") == 0);
    CHECK(decrypt(bench.get("file"), *identity) == plain);
  }
}

TEST_CASE("age opens a bundle with the identity that we write out") {
  Workbench bench;
  const auto identity = HybridIdentity::from_seed(Secret<32>::random());
  const auto other = HybridIdentity::from_seed(Secret<32>::random());
  const auto third = HybridIdentity::from_seed(Secret<32>::random());
  MemorySink sink;
  const auto encryptor = Encryptor::for_bundle(
      std::vector{identity.recipient(), other.recipient(), third.recipient()}, sink);
  encryptor->write(as_bytes("content"));
  encryptor->finish();
  bench.put("bundle", sink.bytes());
  bench.put("key", identity.text().reveal());
  CHECK(bench.run("age -d -i key bundle") == 0);
  CHECK(bench.output() == "content");
  CHECK(bench.run("age-keygen -y key") == 0);
  CHECK(first_line(bench.output()) == identity.recipient().text());
}

TEST_CASE("age refuses a bundle with a flipped bit") {
  Workbench bench;
  const auto identity = HybridIdentity::from_seed(Secret<32>::random());
  Bytes file = encrypt(identity.recipient(), as_bytes("content"));
  file.back() ^= 1;
  bench.put("file", file);
  bench.put("key", identity.text().reveal());
  CHECK(bench.run("age -d -i key file 2>/dev/null") != 0);
}

TEST_CASE("X25519 works in both directions") {
  Workbench bench;
  const auto identity = stock_identity(bench, "");
  const auto recipient = X25519Recipient::parse(first_line(bench.text("recipient")));
  REQUIRE(recipient);
  const Bytes plain = random_of(100'000);
  bench.put("file", encrypt(*recipient, plain));
  CHECK(bench.run("age -d -i key -o back file") == 0);
  CHECK(bench.get("back") == plain);
  CHECK(bench.run("age -R recipient -o file back") == 0);
  CHECK(decrypt(bench.get("file"), *identity) == plain);
}

TEST_CASE("A passphrase works in both directions") {
  Workbench bench;
  const std::string age = "AGE_PASSPHRASE='correct horse' AGE_PASSPHRASE_WORK_FACTOR=10 age ";
  const Bytes plain = random_of(1000);
  bench.put("file", encrypt(ScryptRecipient(as_bytes("correct horse"), 10), plain));
  CHECK(bench.run(age + "-d -j batchpass -o back file") == 0);
  CHECK(bench.get("back") == plain);
  CHECK(bench.run(age + "-e -j batchpass -o file back") == 0);
  CHECK(decrypt(bench.get("file"), ScryptIdentity(as_bytes("correct horse"))) == plain);
}

TEST_CASE("We open what age armored") {
  Workbench bench;
  const auto identity = stock_identity(bench, "-pq");
  for (const std::size_t size : kSizes) {
    const Bytes plain = random_of(size);
    bench.put("plain", plain);
    CHECK(bench.run("age -a -R recipient -o file plain") == 0);
    const Bytes file = bench.get("file");
    MemorySource source(file);
    ArmorReader armor(source);
    CHECK(decrypt(armor, *identity) == plain);
  }
}

}  // namespace
}  // namespace depone::age
