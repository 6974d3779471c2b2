#include "store/records/custody_check.h"

#include "store/check.h"
#include "store/records/custody.h"
#include "store/records/custody_order.h"
#include "tests/store/records/history_fixture.h"

namespace depone {
namespace {

using testing::HistoryFixture;
using testing::kLater;
using testing::kNow;

// A record with a chain of three events that came with it, and the vault's own of three.
struct ChainsFixture : HistoryFixture {
  static constexpr int kEvents = 3;
  std::string id = create({{"title", "x"}});

  ChainsFixture() {
    std::string file, previous = hex(random_array<16>());
    for (int i = 0; i < kEvents; ++i) {
      const CustodyEvent event =
          CustodyEvent::make(previous, Time{kNow.seconds - 100 + i}, "monitor-1",
                             i == 0 ? "collected" : "revised", std::nullopt, Json::object());
      file += event.line + "\n";
      previous = event.hash;
    }
    Tx tx(vault.db());
    merge_custody(vault, id, file);
    add_custody(vault, id, "revised", std::string(64, 'a'), Json::object(), kNow);
    add_custody(vault, id, "exported", std::nullopt, Json::object(), kLater);
    tx.commit();
  }
  std::vector<std::string> damage() { return check_chains(vault, id).damage; }
  static std::string at(std::int64_t chain, std::int64_t position) {
    return " chain = " + std::to_string(chain) + " AND position = " + std::to_string(position);
  }
  // Changes the vault, looks, and puts it back.
  bool is_noticed(const std::vector<std::string>& changes) {
    Tx tx(vault.db());
    for (const std::string& sql : changes) vault.db().execute(sql);
    return !damage().empty();
  }
};

TEST_CASE_METHOD(ChainsFixture, "Chains that are well are said to be", "[custody]") {
  const CustodyReport report = check_chains(vault, id);
  CHECK(report.damage == std::vector<std::string>{});
  CHECK(report.notes == std::vector<std::string>{});
  CHECK(report.events == 2 * kEvents);
}

TEST_CASE_METHOD(ChainsFixture, "Any event that is removed is missed", "[custody]") {
  for (int chain = 0; chain < 2; ++chain) {
    for (int position = 0; position < kEvents; ++position) {
      INFO("chain " << chain << ", event " << position);
      CHECK(is_noticed({"DELETE FROM custody WHERE" + at(chain, position)}));
    }
  }
}

TEST_CASE_METHOD(ChainsFixture, "Events moved up to close the gap are noticed", "[custody]") {
  for (int chain = 0; chain < 2; ++chain) {
    for (int position = 0; position + 1 < kEvents; ++position) {
      INFO("chain " << chain << ", event " << position);
      CHECK(is_noticed({"DELETE FROM custody WHERE" + at(chain, position),
                        "UPDATE custody SET position = -position WHERE chain = " +
                            std::to_string(chain) + " AND position > " + std::to_string(position),
                        "UPDATE custody SET position = -position - 1 WHERE chain = " +
                            std::to_string(chain) + " AND position < 0",
                        "UPDATE custody_chains SET events = events - 1 WHERE chain = " +
                            std::to_string(chain)}));
    }
  }
}

TEST_CASE_METHOD(ChainsFixture, "Any event that is altered is noticed", "[custody]") {
  for (int chain = 0; chain < 2; ++chain) {
    for (int position = 0; position < kEvents; ++position) {
      for (const char* change :
           {"replace(line, '\"action\":\"', '\"action\":\"x')", "replace(line, '2026-', '2025-')",
            "replace(line, '\"member\":\"', '\"member\":\"a')", "line || ' '", "''",
            "substr(line, 1, 40)"}) {
        INFO("chain " << chain << ", event " << position << ": " << change);
        CHECK(is_noticed(
            {"UPDATE custody SET line = " + std::string(change) + " WHERE" + at(chain, position)}));
      }
    }
  }
}

TEST_CASE_METHOD(ChainsFixture,
                 "An event altered with its hash is noticed by the one after it, the "
                 "last by the end that is known",
                 "[custody]") {
  for (int chain = 0; chain < 2; ++chain) {
    const auto events = custody_of(vault, id)[static_cast<std::size_t>(chain)];
    for (int position = 0; position < kEvents; ++position) {
      const CustodyEvent& old = events[static_cast<std::size_t>(position)];
      const CustodyEvent other =
          CustodyEvent::make(old.previous, old.time, "other", old.action, old.object, old.detail);
      INFO("chain " << chain << ", event " << position);
      CHECK(is_noticed({"UPDATE custody SET line = '" + other.line + "', hash = '" + other.hash +
                        "' WHERE" + at(chain, position)}));
    }
  }
}

TEST_CASE_METHOD(ChainsFixture, "Any two events in the other order are noticed", "[custody]") {
  for (int chain = 0; chain < 2; ++chain) {
    for (int a = 0; a < kEvents; ++a) {
      for (int b = a + 1; b < kEvents; ++b) {
        INFO("chain " << chain << ", events " << a << " and " << b);
        CHECK(is_noticed(
            {"UPDATE custody SET position = -1 WHERE" + at(chain, a),
             "UPDATE custody SET position = " + std::to_string(a) + " WHERE" + at(chain, b),
             "UPDATE custody SET position = " + std::to_string(b) + " WHERE" + at(chain, -1)}));
      }
    }
  }
}

TEST_CASE_METHOD(ChainsFixture, "An event that was added is noticed", "[custody]") {
  for (int chain = 0; chain < 2; ++chain) {
    const CustodyEvent last = custody_of(vault, id)[static_cast<std::size_t>(chain)].back();
    const CustodyEvent more =
        CustodyEvent::make(last.hash, kLater, "-", "disclosed", std::nullopt, Json::object());
    INFO("chain " << chain);
    CHECK(
        is_noticed({"INSERT INTO custody(record, chain, position, hash, line) SELECT record, "
                    "chain, 3, '" +
                    more.hash + "', '" + more.line + "' FROM custody WHERE" + at(chain, 2)}));
  }
}

TEST_CASE_METHOD(ChainsFixture, "A whole chain of the vault's own that is gone is missed",
                 "[custody]") {
  CHECK(is_noticed(
      {"DELETE FROM custody WHERE chain = 0", "DELETE FROM custody_chains WHERE chain = 0"}));
}

TEST_CASE_METHOD(ChainsFixture, "Check says which record's custody is damaged", "[custody]") {
  vault.db().execute("DELETE FROM custody WHERE" + at(1, 1));
  const CheckReport report = check_vault(vault, {});
  REQUIRE_FALSE(report.damage.empty());
  CHECK(report.damage.front().find("custody of record " + id) != std::string::npos);
}

TEST_CASE_METHOD(HistoryFixture, "A clock that went back is a note and no damage", "[custody]") {
  const std::string id = create({{"title", "x"}});
  revise(id, {{"title", "y"}}, Time{kNow.seconds - 3600});
  const CheckReport report = check_vault(vault, {});
  CHECK(report.damage == std::vector<std::string>{});
  REQUIRE(report.warnings.size() == 1);
  CHECK(report.warnings[0].find("a clock was wrong") != std::string::npos);
}

TEST_CASE_METHOD(ChainsFixture, "The chains are told as one story by time", "[custody]") {
  const CustodyOrder order = in_order(vault, id);
  REQUIRE(order.chains.size() == 2);
  CHECK(order.chains[0].holder == "monitor-1");
  CHECK_FALSE(order.chains[0].own);
  CHECK(order.chains[1].own);
  REQUIRE(order.events.size() == 2 * kEvents);
  for (int i = 0; i < 2 * kEvents; ++i)
    CHECK(order.events[static_cast<std::size_t>(i)].chain == (i < kEvents ? 0u : 1u));
}

TEST_CASE_METHOD(HistoryFixture,
                 "A chain keeps its order where a clock went back, and it is marked", "[custody]") {
  const std::string id = create({{"title", "x"}});
  revise(id, {{"title", "y"}}, Time{kNow.seconds - 3600});
  revise(id, {{"title", "z"}}, Time{kNow.seconds - 1800});
  const CustodyOrder order = in_order(vault, id);
  REQUIRE(order.events.size() == 3);
  CHECK(order.events[0].event.action == "collected");
  CHECK_FALSE(order.events[0].early);
  CHECK(order.events[1].event.time == Time{kNow.seconds - 3600});
  CHECK(order.events[1].early);
  CHECK_FALSE(order.events[2].early);
}

TEST_CASE_METHOD(HistoryFixture, "Looking is an event only where that was switched on",
                 "[custody]") {
  const std::string id = create({{"title", "x"}});
  const std::string revision = head(id).id();
  note_viewed(vault, id, revision, Json::object(), kLater);
  CHECK(custody_of(vault, id)[0].size() == 1);
  keep_viewed(vault, true);
  note_viewed(vault, id, revision, Json::object(), kLater);
  REQUIRE(custody_of(vault, id)[0].size() == 2);
  CHECK(custody_of(vault, id)[0][1].action == "viewed");
  CHECK(custody_of(vault, id)[0][1].object == revision);
  keep_viewed(vault, false);
  note_viewed(vault, id, revision, Json::object(), kLater);
  CHECK(custody_of(vault, id)[0].size() == 2);
}

}  // namespace
}  // namespace depone
