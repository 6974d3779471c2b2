#include "store/check.h"

#include "crypto/formats/revision.h"
#include "store/records/attachments.h"
#include "store/records/custody.h"
#include "tests/store/outbox_fixture.h"
#include "tests/store/roster_fixture.h"

namespace depone {
namespace {

using testing::kNow;

// A vault with one record of one revision, custody, an attachment, a waiting bundle and a roster,
// written row by row.
struct FullFixture : testing::OutboxFixture {
  testing::Organisation organisation;
  RevisionContent revision;
  std::string bundle;

  FullFixture()
      : revision(make_revision(record, "incident",
                               FieldMap{{"description.0", "What was seen"}, {"title", "A title"}},
                               vault.identity().bundle_key(), {})) {
    testing::enrol(vault, organisation.enrolment());
    accept_roster(vault, organisation.roster(1), kNow);
    const Bytes bytes = to_bytes("content of an attachment");
    MemorySource source(bytes);
    StagedContent staged = stage_content(vault, source);
    {
      Tx tx(vault.db());
      vault.db().prepare("UPDATE records SET head = ?").with(revision.id()).run();
      vault.db()
          .prepare("INSERT INTO revisions(id, record, json) VALUES (?, 1, ?)")
          .with(revision.id(), revision.json)
          .run();
      for (const Line& line : revision.lines) {
        vault.db()
            .prepare("INSERT INTO lines(record, text) VALUES (1, ?)")
            .with(line.text + "\n")
            .run();
      }
      add_custody(vault, record, "collected", revision.id(), Json::object(), kNow);
      add_custody(vault, record, "revised", revision.id(), Json::object(), kNow);
      staged.keep(vault);
      tx.commit();
    }
    staged.done();
    bundle = make("a bundle", revision.id());
  }
  CheckReport check() { return check_vault(vault, {}); }
  void damaged(std::string_view word) {
    const CheckReport report = check();
    REQUIRE_FALSE(report.damage.empty());
    CHECK(report.damage.front().find(word) != std::string::npos);
  }
  fs::path only_file(const fs::path& directory) { return directory / names_in(directory).front(); }
};

TEST_CASE_METHOD(FullFixture,
                 "A vault that is well is said to be, and what was checked is counted") {
  const CheckReport report = check();
  CHECK(report.damage == std::vector<std::string>{});
  CHECK(report.warnings == std::vector<std::string>{});
  CHECK(report.records == 1);
  CHECK(report.revisions == 1);
  CHECK(report.custody_events == 2);
  CHECK(report.attachments == 1);
  CHECK(report.bundles == 1);
}

TEST_CASE_METHOD(FullFixture, "A revision that is not what its id says is damage") {
  std::string json = revision.json;
  json.replace(json.find("\"kind\":\"incident\""), 17, "\"kind\":\"incidenf\"");
  vault.db().prepare("UPDATE revisions SET json = ?").with(json).run();
  damaged("revision");
}

TEST_CASE_METHOD(FullFixture, "A line that was changed is damage") {
  vault.db().execute("UPDATE lines SET text = replace(text, 'What was seen', 'What was sold')");
  damaged("line");
}

TEST_CASE_METHOD(FullFixture, "A line that belongs to no revision is damage") {
  const Line line = Line::make("summary", "not of this revision");
  vault.db().prepare("INSERT INTO lines(record, text) VALUES (1, ?)").with(line.text + "\n").run();
  damaged("none of its revisions");
}

TEST_CASE_METHOD(FullFixture, "A custody event that was replaced is damage") {
  const auto other =
      CustodyEvent::make(std::string(32, '0'), kNow, "-", "viewed", std::nullopt, Json::object());
  vault.db().prepare("UPDATE custody SET line = ? WHERE position = 0").with(other.line).run();
  damaged("custody");
}

TEST_CASE_METHOD(FullFixture, "A custody event that was taken out is damage") {
  vault.db().execute("DELETE FROM custody WHERE position = 0");
  damaged("custody");
}

TEST_CASE_METHOD(FullFixture, "A flipped byte in an attachment's padding is damage too") {
  const Bytes bytes(100'000, 7);  // padded to 100,352
  MemorySource source(bytes);
  StagedContent staged = stage_content(vault, source);
  staged.keep(vault);
  staged.done();
  for (const std::string& name : names_in(vault.attachments_dir())) {
    const fs::path file = vault.attachments_dir() / name;
    if (fs::file_size(file) > 10'000) testing::flip_byte(file, fs::file_size(file) - 20);
  }
  damaged("attachment");
}

TEST_CASE_METHOD(FullFixture, "A missing attachment is damage") {
  fs::remove(only_file(vault.attachments_dir()));
  damaged("attachment");
}

TEST_CASE_METHOD(FullFixture, "A flipped byte in a waiting bundle is damage") {
  testing::flip_byte(only_file(vault.outbox_dir()), 3);
  damaged("bundle " + bundle);
}

TEST_CASE_METHOD(FullFixture, "A receipt that does not hold is damage") {
  deliver(bundle, 0);
  damaged("bundle " + bundle);
}

TEST_CASE_METHOD(FullFixture, "A roster that was changed is damage") {
  vault.db().execute("UPDATE rosters SET head = replace(head, 'Test', 'Tesd')");
  damaged("roster");
}

TEST_CASE_METHOD(FullFixture, "A damaged copy of the header is damage") {
  testing::flip_byte(dir / "vault.json.copy", 40);
  damaged("vault.json");
}

TEST_CASE_METHOD(FullFixture, "A flipped byte in a page of the database is damage") {
  vault.db().execute("PRAGMA wal_checkpoint(TRUNCATE)");
  testing::flip_byte(dir / "vault.db", fs::file_size(dir / "vault.db") - 2000);
  damaged("vault.db");
}

TEST_CASE_METHOD(FullFixture, "Files that are none of ours are named and left") {
  write_file(vault.attachments_dir() / "photo.jpg", "somebody's");
  write_file(dir / "notes.txt", "somebody's");
  const CheckReport report = check();
  CHECK(report.damage.empty());
  CHECK(report.warnings.size() == 2);
  CHECK(fs::exists(vault.attachments_dir() / "photo.jpg"));
}

TEST_CASE_METHOD(FullFixture, "A refused roster is a warning") {
  CHECK(testing::code_of([&] { accept_roster(vault, testing::Organisation().roster(2), kNow); }) ==
        Code::refused);
  const CheckReport report = check();
  CHECK(report.damage.empty());
  CHECK(report.warnings.size() == 1);
}

TEST_CASE_METHOD(FullFixture, "Progress ends at all of each step") {
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> last;
  check_vault(vault, [&](std::string_view step, std::uint64_t done, std::uint64_t of) {
    last[std::string(step)] = {done, of};
  });
  CHECK(last.size() == 4);
  for (const auto& [step, numbers] : last) CHECK(numbers.first == numbers.second);
}

}  // namespace
}  // namespace depone
