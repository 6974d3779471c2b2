#include "store/vault.h"

#include <sys/stat.h>

#include <catch2/generators/catch_generators.hpp>

#include "store/vault_header.h"
#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::kCheap;
using testing::kNow;
using testing::kPassphrase;
using testing::seed_of;
using testing::TempDir;
using testing::VaultFixture;

TEST_CASE_METHOD(VaultFixture, "A new vault opens again with its passphrase and its identity") {
  const std::string id = vault.id();
  const std::string key = vault.identity().bundle_key().text();
  reopen();
  CHECK(vault.id() == id);
  CHECK(vault.identity().bundle_key().text() == key);
  CHECK(key == Identity::from_seed(seed_of(1)).bundle_key().text());
}

TEST_CASE_METHOD(VaultFixture, "The identity that is kept is the seed's, archive included") {
  reopen();
  const Identity expected = Identity::from_seed(seed_of(1));
  CHECK(vault.identity().request.public_key() == expected.request.public_key());
  CHECK(vault.identity().recipient.recipient().text() == expected.recipient.recipient().text());
  CHECK(vault.identity().archive.text() == expected.archive.text());
  CHECK(vault.recipient_identities().size() == 1);
}

TEST_CASE_METHOD(VaultFixture, "The directory is for its owner only") {
  struct stat info {};
  REQUIRE(::stat(dir.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0700);
}

TEST_CASE_METHOD(VaultFixture, "Creating leaves nothing beside the vault") {
  CHECK(names_in(temp.path()) == std::vector<std::string>{"vault"});
}

TEST_CASE_METHOD(VaultFixture, "The recovery seed opens the vault") {
  closed();
  CHECK_NOTHROW(Vault::open_with_recovery(dir, seed_of(1)));
  CHECK(code_of([&] { Vault::open_with_recovery(dir, seed_of(2)); }) == Code::wrong_key);
}

TEST_CASE_METHOD(VaultFixture, "A wrong passphrase changes no byte") {
  closed();
  const auto before = testing::snapshot(dir);
  CHECK(code_of([&] { Vault::open(dir, as_bytes("wrong")); }) == Code::wrong_key);
  CHECK(testing::snapshot(dir) == before);
}

TEST_CASE("A passphrase typed in another normal form is the same") {
  const TempDir temp;
  // é as one code point and as e with a combining accent.
  { Vault::create(temp / "v", as_bytes("caf\u00e9 caf\u00e9"), kCheap, seed_of(1), kNow); }
  CHECK_NOTHROW(Vault::open(temp / "v", as_bytes("cafe\u0301 caf\u00e9")));
}

TEST_CASE("A passphrase that is empty or no UTF-8 is refused") {
  CHECK(code_of([] { normalise_passphrase({}); }) == Code::invalid);
  CHECK(code_of([] { normalise_passphrase(as_bytes("\xff\xfe")); }) == Code::invalid);
}

TEST_CASE("Where no vault is, the place looked at is named") {
  const TempDir temp;
  try {
    Vault::open(temp / "none", as_bytes(kPassphrase));
    FAIL("it opened");
  } catch (const Error& error) {
    CHECK(error.code() == Code::not_found);
    CHECK(error.message() == "there is no vault at " + (temp / "none").string());
  }
  CHECK(fs::is_empty(temp.path()));
}

TEST_CASE("An empty directory becomes the vault, and parents are made") {
  const TempDir temp;
  fs::create_directory(temp / "empty");
  CHECK_NOTHROW(Vault::create(temp / "empty", as_bytes(kPassphrase), kCheap, seed_of(1), kNow));
  CHECK_NOTHROW(Vault::create(temp / "a/b/c/", as_bytes(kPassphrase), kCheap, seed_of(1), kNow));
  CHECK_NOTHROW(Vault::open(temp / "a/b/c", as_bytes(kPassphrase)));
}

TEST_CASE_METHOD(VaultFixture, "Nothing is created over what is there") {
  closed();
  const auto before = testing::snapshot(dir);
  CHECK(code_of([&] { Vault::create(dir, as_bytes("other"), kCheap, seed_of(2), kNow); }) ==
        Code::refused);
  CHECK(testing::snapshot(dir) == before);
  write_file(temp / "file", "text");
  CHECK(code_of([&] {
          Vault::create(temp / "file", as_bytes("other"), kCheap, seed_of(2), kNow);
        }) == Code::refused);
  CHECK(names_in(temp.path()) == std::vector<std::string>{"file", "vault"});
}

TEST_CASE_METHOD(VaultFixture, "An open vault is locked") {
  CHECK_FALSE(FileLock::try_lock(dir / "lock"));
  closed();
  CHECK(FileLock::try_lock(dir / "lock"));
}

TEST_CASE_METHOD(VaultFixture, "Settings stay") {
  CHECK_FALSE(vault.setting("some"));
  vault.set_setting("some", "one");
  vault.set_setting("some", "two");
  reopen();
  CHECK(vault.setting("some") == "two");
}

TEST_CASE_METHOD(VaultFixture, "A changed passphrase opens the vault and the old one does not") {
  vault.set_passphrase(as_bytes("another one"), kCheap);
  closed();
  CHECK(code_of([&] { Vault::open(dir, as_bytes(kPassphrase)); }) == Code::wrong_key);
  CHECK_NOTHROW(Vault::open(dir, as_bytes("another one")));
  CHECK_NOTHROW(Vault::open_with_recovery(dir, seed_of(1)));
}

TEST_CASE_METHOD(VaultFixture,
                 "A change of passphrase cut off between the two copies opens with the new one") {
  const auto old = testing::bytes_of(dir / "vault.json");
  vault.set_passphrase(as_bytes("another one"), kCheap);
  closed();
  testing::put_bytes(dir / "vault.json", old);
  CHECK_NOTHROW(Vault::open(dir, as_bytes("another one")));
  CHECK(testing::bytes_of(dir / "vault.json") == testing::bytes_of(dir / "vault.json.copy"));
}

TEST_CASE_METHOD(VaultFixture, "One damaged copy of the header is survived, said and left") {
  const std::string name = GENERATE(std::string("vault.json"), std::string("vault.json.copy"));
  closed();
  testing::flip_byte(dir / name, 40);
  const auto damaged = testing::bytes_of(dir / name);
  vault = Vault::open(dir, as_bytes(kPassphrase));
  REQUIRE(vault.notes().size() == 1);
  CHECK(vault.notes().front().find(", " + name + ", is damaged") != std::string::npos);
  CHECK(testing::bytes_of(dir / name) == damaged);
}

TEST_CASE_METHOD(VaultFixture, "A damaged or missing copy of the header is made good on request") {
  const auto whole = testing::bytes_of(dir / "vault.json");
  const std::string name = GENERATE(std::string("vault.json"), std::string("vault.json.copy"));
  const bool missing = GENERATE(false, true);
  closed();
  missing ? static_cast<void>(fs::remove(dir / name)) : testing::flip_byte(dir / name, 40);
  vault = Vault::open(dir, as_bytes(kPassphrase));
  vault.repair_header();
  CHECK(testing::bytes_of(dir / name) == whole);
  reopen();
  CHECK(vault.notes().empty());
}

TEST_CASE_METHOD(VaultFixture, "A copy of the header is not made good by a wrong passphrase") {
  closed();
  testing::flip_byte(dir / "vault.json", 40);
  const auto before = testing::snapshot(dir);
  CHECK(code_of([&] { Vault::open(dir, as_bytes("wrong")); }) == Code::wrong_key);
  CHECK(testing::snapshot(dir) == before);
}

TEST_CASE_METHOD(VaultFixture,
                 "Two damaged copies of the header stop the program and nothing is changed") {
  closed();
  testing::flip_byte(dir / "vault.json", 40);
  testing::flip_byte(dir / "vault.json.copy", 41);
  const auto before = testing::snapshot(dir);
  CHECK(code_of([&] { Vault::open(dir, as_bytes(kPassphrase)); }) == Code::damaged);
  CHECK(testing::snapshot(dir) == before);
}

TEST_CASE_METHOD(VaultFixture, "A header of a newer version is not written over") {
  closed();
  std::string line = std::string(as_text(testing::bytes_of(dir / "vault.json")));
  line = line.substr(0, line.find('\n'));
  line.replace(line.find("depone/vault/1"), 14, "depone/vault/9");
  write_file(dir / "vault.json.copy", line + "\n" + hex(sha256(line)) + "\n");
  CHECK(code_of([&] { Vault::open(dir, as_bytes(kPassphrase)); }) == Code::unsupported);
}

TEST_CASE_METHOD(VaultFixture, "A missing database is damage, not a new vault") {
  closed();
  fs::remove(dir / "vault.db");
  CHECK(code_of([&] { Vault::open(dir, as_bytes(kPassphrase)); }) == Code::damaged);
  CHECK_FALSE(fs::exists(dir / "vault.db"));
}

TEST_CASE_METHOD(VaultFixture,
                 "A damaged database is said to be damaged, whatever page is hit first") {
  closed();
  testing::flip_byte(dir / "vault.db", 2000);
  const auto before = testing::bytes_of(dir / "vault.db");
  CHECK(code_of([&] { Vault::open(dir, as_bytes(kPassphrase)); }) == Code::damaged);
  CHECK(testing::bytes_of(dir / "vault.db") == before);
}

TEST_CASE_METHOD(VaultFixture, "Opening removes leftovers of our own names only") {
  closed();
  for (const char* folder : {"attachments", "outbox", "inbox"}) {
    write_file(dir / folder / (".partial-" + random_name()), "half");
    write_file(dir / folder / "notes.txt", "somebody's");
  }
  write_file(dir / "attachments" / random_name(), "never kept");
  write_file(dir / "outbox" / random_name(), "never recorded");
  vault = Vault::open(dir, as_bytes(kPassphrase));
  for (const char* folder : {"attachments", "outbox", "inbox"}) {
    CHECK(names_in(dir / folder) == std::vector<std::string>{"notes.txt"});
  }
}

TEST_CASE_METHOD(VaultFixture, "Neither seed nor passphrase is in the files") {
  closed();
  const Seed seed = seed_of(1);
  for (const auto& [name, bytes] : testing::snapshot(dir)) {
    CHECK(as_text(bytes).find(as_text(seed.reveal())) == std::string_view::npos);
    CHECK(as_text(bytes).find(kPassphrase) == std::string_view::npos);
  }
}

}  // namespace
}  // namespace depone
