#include "store/records/withdraw.h"

#include "crypto/formats/uuid.h"
#include "store/records/custody.h"
#include "store/records/reading.h"
#include "tests/store/records/history_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::ConflictFixture;
using testing::kLater;
using testing::kNow;

const FieldMap kTestimony{{"title", "T"},
                          {"account.text.0", "What was seen."},
                          {"consent.status", "given"},
                          {"consent.share.0", "desk"},
                          {"consent.identity.0", "desk"}};

struct WithdrawFixture : ConflictFixture {
  Withdrawal withdraw(const std::string& why = "afraid") {
    Tx tx(vault.db());
    Withdrawal withdrawal = withdraw_consent(vault, id, "at the border", why, kLater);
    tx.commit();
    return withdrawal;
  }
};

TEST_CASE_METHOD(WithdrawFixture, "A withdrawal is a revision that says when, where and why",
                 "[withdraw]") {
  id = create(kTestimony, "testimony");
  const Withdrawal withdrawal = withdraw();
  REQUIRE(withdrawal.revisions.size() == 1);
  CHECK(get_record(vault, id).heads == withdrawal.revisions);
  const FieldMap fields = head(id).fields();
  CHECK(fields.at("consent.status") == "withdrawn");
  CHECK(fields.at("consent.withdrawn.date") == Json{{"date", "2026-11-24"}, {"type", "exact"}});
  CHECK(fields.at("consent.withdrawn.where") == "at the border");
  CHECK(fields.at("consent.withdrawn.why") == "afraid");
  CHECK(fields.at("account.text.0") == "What was seen.");
  CHECK(custody_of(vault, id).back().back().action == "withdrawn");
  CHECK(custody_of(vault, id).back().back().object == withdrawal.revisions.front());
}

TEST_CASE_METHOD(WithdrawFixture, "Nobody may read a record whose consent was withdrawn",
                 "[withdraw]") {
  id = create(kTestimony, "testimony");
  CHECK(readable_by(vault, id, "desk", kNow).record);
  withdraw();
  CHECK_FALSE(readable_by(vault, id, "desk", kNow).record);
}

TEST_CASE_METHOD(WithdrawFixture, "A second withdrawal changes nothing", "[withdraw]") {
  id = create(kTestimony, "testimony");
  withdraw();
  CHECK(withdraw().revisions.empty());
  CHECK(revisions_of(vault, id).size() == 2);
}

TEST_CASE_METHOD(WithdrawFixture, "In a conflict every newest revision is withdrawn",
                 "[withdraw]") {
  conflict(kTestimony, {{"title", "Mine"}}, {{"title", "Theirs"}}, "testimony");
  const Withdrawal withdrawal = withdraw();
  CHECK(withdrawal.revisions.size() == 2);
  const auto heads = get_record(vault, id).heads;
  REQUIRE(heads.size() == 2);
  for (const std::string& one : heads) CHECK(is_withdrawn(get_revision(vault, one).fields()));
  CHECK(get_record(vault, id).summary.conflict);
}

TEST_CASE_METHOD(WithdrawFixture, "Who has a bundle with the record is named", "[withdraw]") {
  id = create(kTestimony, "testimony");
  vault.db().execute(
      "INSERT INTO outgoing(number, sha256, size, minisig, chain, sequence, root, state) VALUES "
      "(1, 'a', 1, '', 'c', 1, '', 'delivered'), (2, 'b', 1, '', 'c', 2, '', 'refused')");
  vault.db().execute(
      "INSERT INTO outgoing_revisions(bundle, revision, record) SELECT 1, head, number FROM "
      "records");
  vault.db().execute(
      "INSERT INTO outgoing_revisions(bundle, revision, record) SELECT 2, head, number FROM "
      "records");
  vault.db().execute(
      "INSERT INTO outgoing_targets(bundle, digest, member, recipient, number) VALUES "
      "(1, 'x', 'desk-1', 'r', 1), (2, 'y', 'desk-2', 'r', 1)");
  CHECK(withdraw().sent_to == std::vector<std::string>{"desk-1"});
}

TEST_CASE_METHOD(WithdrawFixture, "An incident report has no consent to withdraw", "[withdraw]") {
  id = create({{"title", "x"}});
  CHECK(code_of([&] { withdraw(); }) == Code::invalid);
  CHECK(revisions_of(vault, id).size() == 1);
}

TEST_CASE_METHOD(WithdrawFixture,
                 "What a record from elsewhere holds is no obstacle to a withdrawal",
                 "[withdraw]") {
  for (const char* path : {"consent", "consent.status.x", "consent.withdrawn_x"}) {
    INFO(path);
    const RevisionContent hostile =
        make_revision(random_uuid(), "testimony", {{"title", "T"}, {path, "given"}},
                      Identity::from_seed(testing::seed_of(9)).bundle_key(), {});
    receive(hostile);
    id = hostile.revision.record;
    CHECK(withdraw().revisions.size() == 1);
    CHECK(head(id).fields().at("consent.status") == "withdrawn");
  }
}

TEST_CASE_METHOD(WithdrawFixture, "What counts as withdrawn is refused to everybody",
                 "[withdraw]") {
  for (const char* path : {"consent.withdrawn", "consent.withdrawn.why", "consent.withdrawn_x"}) {
    INFO(path);
    FieldMap fields = kTestimony;
    fields[path] = "afraid";
    const RevisionContent other =
        make_revision(random_uuid(), "testimony", fields,
                      Identity::from_seed(testing::seed_of(9)).bundle_key(), {});
    receive(other);
    CHECK(is_withdrawn(fields) != readable_by(vault, other.revision.record, "desk", kNow).record);
  }
}

}  // namespace
}  // namespace depone
