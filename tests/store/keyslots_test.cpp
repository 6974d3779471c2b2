#include "store/keyslots.h"

#include "crypto/json.h"
#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::kCheap;
using testing::seed_of;

struct HeaderFixture {
  DatabaseKey key = DatabaseKey::random();
  VaultHeader header;
  HeaderFixture() {
    header.vault = random_array<16>();
    header.generation = 7;
    header.slots.push_back(passphrase_slot(header, key, as_bytes("open"), kCheap));
    header.slots.push_back(recovery_slot(header, key, seed_of(1)));
  }
  // The first line changed, its hash made right again.
  std::string edited(const std::function<void(Json&)>& edit) const {
    Json json = Json::parse(header.file().substr(0, header.file().find('\n')));
    edit(json);
    const std::string line = dump_json(json);
    return line + "\n" + hex(sha256(line)) + "\n";
  }
};

bool same(const DatabaseKey& a, const DatabaseKey& b) {
  return equal_secret(a.reveal(), b.reveal());
}

TEST_CASE_METHOD(HeaderFixture, "Passphrase and seed both open the header as it was written") {
  const VaultHeader read = VaultHeader::parse(header.file());
  CHECK(read.generation == 7);
  CHECK(same(keys_with_passphrase(read, as_bytes("open")).front().key, key));
  CHECK(same(keys_with_seed(read, seed_of(1)).front().key, key));
}

TEST_CASE_METHOD(HeaderFixture, "The header is two lines, the second the hash of the first") {
  const std::string file = header.file();
  const auto lines = lines_of(file);
  REQUIRE(lines);
  REQUIRE(lines->size() == 2);
  CHECK(hex(sha256((*lines)[0])) == (*lines)[1]);
  CHECK((*lines)[0].starts_with("{\"format\":\"depone/vault/1\",\"vault\":\""));
  CHECK(VaultHeader::parse(file).file() == file);
}

TEST_CASE_METHOD(HeaderFixture, "A box opens with the additional data that the format says") {
  const KeySlot& slot = header.slots[0];
  const std::string additional =
      "depone/vault/1 " + hex(header.vault) + " passphrase " + hex(*slot.salt) + " 1 8388608";
  const auto plain = xchacha20poly1305_open(argon2id(as_bytes("open"), *slot.salt, kCheap),
                                            slot.nonce, slot.box, additional);
  REQUIRE(plain);
  CHECK(equal_secret(plain->reveal(), key.reveal()));
}

TEST_CASE_METHOD(HeaderFixture, "The recovery box opens with dashes for what it lacks") {
  const KeySlot& slot = header.slots[1];
  const auto plain =
      xchacha20poly1305_open(vault_recovery_key(seed_of(1), header.vault), slot.nonce, slot.box,
                             "depone/vault/1 " + hex(header.vault) + " recovery - - -");
  REQUIRE(plain);
  CHECK(equal_secret(plain->reveal(), key.reveal()));
}

TEST_CASE_METHOD(HeaderFixture, "A wrong passphrase opens nothing") {
  CHECK(code_of([&] { keys_with_passphrase(header, as_bytes("Open")); }) == Code::wrong_key);
}

TEST_CASE_METHOD(HeaderFixture, "Another seed opens nothing") {
  CHECK(code_of([&] { keys_with_seed(header, seed_of(2)); }) == Code::wrong_key);
}

TEST_CASE_METHOD(HeaderFixture, "A slot does not open in the header of another vault") {
  VaultHeader other = VaultHeader::parse(header.file());
  other.vault = random_array<16>();
  CHECK(code_of([&] { keys_with_passphrase(other, as_bytes("open")); }) == Code::wrong_key);
}

TEST_CASE_METHOD(HeaderFixture, "A flipped byte anywhere in the header is damage") {
  const std::string file = header.file();
  for (std::size_t i = 0; i < file.size(); ++i) {
    std::string hit = file;
    hit[i] = static_cast<char>(hit[i] ^ 1);
    CHECK(code_of([&] { VaultHeader::parse(hit); }) == Code::damaged);
  }
}

TEST_CASE_METHOD(HeaderFixture, "A header cut anywhere is damage") {
  const std::string file = header.file();
  for (std::size_t length = 0; length < file.size(); ++length) {
    CHECK(code_of([&] { VaultHeader::parse(std::string_view(file).substr(0, length)); }) ==
          Code::damaged);
  }
}

TEST_CASE_METHOD(HeaderFixture, "A header that would have a passphrase tried for long is refused") {
  const std::string file = edited([](Json& json) {
    json["slots"].push_back(json["slots"][0]);
    json["slots"].push_back(json["slots"][0]);
  });
  CHECK(code_of([&] { VaultHeader::parse(file); }) == Code::damaged);
}

TEST_CASE_METHOD(HeaderFixture, "A slot of an unknown kind is kept as it is") {
  const std::string file = edited([](Json& json) {
    json["slots"].push_back(Json::parse(R"({"kind":"token","serial":"17","more":[1,2]})"));
  });
  CHECK(VaultHeader::parse(file).file() == file);
  CHECK(same(keys_with_passphrase(VaultHeader::parse(file), as_bytes("open")).front().key, key));
}

TEST_CASE_METHOD(HeaderFixture, "Another version of the header is said to be unknown") {
  const std::string file = edited([](Json& json) { json["format"] = "depone/vault/2"; });
  CHECK(code_of([&] { VaultHeader::parse(file); }) == Code::unsupported);
}

TEST_CASE_METHOD(HeaderFixture, "An unknown key in the header is refused") {
  CHECK(code_of([&] { VaultHeader::parse(edited([](Json& json) { json["more"] = 1; })); }) ==
        Code::damaged);
}

TEST_CASE_METHOD(HeaderFixture,
                 "More than 4 GiB for a passphrase is refused before memory is taken") {
  const std::string file =
      edited([](Json& json) { json["slots"][0]["memlimit"] = (4ull << 30) + 1; });
  CHECK(code_of([&] { VaultHeader::parse(file); }) == Code::damaged);
  CHECK(code_of([&] {
          passphrase_slot(header, key, as_bytes("open"), {1, (4ull << 30) + 1});
        }) == Code::invalid);
}

TEST_CASE_METHOD(HeaderFixture, "More than 64 passes for a passphrase are refused") {
  const std::string file = edited([](Json& json) { json["slots"][0]["opslimit"] = 65; });
  CHECK(code_of([&] { VaultHeader::parse(file); }) == Code::damaged);
  CHECK(code_of([&] {
          passphrase_slot(header, key, as_bytes("open"), {65, 8u << 20});
        }) == Code::invalid);
}

TEST_CASE("Calibration never goes below the floor") {
  const Argon2idCost cost = calibrate_argon2id();
  CHECK(cost.opslimit >= kArgon2idFloor.opslimit);
  CHECK(cost.memlimit >= kArgon2idFloor.memlimit);
}

}  // namespace
}  // namespace depone
