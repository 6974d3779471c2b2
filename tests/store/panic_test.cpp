#include "store/panic.h"

#include <thread>

#include "store/vault_header.h"
#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::kPassphrase;
using testing::seed_of;
using testing::VaultFixture;

bool opens(const fs::path& dir) {
  try {
    Vault::open(dir, as_bytes(kPassphrase));
    return true;
  } catch (const Error&) {
  }
  try {
    Vault::open_with_recovery(dir, seed_of(1));
    return true;
  } catch (const Error&) {
  }
  return false;
}

// Whether any file of the vault still holds this.
bool is_in_files(const fs::path& dir, const std::string& text) {
  for (const auto& [name, bytes] : testing::snapshot(dir)) {
    if (as_text(bytes).find(text) != std::string_view::npos) return true;
  }
  return false;
}

TEST_CASE_METHOD(VaultFixture, "After panic neither passphrase nor sheet opens, and that is said",
                 "[panic]") {
  closed();
  destroy_key_slots(dir);
  CHECK_FALSE(opens(dir));
  CHECK(code_of([&] { Vault::open(dir, as_bytes(kPassphrase)); }) == Code::wrong_key);
}

TEST_CASE_METHOD(VaultFixture, "After panic no file of the vault holds a slot", "[panic]") {
  const std::string box = hex(read_headers(closed()).header.slots.at(1).box);
  write_file(dir / (".partial-" + random_name()), "half a header with " + box);
  REQUIRE(is_in_files(dir, box));
  destroy_key_slots(dir);
  CHECK_FALSE(is_in_files(dir, box));
}

TEST_CASE_METHOD(VaultFixture, "Panic does not wait for who has the vault open", "[panic]") {
  destroy_key_slots(dir);
  closed();
  CHECK_FALSE(opens(dir));
}

TEST_CASE_METHOD(VaultFixture, "A panic that was cut off after its first copy is run again",
                 "[panic]") {
  closed();
  testing::put_bytes(dir / "vault.json", Bytes(400, 0x5a));
  destroy_key_slots(dir);
  CHECK_FALSE(opens(dir));
}

TEST_CASE_METHOD(VaultFixture, "A panic that was cut off after both copies is run again",
                 "[panic]") {
  closed();
  for (const char* name : {"vault.json", "vault.json.copy"})
    testing::put_bytes(dir / name, Bytes(400, 0x5a));
  destroy_key_slots(dir);
  CHECK(code_of([&] { Vault::open(dir, as_bytes(kPassphrase)); }) == Code::wrong_key);
}

TEST_CASE_METHOD(VaultFixture, "What is open when panic comes writes no slot again", "[panic]") {
  destroy_key_slots(dir);
  CHECK(code_of([&] { vault.set_passphrase(as_bytes("a new one"), testing::kCheap); }) ==
        Code::busy);
  CHECK(read_headers(dir).header.slots.empty());
}

TEST_CASE_METHOD(VaultFixture, "A change of the passphrase that panic overtakes leaves no slot",
                 "[panic]") {
  std::optional<FileLock> writing = FileLock::try_lock(dir / kHeaderLockName);
  REQUIRE(writing);
  const VaultHeader before = read_headers(dir).header;
  std::thread panic([&] { destroy_key_slots(dir); });
  // As a change does that had compared the generation already.
  for (int i = 0; i < 10; ++i) {
    write_headers(dir, before);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  writing.reset();
  panic.join();
  CHECK_FALSE(is_in_files(dir, hex(before.slots.at(1).box)));
}

TEST_CASE_METHOD(VaultFixture, "Panic does not wait long for a change of the passphrase",
                 "[panic]") {
  const auto stuck = FileLock::try_lock(dir / kHeaderLockName);
  REQUIRE(stuck);
  destroy_key_slots(dir);
  closed();
  CHECK_FALSE(opens(dir));
}

TEST_CASE("Panic where there is no vault says so and makes nothing", "[panic]") {
  const testing::TempDir temp;
  CHECK(code_of([&] { destroy_key_slots(temp / "none"); }) == Code::not_found);
  CHECK(names_in(temp.path()).empty());
}

}  // namespace
}  // namespace depone
