#include "store/records/discard.h"

#include "store/check.h"
#include "store/inbox.h"
#include "store/migration_copy.h"
#include "store/records/attachments.h"
#include "store/records/tags.h"
#include "store/search/search.h"
#include "tests/store/records/history_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::HistoryFixture;
using testing::kLater;
using testing::kNow;

const FieldMap kIncident{{"title", "Zanzibarquagga"}, {"description.0", "They came."}};

struct DiscardFixture : HistoryFixture {
  std::string attach(const std::string& id, const std::string& text) {
    const Bytes bytes = to_bytes(text);
    MemorySource source(bytes);
    StagedContent staged = stage_content(vault, source);
    {
      Tx tx(vault.db());
      staged.keep(vault);
      FieldMap fields = head(id).fields();
      fields["attachments.0.name"] = "a.txt";
      fields["attachments.0.sha256"] = staged.content().sha256;
      revise_record(vault, id, fields, "attached", Json::object(), kLater, staged.content().sha256);
      tx.commit();
    }
    staged.done();
    return staged.content().sha256;
  }
  void seal(const std::string& id, const std::string& state) {
    vault.db()
        .prepare(
            "INSERT INTO outgoing(number, sha256, size, minisig, chain, sequence, root, state) "
            "VALUES (1, 'a', 1, '', 'c', 1, '', ?)")
        .with(state)
        .run();
    vault.db()
        .prepare(
            "INSERT INTO outgoing_revisions(bundle, revision, record) SELECT 1, head, number FROM "
            "records WHERE id = ?")
        .with(id)
        .run();
  }
  std::int64_t count(const std::string& sql) {
    Statement row = vault.db().prepare(sql);
    row.step();
    return row.integer(0);
  }
};

TEST_CASE_METHOD(DiscardFixture, "A record that was never sealed goes, with all that it had",
                 "[discard]") {
  const std::string id = create(kIncident);
  revise(id, {{"title", "Other"}});
  attach(id, "content");
  const Discarded discarded = discard_record(vault, id);
  CHECK(discarded.revisions == 3);
  CHECK(discarded.contents == 1);
  CHECK(list_records(vault, {}).empty());
  for (const char* table : {"records", "revisions", "revision_parents", "lines", "custody",
                            "custody_chains", "attachments", "record_contents", "imported"}) {
    INFO(table);
    CHECK(count("SELECT count(*) FROM " + std::string(table)) == 0);
  }
  CHECK(names_in(vault.attachments_dir()).empty());
  CHECK(check_vault(vault, {}).damage == std::vector<std::string>{});
}

TEST_CASE_METHOD(DiscardFixture, "Its words are gone from the index, not only skipped",
                 "[discard]") {
  const std::string id = create(kIncident);
  create({{"title", "Other"}});
  const std::string blocks =
      "SELECT count(*) FROM words_0_data WHERE instr(block, CAST('zanzibarquagga' AS BLOB)) > 0";
  REQUIRE(count(blocks) > 0);
  discard_record(vault, id);
  CHECK(count(blocks) == 0);
  CHECK(search_records(vault, parse_query("zanzibarquagga"), {}).matches.empty());
  CHECK(search_records(vault, parse_query("other"), {}).matches.size() == 1);
}

TEST_CASE_METHOD(DiscardFixture, "A content that another record names stays", "[discard]") {
  const std::string id = create(kIncident);
  const std::string other = create(kIncident);
  const std::string sha256 = attach(id, "content");
  attach(other, "content");
  CHECK(discard_record(vault, id).contents == 0);
  CHECK(has_content(vault, sha256));
  CHECK(discard_record(vault, other).contents == 1);
  CHECK_FALSE(has_content(vault, sha256));
}

TEST_CASE_METHOD(DiscardFixture, "What was sealed, delivered or refused can't be discarded",
                 "[discard]") {
  for (const char* state : {"sealed", "delivered", "refused"}) {
    INFO(state);
    const std::string id = create(kIncident);
    seal(id, state);
    CHECK_FALSE(discard_refusal(vault, id).empty());
    CHECK(code_of([&] { discard_record(vault, id); }) == Code::refused);
    CHECK(revisions_of(vault, id).size() == 1);
    vault.db().execute("DELETE FROM outgoing_revisions");
    vault.db().execute("DELETE FROM outgoing");
  }
}

TEST_CASE_METHOD(DiscardFixture, "What came from another member can't be discarded", "[discard]") {
  const RevisionContent content =
      make_revision("0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11", "incident", {{"title", "Far away"}},
                    Identity::from_seed(testing::seed_of(9)).bundle_key(), {});
  receive(content);
  Tx tx(vault.db());
  add_incoming(
      vault,
      IncomingBundle{std::string(64, 'a'), "RW", "c", 1, std::nullopt, 1, std::nullopt, kNow},
      {content.id()});
  tx.commit();
  CHECK(code_of([&] { discard_record(vault, content.revision.record); }) == Code::refused);
}

TEST_CASE_METHOD(DiscardFixture, "A discarded record can be imported again", "[discard]") {
  const std::string id = create(kIncident);
  const Sha256 digest = import_digest("incident", kIncident);
  {
    Tx tx(vault.db());
    note_import(vault, digest, id);
    tx.commit();
  }
  discard_record(vault, id);
  CHECK(imported_record(vault, digest) == std::nullopt);
}

TEST_CASE_METHOD(DiscardFixture, "A link to a discarded record leads nowhere and hangs nothing",
                 "[discard]") {
  const std::string id = create(kIncident);
  const std::string other = create(kIncident);
  for (const auto& [from, to] : {std::pair(id, other), std::pair(other, id)}) {
    Tx tx(vault.db());
    add_link(vault, from, to, "", kLater);
    tx.commit();
  }
  discard_record(vault, id);
  CHECK(links_of(head(other).fields()).front().record == id);
  CHECK(linked_from(vault, other).empty());
  CHECK(check_vault(vault, {}).damage == std::vector<std::string>{});
}

TEST_CASE_METHOD(DiscardFixture,
                 "A copy of the database from before a migration goes with the record",
                 "[discard]") {
  const std::string id = create(kIncident);
  write_file(dir / migration_copy_name(1), std::string_view("an older database"));
  discard_record(vault, id);
  CHECK_FALSE(fs::exists(dir / migration_copy_name(1)));
}

TEST_CASE_METHOD(DiscardFixture, "A record that is not here can't be discarded", "[discard]") {
  CHECK(code_of([&] { discard_record(vault, "9f1c3f0e-0000-4000-8000-000000000000"); }) ==
        Code::not_found);
}

TEST_CASE_METHOD(DiscardFixture, "A removal that was interrupted is brought to its end",
                 "[discard]") {
  const std::string id = create(kIncident);
  const std::string blocks =
      "SELECT count(*) FROM words_0_data WHERE instr(block, CAST('zanzibarquagga' AS BLOB)) > 0";
  {
    Tx tx(vault.db());
    unindex_record(vault, 1);
    tx.commit();
  }
  REQUIRE(count(blocks) > 0);
  finish_discard(vault);
  CHECK(count(blocks) == 0);
  CHECK_FALSE(has_removed_words(vault));
}

}  // namespace
}  // namespace depone
