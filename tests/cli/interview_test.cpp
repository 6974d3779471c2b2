#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

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

TEST_CASE("An edit of what was revised meanwhile stands on that, and is looked at again",
          "[interview]") {
  const CheapVault vault;
  const std::string id =
      vault.json({"new", "incident", "--set", "title=Old"}).at("id").get<std::string>();
  vault.run({"edit", id}, lines({"", "Mine", "!"}));
  {
    Vault opened = vault.open();
    FieldMap fields = get_record(opened, id).content.fields();
    fields["title"] = "Theirs";
    fields["impact"] = "i";
    Tx tx(opened.db());
    revise_record(opened, id, fields, "revised", Json::object(), kNow);
    tx.commit();
  }
  const ProcessResult ran = vault.run({"edit", id}, lines({">", "+", "+"}));
  CHECK(ran.status == 0);
  CHECK_THAT(ran.err, ContainsSubstring("yours stands: title"));
  const Json shown = vault.json({"show", id});
  CHECK(shown.at("fields").at("title") == "Mine");
  CHECK(shown.at("fields").at("impact") == "i");
  CHECK(shown.at("conflicts").empty());
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
