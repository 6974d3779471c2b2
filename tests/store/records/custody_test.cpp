#include "store/records/custody.h"

#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::kNow;
using testing::VaultFixture;

struct CustodyFixture : VaultFixture {
  std::string record = bare_record();

  void add(std::string_view action, std::optional<std::string> object = std::nullopt) {
    Tx tx(vault.db());
    add_custody(vault, record, action, std::move(object), Json::object(), kNow);
    tx.commit();
  }
  void merge(std::string_view file) {
    Tx tx(vault.db());
    merge_custody(vault, record, file);
    tx.commit();
  }
};

// A chain as another vault would write it.
std::vector<CustodyEvent> foreign_chain(std::size_t length) {
  std::vector<CustodyEvent> events;
  std::string previous = hex(random_array<16>());
  for (std::size_t i = 0; i < length; ++i) {
    events.push_back(
        CustodyEvent::make(previous, kNow, "monitor-1", "revised", std::nullopt, Json::object()));
    previous = events.back().hash;
  }
  return events;
}

std::string file_of(const std::vector<CustodyEvent>& events, std::size_t length) {
  std::string file;
  for (std::size_t i = 0; i < length; ++i) file += events[i].line + "\n";
  return file;
}

TEST_CASE_METHOD(CustodyFixture,
                 "A vault's own chain starts with random bytes and is linked by hashes") {
  add("collected", std::string(64, 'a'));
  add("revised");
  const auto chains = custody_of(vault, record);
  REQUIRE(chains.size() == 1);
  REQUIRE(chains[0].size() == 2);
  CHECK(chains[0][0].previous.size() == 32);
  CHECK(chains[0][1].previous == hex(sha256(chains[0][0].line)));
  CHECK(chains[0][0].object == std::string(64, 'a'));
}

TEST_CASE_METHOD(CustodyFixture, "The member is a dash until a roster names this vault") {
  add("collected");
  vault.set_setting("member_id", "monitor-7");
  add("revised");
  const auto chains = custody_of(vault, record);
  CHECK(chains[0][0].member == "-");
  CHECK(chains[0][1].member == "monitor-7");
}

TEST_CASE_METHOD(CustodyFixture, "The file is the chains' lines and parses as such") {
  add("collected");
  add("sealed");
  const auto chains = parse_custody(custody_file(vault, record));
  REQUIRE(chains.size() == 1);
  CHECK(chains[0].size() == 2);
}

TEST_CASE_METHOD(CustodyFixture, "Chains that come with a record stand before the vault's own") {
  add("received");
  const auto came = foreign_chain(2);
  merge(file_of(came, 2));
  add("opened");
  const auto chains = custody_of(vault, record);
  REQUIRE(chains.size() == 2);
  CHECK(chains[0][0].line == came[0].line);
  CHECK(chains[1].back().action == "opened");
}

TEST_CASE_METHOD(CustodyFixture, "A known chain grows, and an older state of it changes nothing") {
  const auto came = foreign_chain(3);
  merge(file_of(came, 1));
  merge(file_of(came, 3));
  merge(file_of(came, 2));
  const auto chains = custody_of(vault, record);
  REQUIRE(chains.size() == 1);
  CHECK(chains[0].size() == 3);
}

TEST_CASE_METHOD(CustodyFixture,
                 "A known chain that was rewritten is a mismatch and nothing is taken in") {
  auto came = foreign_chain(2);
  merge(file_of(came, 2));
  const std::string before = custody_file(vault, record);
  came[1] =
      CustodyEvent::make(came[0].hash, kNow, "monitor-1", "exported", std::nullopt, Json::object());
  CHECK(code_of([&] { merge(file_of(came, 2)); }) == Code::mismatch);
  CHECK(custody_file(vault, record) == before);
}

TEST_CASE_METHOD(CustodyFixture, "Nobody else adds to this vault's own chain") {
  add("collected");
  auto own = custody_of(vault, record)[0];
  merge(file_of(own, 1));
  own.push_back(
      CustodyEvent::make(own[0].hash, kNow, "-", "disclosed", std::nullopt, Json::object()));
  CHECK(code_of([&] { merge(file_of(own, 2)); }) == Code::mismatch);
  CHECK(custody_of(vault, record)[0].size() == 1);
}

TEST_CASE_METHOD(CustodyFixture, "The same chain twice in one file is a mismatch") {
  const auto came = foreign_chain(1);
  CHECK(code_of([&] { merge(file_of(came, 1) + file_of(came, 1)); }) == Code::mismatch);
}

TEST_CASE_METHOD(CustodyFixture,
                 "A hidden event is shown once its line comes, and is not hidden again") {
  const auto came = foreign_chain(2);
  const std::string hidden =
      came[0].line + "\n" + R"({"format":"depone/custody/1","hidden":")" + came[1].hash + "\"}\n";
  merge(hidden);
  CHECK(custody_of(vault, record)[0][1].hidden);
  merge(file_of(came, 2));
  CHECK_FALSE(custody_of(vault, record)[0][1].hidden);
  merge(hidden);
  CHECK(custody_of(vault, record)[0][1].line == came[1].line);
}

TEST_CASE_METHOD(CustodyFixture, "Custody of a record that is not here is not found") {
  CHECK(code_of([&] { custody_of(vault, "9f1c3f0e-0000-4000-8000-000000000000"); }) ==
        Code::not_found);
}

}  // namespace
}  // namespace depone
