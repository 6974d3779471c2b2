#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "crypto/identity.h"
#include "store/records/drafts.h"
#include "tests/support/cheap_vault.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

std::string lines(std::initializer_list<std::string_view> all) {
  std::string text;
  for (const std::string_view line : all) text += std::string(line) + "\n";
  return text;
}

// Answers to all of an incident's questions, in their order.
const std::string kWhatHappened =
    lines({"2", "밤의 급습", "2026.11.2", "", "회령", "", "새벽에 왔다.", "", "둘째 단락", ".", "",
           "likely", "1 2", ""});
const std::string kVictims = lines({"+", "한 가족", "family", "٤", ""});
const std::string kActs = lines({"+", "13", "", "", "", "", "", "", "", "", ""});
const std::string kTheRest = lines({"", "", "", "", "raid", "", ""});
const std::string kIncident = kWhatHappened + kVictims + kActs + kTheRest + "+\n";

TEST_CASE("An interview through a pipe makes a record", "[interview]") {
  const CheapVault vault;
  const Json made = vault.json({"new", "incident"}, kIncident);
  CHECK(made.at("complete") == true);
  const std::string id = made.at("id").get<std::string>();
  const Json shown = vault.json({"show", id});
  CHECK(shown.at("state") == "local");
  Json fields = shown.at("fields");
  fields.erase("created");
  const Json expected = parse_json(R"({
    "confidentiality": "members", "title": "밤의 급습",
    "dates": {"initial": {"date": "2026-11-02", "type": "exact"}}, "place": {"name": "회령"},
    "description": "새벽에 왔다.\n\n둘째 단락", "violation_status": "likely",
    "rights_affected": ["right to life", "freedom from capital punishment"],
    "victims": [{"name": "한 가족", "counting_unit": "family", "number": 4}],
    "acts": [{"type": "torture"}], "tags": ["raid"]})",
                                   "expected");
  CHECK(nlohmann::json(fields) == nlohmann::json(expected));
}

TEST_CASE("The end of the answers leaves a draft, which is listed and gone on with",
          "[interview]") {
  const CheapVault vault;
  const ProcessResult ran = vault.run({"new", "incident"}, lines({"", "밤의 급습", "2026"}));
  CHECK(ran.status == 1);
  CHECK(ran.out == "");
  CHECK_THAT(ran.err, ContainsSubstring("--resume"));
  const Json draft = vault.json_lines({"list"}).at(0);
  CHECK(draft.at("state") == "draft");
  CHECK(draft.at("title") == "밤의 급습");
  CHECK(vault.json({"status"}).at("draft") == 1);
  const std::string id = draft.at("id").get<std::string>();
  CHECK(vault.json({"show", id.substr(0, 8)}).at("state") == "draft");

  const Json made = vault.json({"new", "--resume", id.substr(0, 8)}, lines({"", "회령", ">", "+"}));
  CHECK(made.at("id") == id);
  const Json fields = vault.json({"show", id}).at("fields");
  CHECK(fields.at("dates").at("initial").at("date") == "2026");
  CHECK(fields.at("place").at("name") == "회령");
  CHECK(vault.json({"status"}).at("draft") == 0);
}

TEST_CASE("Without a name, the only draft is gone on with", "[interview]") {
  const CheapVault vault;
  CHECK(vault.run({"new", "--resume"}, "+\n").status == 5);
  vault.run({"new", "incident"}, lines({"", "T"}));
  CHECK(vault.json({"new", "--resume"}, lines({">", "+"})).at("missing") ==
        Json({"dates.initial", "place.name", "description"}));
}

TEST_CASE("Consent comes first, and what a refusal means is said", "[interview]") {
  const CheapVault vault;
  const ProcessResult ran = vault.run({"new", "testimony"}, lines({"refused", "afraid", "!"}));
  CHECK(ran.status == 0);
  CHECK_THAT(ran.err, ContainsSubstring("Nothing of this record leaves this vault"));
  const Json draft = vault.json({"show", ran.out.substr(0, 36)});
  CHECK(draft.at("fields").at("consent") == Json{{"reason", "afraid"}, {"status", "refused"}});
}

TEST_CASE("Classes are given by their numbers", "[interview]") {
  const CheapVault vault;
  // status, explained, method, language, guardian, share, identity
  const ProcessResult ran =
      vault.run({"new", "testimony"},
                lines({"1", "1 4", "own words", "", "signed", "ko", "", "1 5 1", "desk", "!"}));
  const Json consent = vault.json({"show", ran.out.substr(0, 36)}).at("fields").at("consent");
  CHECK(consent.at("explained") ==
        Json({"who will read this", "that it can be withdrawn", "own words"}));
  CHECK(consent.at("share") == Json({"desk", "court"}));
  CHECK(consent.at("identity") == Json::array({"desk"}));
}

TEST_CASE("Back changes an answer, and minus takes it away", "[interview]") {
  const CheapVault vault;
  const ProcessResult ran = vault.run(
      {"new", "incident"}, lines({"", "First", "2026", "<", "<", "Second", "-", "2027", "!"}));
  const Json fields = vault.json({"show", ran.out.substr(0, 36)}).at("fields");
  CHECK(fields.at("title") == "Second");
  CHECK(fields.at("dates") ==
        Json{{"final", {{"date", "2027"}, {"type", "unknown month and day"}}}});
}

TEST_CASE("Who the source is, is asked in the part that is marked as protected", "[interview]") {
  const CheapVault vault;
  const ProcessResult ran = vault.run({"new", "testimony", "--json"},
                                      lines({"1", "", "", "", "", "", "", "", "", "", "", "민들레",
                                             "T", "", "", "", "+", "김하나", "!"}));
  CHECK_THAT(ran.err, ContainsSubstring("PROTECTED"));
  const std::string id = parse_json(ran.out, "output").at("id").get<std::string>();
  const Json source = vault.json({"show", id}).at("fields").at("source");
  CHECK(source.at("identity").at("name") == "김하나");
  CHECK(source.at("pseudonym") == "민들레");
}

TEST_CASE("An answer that will not do ends an interview through a pipe, with its question",
          "[interview]") {
  const CheapVault vault;
  const ProcessResult ran = vault.run({"new", "incident"}, lines({"", "T", "2026-02-30", "place"}));
  CHECK(ran.status == 1);
  CHECK_THAT(ran.err, ContainsSubstring("dates.initial"));
  CHECK_THAT(ran.err, ContainsSubstring("a date that exists"));
  CHECK(vault.json_lines({"list"}).at(0).at("title") == "T");
}

TEST_CASE("Bytes that are not UTF-8, and more than a field holds, are refused", "[interview]") {
  const CheapVault vault;
  CHECK_THAT(vault.run({"new", "incident"}, "\n\xff\xfe\n").err, ContainsSubstring("UTF-8"));
  const std::string much(2u << 20, 'x');
  CHECK_THAT(vault.run({"new", "incident"}, "\n" + much + "\n").err, ContainsSubstring("1 MiB"));
  CHECK(vault.json_lines({"list"}).empty());
}

TEST_CASE("An interview without an answer leaves nothing", "[interview]") {
  const CheapVault vault;
  CHECK(vault.run({"new", "testimony"}, "\n\n!\n").status == 0);
  CHECK(vault.json_lines({"list"}).empty());
  CHECK(vault.json({"status"}).at("draft") == 0);
}

TEST_CASE("Help says what a question takes and is no answer", "[interview]") {
  const CheapVault vault;
  const ProcessResult ran = vault.run({"new", "incident"}, lines({"?", "؟", "1", "T", "!"}));
  CHECK_THAT(ran.err, ContainsSubstring("confidentiality"));
  CHECK(vault.json_lines({"list"}).at(0).at("title") == "T");
}

TEST_CASE("A passage of a text is written anew, taken away, or added", "[interview]") {
  const CheapVault vault;
  const Json made = vault.json({"new", "incident", "--from", "-"},
                               R"({"title": "T", "description": "one\n\ntwo\n\nthree"})");
  const std::string id = made.at("id").get<std::string>();
  vault.json({"edit", id}, lines({"", "", "", "", "", "", "2", "zwei", ".", "-1", "+", "vier", " .",
                                  ".", ">", "+"}));
  CHECK(vault.json({"show", id}).at("fields").at("description") == "zwei\n\nthree\n\nvier\n.");
}

TEST_CASE("Every line of a long text is kept when it has been typed", "[interview]") {
  const CheapVault vault;
  vault.run({"new", "incident"}, lines({"", "T", "", "", "", "", "first line", "second line"}));
  const Json draft = vault.json_lines({"list"}).at(0);
  CHECK(vault.json({"show", draft.at("id").get<std::string>()}).at("fields").at("description") ==
        "first line\nsecond line");
}

TEST_CASE("Elements are changed and taken away by their numbers", "[interview]") {
  const CheapVault vault;
  const Json made =
      vault.json({"new", "incident", "--from", "-"},
                 R"({"title": "T", "victims": [{"name": "a"}, {"name": "b"}, "a family"]})");
  const std::string id = made.at("id").get<std::string>();
  vault.json({"edit", id}, lines({"", "", "", "", "", "", "", "", "", "",  // to the victims
                                  "2", "B", "", "7", "3", "two families", "-1", ">", "+"}));
  CHECK(vault.json({"show", id}).at("fields").at("victims") ==
        parse_json(R"([{"name": "B", "number": 7}, "two families"])", "expected"));
}

TEST_CASE("An edit that is not finished stays a draft, and is gone on with by edit",
          "[interview]") {
  const CheapVault vault;
  const std::string id =
      vault.json({"new", "incident", "--set", "title=Old"}).at("id").get<std::string>();
  const ProcessResult ran = vault.run({"edit", id}, lines({"", "New", "!"}));
  CHECK(ran.status == 0);
  CHECK(vault.json({"show", id}).at("fields").at("title") == "Old");
  CHECK(vault.json({"status"}).at("edits") == 1);
  CHECK(vault.json_lines({"list"}).size() == 1);
  CHECK(vault.json_lines({"list", "--state", "draft"}).at(0).at("title") == "New");
  const Json edited = vault.json({"edit", id}, lines({">", "+"}));
  CHECK(edited.at("changed") == Json::array({"title"}));
  CHECK(vault.json({"show", id}).at("fields").at("title") == "New");
  CHECK(vault.json({"status"}).at("edits") == 0);
}

struct EditBegun : CheapVault {
  std::string id = json({"new", "incident", "--set", "title=Old"}).at("id").get<std::string>();
  EditBegun() { run({"edit", id}, lines({"", "Mine", "!"})); }
  void revise(const FieldMap& changes) const {
    Vault opened = open();
    FieldMap fields = get_record(opened, id).content.fields();
    for (const auto& [path, value] : changes) fields[path] = value;
    Tx tx(opened.db());
    revise_record(opened, id, fields, "revised", Json::object(), kNow);
    tx.commit();
  }
};

TEST_CASE("An edit of what was revised meanwhile shows that, and stands on it", "[interview]") {
  const EditBegun vault;
  vault.revise({{"impact", "the village fled"}});
  const ProcessResult ran = vault.run({"edit", vault.id}, lines({">", "+", "+"}));
  CHECK(ran.status == 0);
  CHECK_THAT(ran.err, ContainsSubstring("impact: the village fled"));
  const Json shown = vault.json({"show", vault.id});
  CHECK(shown.at("fields").at("title") == "Mine");
  CHECK(shown.at("fields").at("impact") == "the village fled");
  CHECK(shown.at("conflicts").empty());
}

TEST_CASE("Where both changed the same, nothing is mixed: it is a conflict", "[interview]") {
  const EditBegun vault;
  vault.revise({{"title", "Theirs"}, {"impact", "i"}});
  const ProcessResult told = vault.run({"edit", vault.id}, lines({">", "+"}));
  CHECK(told.status == 1);
  CHECK_THAT(told.err, ContainsSubstring("You changed the same: title"));
  CHECK(vault.json({"show", vault.id}).at("conflicts").empty());
  const ProcessResult ran = vault.run({"edit", vault.id}, lines({">", "+", "+"}));
  CHECK(ran.status == 0);
  CHECK_THAT(ran.err, ContainsSubstring("depone resolve"));
  const Json shown = vault.json({"show", vault.id});
  CHECK(shown.at("fields").at("title") == "Theirs");
  REQUIRE(shown.at("conflicts").size() == 1);
  const std::string mine = shown.at("conflicts").at(0).get<std::string>();
  const Json own = vault.json({"show", vault.id, "--revision", mine}).at("fields");
  CHECK(own.at("title") == "Mine");
  CHECK_FALSE(own.contains("impact"));
}

TEST_CASE("Consent that was withdrawn meanwhile is not given back by an edit", "[interview]") {
  const CheapVault vault;
  const std::string id =
      vault
          .json({"new", "testimony", "--from", "-"},
                R"({"title": "T", "consent": {"status": "given", "share": ["desk"]}})")
          .at("id")
          .get<std::string>();
  // status, explained, method, language, guardian, share
  vault.run({"edit", id}, lines({"", "", "", "", "", "1 5", "!"}));
  vault.json({"withdraw", id});
  CHECK(vault.run({"edit", id}, lines({">", "+", "+"})).status == 0);
  const Json shown = vault.json({"show", id});
  CHECK(shown.at("fields").at("consent").at("status") == "withdrawn");
  CHECK(shown.at("fields").at("consent").at("share") == Json::array({"desk"}));
  CHECK(shown.at("conflicts").size() == 1);
}

TEST_CASE("What a record from elsewhere holds in odd places is shown, and can be taken away",
          "[interview]") {
  const CheapVault vault;
  const std::string id = "0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11";
  {
    const FieldMap odd{{"acts.0", "words"},
                       {"care", "words"},
                       {"consent.share", "everybody"},
                       {"safety", "words"},
                       {"source.identity", "words"},
                       {"tags", "words"},
                       {"interview.date", "words"},
                       {"links.0.record", 1}};
    Vault opened = vault.open();
    Tx tx(opened.db());
    receive_revision(opened, make_revision(id, "testimony", odd,
                                           Identity::from_seed(seed_of(9)).bundle_key(), {}));
    tx.commit();
  }
  // Every question once, into each list and group that there is.
  const std::string all = lines({"1", "", "", "", "", "-", "", "", "", "", "", "P", "T"}) +
                          std::string(22, '\n') + ">\n+\n";
  const ProcessResult ran = vault.run({"edit", id}, all);
  INFO(ran.err);
  CHECK(ran.status == 0);
  CHECK_THAT(ran.err, ContainsSubstring("This version does not know what stands here."));
  const Json fields = vault.json({"show", id}).at("fields");
  CHECK(fields.at("source").at("identity") == "words");
  CHECK(fields.at("title") == "T");
  CHECK_FALSE(fields.at("consent").contains("share"));
}

TEST_CASE("A passage longer than a field holds is refused before it is kept", "[interview]") {
  const CheapVault vault;
  const std::string much(600u << 10, 'x');
  const ProcessResult ran =
      vault.run({"new", "incident"}, lines({"", "T", "", "", "", "", much, much}));
  CHECK(ran.status == 1);
  CHECK_THAT(ran.err, ContainsSubstring("1 MiB"));
  CHECK_THAT(ran.err, ContainsSubstring("--resume"));
}

TEST_CASE("An unfinished interview that can't be read is named, and can be discarded",
          "[interview]") {
  const CheapVault vault;
  vault.run({"new", "incident"}, lines({"", "broken", "!"}));
  vault.json({"new", "incident", "--set", "title=whole"});
  const std::string id = vault.json_lines({"list"}).at(0).at("id").get<std::string>();
  vault.open().db().execute("UPDATE draft_fields SET value = '{'");
  const ProcessResult listed = vault.run({"list"});
  CHECK(listed.status == 8);
  CHECK_THAT(listed.out, ContainsSubstring("whole"));
  CHECK_THAT(listed.err, ContainsSubstring(id));
  CHECK(vault.json({"discard", id, "--yes"}).at("draft") == true);
  CHECK(vault.run({"list"}).status == 0);
}

TEST_CASE("What is not finished is gone on with by new --resume, and edit says so", "[interview]") {
  const CheapVault vault;
  vault.run({"new", "incident"}, lines({"", "T", "!"}));
  const std::string id = vault.json_lines({"list"}).at(0).at("id").get<std::string>();
  const ProcessResult ran = vault.run({"edit", id.substr(0, 8), "--set", "title=x"});
  CHECK(ran.status == 2);
  CHECK_THAT(ran.err, ContainsSubstring("new --resume " + id.substr(0, 8)));
}

TEST_CASE("A record is shown whatever became of an edit of it", "[interview]") {
  const EditBegun vault;
  CHECK(vault.json({"show", vault.id}).at("edit_begun") == true);
  vault.open().db().execute("UPDATE draft_fields SET value = '{'");
  CHECK(vault.json({"show", vault.id}).at("fields").at("title") == "Old");
}

TEST_CASE("An edit without a change makes no revision", "[interview]") {
  const CheapVault vault;
  const std::string id =
      vault.json({"new", "incident", "--set", "title=T"}).at("id").get<std::string>();
  const std::string before = vault.json({"show", id}).at("revision").get<std::string>();
  CHECK(vault.json({"edit", id}, lines({">", "+"})).at("changed").empty());
  CHECK(vault.json({"show", id}).at("revision") == before);
}

TEST_CASE("On a terminal an answer that will not do is asked for again", "[interview]") {
  const CheapVault vault;
  const ProcessResult ran =
      run_on_terminal({DEPONE_BIN "/depone", "--vault", vault.dir.string(), "--passphrase-file",
                       vault.passphrase_file.string(), "new", "incident"},
                      {{"Who may read it", "\r"},
                       {"Title", "밤의 급습\r"},
                       {"First day", "2026-02-30\r"},
                       {"a date that exists", "2026-02-28\r"},
                       {"Last day", "\x03"}});
  CHECK(ran.status == 1);
  CHECK_THAT(ran.out, ContainsSubstring("--resume"));
  CHECK(vault.json_lines({"list"}).at(0).at("date") == "2026-02-28");
}

}  // namespace
}  // namespace depone::testing
