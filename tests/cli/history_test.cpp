#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "store/records/drafts.h"
#include "store/records/records.h"
#include "tests/support/cheap_vault.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

struct OneRecord : CheapVault {
  std::string id = make({"incident", "--set", "title=밤의 습격", "--set",
                         "description=They came at night.", "--set", "tags=[\"raid\"]"});

  std::string make(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "new");
    return json(std::move(arguments)).at("id").get<std::string>();
  }
  std::string newest() const { return json({"show", id}).at("revision").get<std::string>(); }
  // Somebody else's revision after the newest one.
  std::string receive(const FieldMap& changes, bool beside_newest = false) const {
    Vault vault = open();
    const RevisionContent head =
        beside_newest ? get_revision(vault, get_record(vault, id).content.revision.parents.front())
                      : get_record(vault, id).content;
    FieldMap fields = head.fields();
    for (const auto& [path, value] : changes) fields[path] = value;
    const RevisionContent* const parents[] = {&head};
    const RevisionContent next = make_revision(
        id, head.revision.kind, fields, Identity::from_seed(seed_of(9)).bundle_key(), parents);
    Tx tx(vault.db());
    receive_revision(vault, next);
    tx.commit();
    return next.id();
  }
};

TEST_CASE("History tells each revision with what it changed, one object a line", "[history]") {
  const OneRecord vault;
  const std::string first = vault.newest();
  vault.json({"tag", vault.id, "night"});
  const auto lines = vault.json_lines({"history", vault.id});
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].at("revision") == first);
  CHECK(lines[0].at("action") == "collected");
  CHECK(lines[0].at("author").at("own") == true);
  CHECK(lines[1].at("parents") == Json::array({first}));
  CHECK(lines[1].at("newest") == true);
  CHECK(lines[1].at("changes")[0].at("fields") ==
        Json::array({{{"path", "tags.1"}, {"change", "added"}}}));
}

TEST_CASE("A difference shows what stood there and what stands there", "[history]") {
  const OneRecord vault;
  const std::string first = vault.newest();
  const std::string second = vault.receive({{"description.0", "They came at dawn."}});
  const Json changes = vault.json({"history", vault.id, first.substr(0, 8), second.substr(0, 8)});
  CHECK(changes.at("fields") == Json::array({{{"path", "description"},
                                              {"change", "changed"},
                                              {"before", "They came at night."},
                                              {"after", "They came at dawn."}}}));
  const ProcessResult ran = vault.run({"history", vault.id, second.substr(0, 8), "--diff"});
  CHECK_THAT(ran.out, ContainsSubstring("- They came at [-night-]."));
  CHECK_THAT(ran.out, ContainsSubstring("+ They came at {+dawn+}."));
  CHECK_THAT(ran.out, !ContainsSubstring("collected"));
}

TEST_CASE("An older revision is shown as it was", "[show]") {
  const OneRecord vault;
  const std::string first = vault.newest();
  vault.receive({{"title", "Dawn raid"}});
  const Json record = vault.json({"show", vault.id, "--revision", first.substr(0, 8)});
  CHECK(record.at("fields").at("title") == "밤의 습격");
  CHECK(record.at("revision") == first);
  CHECK(record.at("newest") == false);
  CHECK(vault.run({"show", vault.id, "--revision", "ffffffff"}).status == 5);
}

TEST_CASE("A conflict is marked in the list and shown with what differs", "[conflict]") {
  const OneRecord vault;
  const std::string mine = [&] {
    vault.json({"tag", vault.id, "mine"});
    return vault.newest();
  }();
  const std::string theirs = vault.receive({{"title", "새벽의 습격"}}, true);
  CHECK(vault.json({"list"}).at("conflict") == true);
  CHECK_THAT(vault.run({"list"}).out, ContainsSubstring("\tconflict\n"));
  const Json record = vault.json({"show", vault.id});
  CHECK(record.at("conflicts") == Json::array({theirs}));
  CHECK(record.at("differences") ==
        Json::array({{{"path", "tags.1"},
                      {"values",
                       {{{"revision", mine}, {"value", "mine"}},
                        {{"revision", theirs}, {"value", nullptr}}}}},
                     {{"path", "title"},
                      {"values",
                       {{{"revision", mine}, {"value", "밤의 습격"}},
                        {{"revision", theirs}, {"value", "새벽의 습격"}}}}}}));
  const ProcessResult ran = vault.run({"show", vault.id});
  CHECK_THAT(ran.out, ContainsSubstring("conflict  2 newest revisions"));
  CHECK_THAT(ran.out, ContainsSubstring(theirs.substr(0, 12) + "  새벽의 습격"));
}

TEST_CASE("A conflict is resolved field by field, and not otherwise", "[conflict]") {
  const OneRecord vault;
  vault.json({"tag", vault.id, "mine"});
  const std::string mine = vault.newest();
  const std::string theirs = vault.receive({{"title", "새벽의 습격"}}, true);
  const ProcessResult open = vault.run({"resolve", vault.id, "--take-field", "title=" + theirs});
  CHECK(open.status == 7);
  CHECK_THAT(open.err, ContainsSubstring("tags.1"));
  CHECK(vault.run({"tag", vault.id, "more"}).status == 7);
  const Json resolved = vault.json(
      {"resolve", vault.id, "--take", mine.substr(0, 8), "--take-field", "title=" + theirs});
  CHECK(resolved.at("parents").size() == 2);
  const Json record = vault.json({"show", vault.id});
  CHECK(record.at("fields").at("title") == "새벽의 습격");
  CHECK(record.at("fields").at("tags") == Json::array({"raid", "mine"}));
  CHECK(record.at("conflicts").empty());
  CHECK(vault.json({"list"}).at("conflict") == false);
}

TEST_CASE("Custody is told from collection to now", "[custody]") {
  const OneRecord vault;
  vault.json({"tag", vault.id, "night"});
  const Json custody = vault.json({"custody", vault.id});
  CHECK(custody.at("events").size() == 2);
  CHECK(custody.at("events")[0].at("action") == "collected");
  CHECK(custody.at("events")[1].at("previous") == custody.at("events")[0].at("hash"));
  CHECK(custody.at("chains") == Json::array({{{"holder", "-"},
                                              {"own", true},
                                              {"events", 2},
                                              {"last", custody.at("events")[1].at("hash")}}}));
  const ProcessResult ran = vault.run({"custody", vault.id});
  CHECK_THAT(ran.out, ContainsSubstring("collected"));
  CHECK_THAT(ran.out, ContainsSubstring("Every event names the one before it"));
}

TEST_CASE("Damaged custody is told with exit status 8", "[custody]") {
  const OneRecord vault;
  vault.json({"tag", vault.id, "night"});
  {
    Vault open = vault.open();
    open.db().execute("DELETE FROM custody WHERE position = 1");
  }
  CHECK(vault.run({"custody", vault.id}).status == 8);
  CHECK(vault.run({"check"}).status == 8);
}

TEST_CASE("Looking is an event once that is switched on", "[custody]") {
  const OneRecord vault;
  const auto viewed = [&] {
    const Json events = vault.json({"custody", vault.id}).at("events");
    return std::count_if(events.begin(), events.end(),
                         [](const Json& event) { return event.at("action") == "viewed"; });
  };
  vault.json({"show", vault.id});
  CHECK(viewed() == 0);
  CHECK(vault.json({"custody", "--viewed", "on"}).at("viewed") == true);
  vault.json({"show", vault.id});
  CHECK(viewed() == 1);
  CHECK(vault.run({"custody"}).status == 2);
}

TEST_CASE("Tags and links come and go by commands", "[tag]") {
  const OneRecord vault;
  const std::string other = vault.make({"incident", "--set", "title=Other"});
  CHECK(vault.json({"tag", vault.id, "raid"}).at("revision").is_null());
  CHECK(vault.json({"tag", vault.id, "국경"}).at("tags") == Json::array({"raid", "국경"}));
  CHECK(vault.json({"tag", vault.id, "raid", "--remove"}).at("tags") == Json::array({"국경"}));
  CHECK(vault.run({"tag", vault.id, "raid", "--remove"}).status == 5);
  CHECK(vault.json({"link", vault.id, other.substr(0, 8), "--as", "same night"}).at("links") ==
        Json::array({{{"record", other}, {"as", "same night"}}}));
  vault.json({"link", other, vault.id});
  CHECK(vault.json({"show", other}).at("linked_from") == Json::array({vault.id}));
  CHECK_THAT(vault.run({"show", vault.id}).out, ContainsSubstring("linked from"));
  CHECK(vault.json({"link", vault.id, other, "--remove"}).at("links").empty());
  CHECK(vault.run({"link", vault.id, vault.id}).status == 1);
}

TEST_CASE("A withdrawal says what it can't do", "[withdraw]") {
  const OneRecord vault;
  const std::string testimony =
      vault.make({"testimony", "--set", "title=T", "--set", "consent.status=given", "--set",
                  "consent.share=[\"desk\"]"});
  const Json withdrawn =
      vault.json({"withdraw", testimony, "--reason", "-", "--where", "by phone"}, "afraid\n");
  CHECK(withdrawn.at("revisions").size() == 1);
  CHECK(withdrawn.at("sent_to").empty());
  const Json consent = vault.json({"show", testimony}).at("fields").at("consent");
  CHECK(consent.at("status") == "withdrawn");
  CHECK(consent.at("withdrawn").at("why") == "afraid");
  CHECK(consent.at("withdrawn").at("where") == "by phone");
  CHECK(vault.run({"withdraw", vault.id}).status == 1);
}

TEST_CASE("A record is discarded only where that was confirmed", "[discard]") {
  const OneRecord vault;
  CHECK(vault.run({"discard", vault.id}).status == 2);
  CHECK(vault.json_lines({"list"}).size() == 1);
  const ProcessResult declined =
      run_on_terminal({DEPONE_BIN "/depone", "--vault", vault.dir.string(), "--passphrase-file",
                       vault.passphrase_file.string(), "discard", vault.id},
                      {{"[y/N]", "n\r"}});
  CHECK(declined.status == 1);
  CHECK(vault.json_lines({"list"}).size() == 1);
  CHECK(vault.json({"discard", vault.id, "--yes"}).at("revisions") == 1);
  CHECK(vault.json_lines({"list"}).empty());
  CHECK(vault.run({"show", vault.id}).status == 5);
}

TEST_CASE("Of a record with changes begun, those are discarded first and it stays", "[discard]") {
  const OneRecord vault;
  {
    Vault open = vault.open();
    Draft draft = begin_edit(open, vault.id, kNow);
    FieldMap fields = draft.fields;
    fields["title"] = "Begun";
    save_draft(open, draft, fields, "title", kNow);
  }
  CHECK(vault.json({"discard", vault.id, "--yes"}).at("draft") == true);
  CHECK(vault.json({"show", vault.id}).at("fields").at("title") == "밤의 습격");
  CHECK(vault.json({"discard", vault.id, "--yes"}).at("draft") == false);
  CHECK(vault.json_lines({"list"}).empty());
}

TEST_CASE("A record that was sealed is not discarded, and it is said why", "[discard]") {
  const OneRecord vault;
  {
    Vault open = vault.open();
    open.db().execute(
        "INSERT INTO outgoing(number, sha256, size, minisig, chain, sequence, root, state) VALUES "
        "(1, 'a', 1, '', 'c', 1, '', 'delivered')");
    open.db().execute(
        "INSERT INTO outgoing_revisions(bundle, revision, record) SELECT 1, head, number FROM "
        "records");
  }
  const ProcessResult ran = vault.run({"discard", vault.id, "--yes"});
  CHECK(ran.status == 7);
  CHECK_THAT(ran.err, ContainsSubstring("delivered"));
}

}  // namespace
}  // namespace depone::testing
