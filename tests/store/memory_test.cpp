// What of a vault's secrets is left in the process's memory.
#include "tests/support/memory_scan.h"

#include "crypto/age/stream.h"
#include "store/vault_header.h"
#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::found_in_own_memory;
using testing::kCheap;
using testing::kNow;
using testing::Needle;
using testing::needles_of_key;
using testing::needles_of_passphrase;
using testing::TempDir;
using Found = std::vector<std::string>;

void append(std::vector<Needle>& to, std::vector<Needle> more) {
  for (Needle& needle : more) to.push_back(std::move(needle));
}

// A passphrase of letters that nobody else in this process has.
SecretBytes some_passphrase() {
  SecretBytes text = SecretBytes::random(32);
  for (std::uint8_t& byte : text.reveal()) byte = static_cast<std::uint8_t>('a' + byte % 26);
  return text;
}

struct Memory {
  TempDir temp;
  fs::path dir = temp / "vault";
  SecretBytes passphrase = some_passphrase();
  std::vector<Needle> words = needles_of_passphrase("passphrase", passphrase.reveal());
  std::vector<Needle> keys;

  Vault create() {
    const Seed seed = Seed::random();
    remember(seed);
    return Vault::create(dir, passphrase.reveal(), kCheap, seed, kNow);
  }
  void remember(const Seed& seed) {
    append(keys, needles_of_key("seed", seed.reveal()));
    const Identity identity = Identity::from_seed(seed);
    append(keys, needles_of_key("bundle key", identity.bundle.seed().reveal()));
    append(keys, needles_of_key("request key", identity.request.seed().reveal()));
    append(keys, needles_of_key("recipient", identity.recipient.seed().reveal()));
  }
  void remember_database_key() {
    const auto found = keys_with_passphrase(read_headers(dir).header, passphrase.reveal());
    append(keys, needles_of_key("database key", found.front().key.reveal()));
  }
  void forget_passphrase() { passphrase = SecretBytes(); }
};

// What a day's work does with the keys.
void work(Vault& vault) {
  const Identity& identity = vault.identity();
  identity.bundle.sign(as_bytes("bundle"));
  identity.request.sign(as_bytes("request"));
  const age::HybridRecipient to = identity.recipient.recipient();
  MemorySink sealed;
  const auto encryptor = age::Encryptor::for_bundle({&to, 1}, sealed);
  encryptor->write(as_bytes("text"));
  encryptor->finish();
  MemorySource source(sealed.bytes());
  const age::Identity* const own[] = {&identity.recipient};
  age::Decryptor opened(source, own);
  CHECK(read_all(opened, 100).size() == 4);
  vault.set_setting("name", "a name");
  Tx tx(vault.db());
  Statement rows = vault.db().prepare("SELECT * FROM identities");
  while (rows.step()) CHECK(rows.secret(1).size() == 32);
  tx.commit();
}

}  // namespace

TEST_CASE("A scan of memory finds what is there, and not what was wiped", "[memory]") {
  SecretBytes secret = some_passphrase();
  const std::vector<Needle> needles = needles_of_passphrase("secret", secret.reveal());
  CHECK(found_in_own_memory(needles).size() == 1);
  const Bytes copy(secret.reveal().begin(), secret.reveal().end());
  CHECK(found_in_own_memory(needles).size() == 2);
  wipe({const_cast<std::uint8_t*>(copy.data()), copy.size()});
  secret = SecretBytes();
  CHECK(found_in_own_memory(needles) == Found{});
}

TEST_CASE_METHOD(Memory, "The passphrase of a vault that was made or opened is nowhere in memory",
                 "[memory]") {
  { const Vault made = create(); }
  Vault vault = Vault::open(dir, passphrase.reveal());
  work(vault);
  forget_passphrase();
  CHECK(found_in_own_memory(words) == Found{});
}

TEST_CASE_METHOD(Memory, "Neither old nor new passphrase is in memory after a change", "[memory]") {
  Vault vault = create();
  SecretBytes next = some_passphrase();
  append(words, needles_of_passphrase("new passphrase", next.reveal()));
  vault.set_passphrase(next.reveal(), kCheap);
  forget_passphrase();
  next = SecretBytes();
  CHECK(found_in_own_memory(words) == Found{});
}

TEST_CASE_METHOD(Memory, "A wrong passphrase is nowhere in memory", "[memory]") {
  { const Vault made = create(); }
  SecretBytes wrong = some_passphrase();
  append(words, needles_of_passphrase("wrong passphrase", wrong.reveal()));
  CHECK(testing::code_of([&] { Vault::open(dir, wrong.reveal()); }) == Code::wrong_key);
  forget_passphrase();
  wrong = SecretBytes();
  CHECK(found_in_own_memory(words) == Found{});
}

// NFC makes another text of it, by way of UTF-16: two jamo become a syllable.
TEST_CASE_METHOD(Memory, "A passphrase that had to be normalised is nowhere in memory",
                 "[memory]") {
  constexpr std::uint8_t kJamo[] = {0xe1, 0x84, 0x80, 0xe1, 0x85, 0xa1};
  SecretBytes typed(passphrase.size() + sizeof kJamo);
  std::copy(passphrase.reveal().begin(), passphrase.reveal().end(), typed.reveal().begin());
  std::copy(std::begin(kJamo), std::end(kJamo),
            typed.reveal().begin() + static_cast<std::ptrdiff_t>(passphrase.size()));
  passphrase = std::move(typed);
  { const Vault made = create(); }
  Vault vault = Vault::open(dir, passphrase.reveal());
  forget_passphrase();
  CHECK(found_in_own_memory(words) == Found{});
}

TEST_CASE_METHOD(Memory, "After closing, neither seed nor database key nor identity is in memory",
                 "[memory]") {
  { const Vault made = create(); }
  remember_database_key();
  {
    Vault vault = Vault::open(dir, passphrase.reveal());
    work(vault);
    // The look is right: while open, they are there.
    CHECK(found_in_own_memory(keys).size() >= 4);
  }
  CHECK(found_in_own_memory(keys) == Found{});
}

TEST_CASE_METHOD(Memory, "The same after a vault was made, and after it was opened by its seed",
                 "[memory]") {
  {
    Vault vault = create();
    remember_database_key();
    work(vault);
  }
  CHECK(found_in_own_memory(keys) == Found{});
  {
    const Seed seed = Seed::random();
    remember(seed);
    const fs::path other = temp / "other";
    { const Vault made = Vault::create(other, passphrase.reveal(), kCheap, seed, kNow); }
    Vault vault = Vault::open_with_recovery(other, seed);
    work(vault);
  }
  CHECK(found_in_own_memory(keys) == Found{});
}

TEST_CASE_METHOD(Memory, "After a new database key, neither old nor new is left", "[memory]") {
  {
    const Seed seed = Seed::random();
    remember(seed);
    Vault vault = Vault::create(dir, passphrase.reveal(), kCheap, seed, kNow);
    work(vault);
    std::vector<Needle> before;
    std::swap(before, keys);
    remember_database_key();
    SecretBytes next = some_passphrase();
    append(words, needles_of_passphrase("new passphrase", next.reveal()));
    vault.rekey(next.reveal(), kCheap, seed, {});
    CHECK(found_in_own_memory(keys) == Found{});  // the old one, while the vault is open
    passphrase = std::move(next);
    remember_database_key();
    append(keys, std::move(before));
    work(vault);
    forget_passphrase();
  }
  CHECK(found_in_own_memory(words) == Found{});
  CHECK(found_in_own_memory(keys) == Found{});
}

}  // namespace depone
