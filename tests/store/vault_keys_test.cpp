#include <catch2/generators/catch_generators.hpp>

#include "store/copy_lock.h"
#include "store/migration_copy.h"
#include "store/vault_header.h"
#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::kCheap;
using testing::kPassphrase;
using testing::seed_of;
using testing::VaultFixture;

constexpr std::string_view kNew = "another passphrase";

// A vault before and after a change of its key, file by file, so that any mixture of the two that a
// crash can leave may be laid out.
struct RekeyFixture : VaultFixture {
  std::map<std::string, Bytes> before, after;
  VaultHeader old_header, new_header;

  RekeyFixture() {
    bare_record();
    reopen();
    before = testing::snapshot(closed());
    vault = Vault::open(dir, as_bytes(kPassphrase));
    vault.rekey(as_bytes(kNew), kCheap, seed_of(1));
    after = testing::snapshot(closed());
    old_header = VaultHeader::parse(as_text(before.at("vault.json")));
    new_header = VaultHeader::parse(as_text(after.at("vault.json")));
  }

  // As it is between the two: both keys' slots, the new ones first.
  std::string both_keys() const {
    return with_both_keys(old_header, new_header.slots[0], new_header.slots[1]).file();
  }
  void lay_out(const Bytes& database, const std::string& header, const std::string& copy) {
    testing::put_bytes(dir / "vault.db", database);
    write_file(dir / "vault.json", header);
    write_file(dir / "vault.json.copy", copy);
  }
  bool opens_with(std::string_view passphrase) {
    try {
      Vault opened = Vault::open(dir, as_bytes(passphrase));
      Statement row = opened.db().prepare("SELECT count(*) FROM records");
      return row.step() && row.integer(0) == 1;
    } catch (const Error& error) {
      CHECK(error.code() == Code::wrong_key);
      return false;
    }
  }
};

TEST_CASE_METHOD(RekeyFixture, "After rekey the new passphrase and the sheet open, the old one not",
                 "[rekey]") {
  CHECK(opens_with(kNew));
  CHECK_FALSE(opens_with(kPassphrase));
  CHECK_NOTHROW(Vault::open_with_recovery(dir, seed_of(1)));
}

TEST_CASE_METHOD(RekeyFixture, "After rekey nothing of before opens the database", "[rekey]") {
  lay_out(after.at("vault.db"), old_header.file(), old_header.file());
  CHECK(code_of([&] { Vault::open(dir, as_bytes(kPassphrase)); }) == Code::damaged);
}

TEST_CASE_METHOD(RekeyFixture, "A rekey leaves nothing beside the vault's own files", "[rekey]") {
  CHECK(names_in(dir) == std::vector<std::string>{"attachments", kCopyLockName.data(),
                                                  kHeaderLockName.data(), "inbox", "lock", "outbox",
                                                  "vault.db", "vault.json", "vault.json.copy"});
}

TEST_CASE_METHOD(RekeyFixture,
                 "A rekey cut off before the new database has its name is undone by opening",
                 "[rekey]") {
  const bool in_both = GENERATE(false, true);
  lay_out(before.at("vault.db"), in_both ? both_keys() : old_header.file(), both_keys());
  CHECK_FALSE(opens_with(kNew));
  CHECK(opens_with(kPassphrase));
  CHECK(VaultHeader::parse(as_text(testing::bytes_of(dir / "vault.json"))).slots.size() == 2);
  CHECK(opens_with(kPassphrase));
}

TEST_CASE_METHOD(RekeyFixture,
                 "A rekey cut off after the new database has its name is finished by opening",
                 "[rekey]") {
  const bool in_both = GENERATE(false, true);
  lay_out(after.at("vault.db"), both_keys(), in_both ? new_header.file() : both_keys());
  CHECK_FALSE(opens_with(kPassphrase));
  CHECK(opens_with(kNew));
  CHECK(VaultHeader::parse(as_text(testing::bytes_of(dir / "vault.json"))).slots.size() == 2);
  CHECK(opens_with(kNew));
}

TEST_CASE_METHOD(RekeyFixture, "The recovery seed opens a rekey that was cut off anywhere",
                 "[rekey]") {
  const bool renamed = GENERATE(false, true);
  lay_out(renamed ? after.at("vault.db") : before.at("vault.db"), both_keys(), both_keys());
  CHECK_NOTHROW(Vault::open_with_recovery(dir, seed_of(1)));
  CHECK(opens_with(renamed ? kNew : kPassphrase));
}

TEST_CASE_METHOD(RekeyFixture, "What a rekey had written when it was cut off is swept away",
                 "[rekey]") {
  write_file(dir / (".partial-" + random_name()), "half a database");
  CHECK(opens_with(kNew));
  CHECK_FALSE(is_partial_name(names_in(dir).front()));
}

TEST_CASE_METHOD(VaultFixture, "A rekey without the vault's own sheet changes no byte", "[rekey]") {
  const auto header = testing::bytes_of(dir / "vault.json");
  const auto database = testing::bytes_of(dir / "vault.db");
  CHECK(code_of([&] { vault.rekey(as_bytes(kNew), kCheap, seed_of(2)); }) == Code::wrong_key);
  CHECK(testing::bytes_of(dir / "vault.json") == header);
  CHECK(testing::bytes_of(dir / "vault.db") == database);
}

TEST_CASE_METHOD(VaultFixture, "A rekeyed vault goes on working while it is open", "[rekey]") {
  bare_record();
  vault.rekey(as_bytes(kNew), kCheap, seed_of(1));
  vault.set_setting("some", "value");
  vault.set_passphrase(as_bytes("a third one"), kCheap);
  closed();
  Vault again = Vault::open(dir, as_bytes("a third one"));
  CHECK(again.setting("some") == "value");
}

TEST_CASE_METHOD(VaultFixture, "A rekey removes the copies that the old key opens", "[rekey]") {
  write_file(dir / migration_copy_name(1), "an old database");
  vault.rekey(as_bytes(kNew), kCheap, seed_of(1));
  CHECK_FALSE(fs::exists(dir / migration_copy_name(1)));
}

TEST_CASE_METHOD(VaultFixture, "A slot of a kind that is not known stops a rekey", "[rekey]") {
  VaultHeader header = read_headers(dir).header;
  closed();
  KeySlot token;
  token.kind = "token";
  token.raw = R"({"kind":"token","serial":"1"})";
  header.slots.push_back(token);
  write_headers(dir, header);
  vault = Vault::open(dir, as_bytes(kPassphrase));
  CHECK(code_of([&] { vault.rekey(as_bytes(kNew), kCheap, seed_of(1)); }) == Code::unsupported);
  CHECK(read_headers(dir).header.slots.size() == 3);
}

TEST_CASE_METHOD(VaultFixture, "A forgotten passphrase is replaced with the recovery seed") {
  closed();
  vault = Vault::open_with_recovery(dir, seed_of(1));
  vault.set_passphrase(as_bytes(kNew), kCheap);
  closed();
  CHECK_NOTHROW(Vault::open(dir, as_bytes(kNew)));
  CHECK(code_of([&] { Vault::open(dir, as_bytes(kPassphrase)); }) == Code::wrong_key);
}

TEST_CASE_METHOD(VaultFixture, "A header that another program replaced is not written over") {
  VaultHeader header = read_headers(dir).header;
  ++header.generation;
  header.slots.clear();
  write_headers(dir, header);
  CHECK(code_of([&] { vault.set_passphrase(as_bytes(kNew), kCheap); }) == Code::busy);
  CHECK(read_headers(dir).header.slots.empty());
}

TEST_CASE_METHOD(VaultFixture, "Any number of wrong passphrases leaves the vault as it was") {
  closed();
  const auto before = testing::snapshot(dir);
  for (int i = 0; i < 20; ++i) {
    const std::string wrong = "wrong passphrase " + std::to_string(i);
    CHECK(code_of([&] { Vault::open(dir, as_bytes(wrong)); }) == Code::wrong_key);
  }
  CHECK(code_of([&] { Vault::open_with_recovery(dir, seed_of(9)); }) == Code::wrong_key);
  CHECK(testing::snapshot(dir) == before);
}

}  // namespace
}  // namespace depone
