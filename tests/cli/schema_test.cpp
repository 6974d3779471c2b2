#include "store/evidence/schema.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "store/evidence/evidence.h"
#include "tests/store/vault_fixture.h"
#include "tests/support/process.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

Json printed(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {DEPONE_BIN "/depone", "schema", "--json"});
  const ProcessResult ran = run_process(arguments);
  REQUIRE(ran.status == 0);
  return parse_json(ran.out, "schema");
}

// By Debian's python3-jsonschema, which is nobody's of ours.
std::vector<bool> validated(const Json& schema, const Json& instances) {
  const ProcessResult ran = run_process({DEPONE_SOURCE "/tests/support/json_schema"},
                                        dump_json({{"schema", schema}, {"instances", instances}}));
  INFO(ran.err);
  REQUIRE(ran.status == 0);
  return parse_json(ran.out, "verdicts").get<std::vector<bool>>();
}

// What `new --from` makes of it.
bool accepted(std::string_view kind, const Json& fields) {
  try {
    FieldMap flat = flatten(fields);
    if (flat.contains("created")) return false;
    read_written_dates(kind, flat);
    check_fields(kind, flat);
    return !fields.contains("attachments");
  } catch (const Error&) {
    return false;
  }
}

void check_verdicts(std::string_view kind, const Json& instances) {
  const std::vector<bool> verdicts = validated(json_schema(kind), instances);
  REQUIRE(verdicts.size() == instances.size());
  for (std::size_t i = 0; i < instances.size(); ++i) {
    INFO(dump_json(instances[i]));
    CHECK(verdicts[i] == accepted(kind, instances[i]));
  }
}

TEST_CASE("The JSON Schema takes what new takes of an incident, and refuses what it refuses",
          "[schema]") {
  check_verdicts("incident", parse_json(R"([
    {}, {"title": "T"}, {"title": ""}, {"title": null}, {"title": 7}, {"title": ["T"]}, {"Title": "T"},
    {"created": "2026-11-24T09:30:00Z"}, {"attachments": [{"name": "x"}]}, {"rumour": "x"},
    {"dates": {"initial": "2026-11-24"}}, {"dates": {"initial": "2026-02-29"}},
    {"dates": {"initial": "2024-02-29"}}, {"dates": {"initial": "2000-02-29"}},
    {"dates": {"initial": "1900-02-29"}}, {"dates": {"initial": "2026-04-31"}},
    {"dates": {"initial": "2026-13"}}, {"dates": {"initial": "2026"}}, {"dates": {"initial": "0000"}},
    {"dates": {"initial": "about 2026-11"}}, {"dates": {"initial": "(Believed to be) 2026"}},
    {"dates": {"initial": " circa 2026 "}}, {"dates": {"initial": "June 2026"}},
    {"dates": {"initial": "2026-11-24T10:00:00Z"}}, {"dates": {"initial": {}}}, {"dates": null},
    {"dates": {"initial": {"date": "2026-11", "type": "estimate"}}},
    {"dates": {"initial": {"date": "2026-02-30", "type": "exact"}}},
    {"dates": {"initial": {"date": "2026-02", "type": "rumoured"}}},
    {"dates": {"initial": {"date": "2026-02"}}}, {"dates": {"begin": "2026"}},
    {"place": {"latitude": 37.5, "longitude": -126}}, {"place": {"latitude": 90.5}},
    {"place": {"longitude": 181}}, {"place": {"latitude": "37.5"}}, {"place": "P"},
    {"description": "one\n\ntwo"}, {"description": ["one"]}, {"description": 7},
    {"violation_status": "likely"}, {"violation_status": "alleged"}, {"violation_status": ""},
    {"confidentiality": "desk"}, {"confidentiality": "secret"},
    {"victims": [{"name": "a", "number": 3}, "a family", null]}, {"victims": [{"number": -1}]},
    {"victims": [{"number": 1.5}]}, {"victims": [{"number": 9007199254740991}]},
    {"victims": "one"}, {"victims": {"name": "a"}}, {"victims": [["a"]]},
    {"rights_affected": ["right to life", "own words"]}, {"rights_affected": [7]},
    {"information": [{"source": "s", "date": "2026", "type": "letter", "reliability": "unsure"}]},
    {"information": [{"date": "2026", "type": "letter"}]},
    {"information": [{"date": {"date": "2026", "type": "exact"}, "type": "letter"}]},
    {"information": [{"reliability": "good"}]},
    {"interventions": ["a letter", {"party": "p", "date": "2026"}]},
    {"acts": [{"type": "torture", "initial": "2026"}]}, {"acts": [{"kind": "torture"}]},
    {"involvements": [{"perpetrator": "x"}]}, {"tags": ["a", ""]}, {"tags": "a"}, {"tags": []},
    {"links": ["https://example.org"]}, {"account": {"text": "x"}}
  ])",
                                        "instances"));
}

TEST_CASE("The JSON Schema takes what new takes of a testimony, and refuses what it refuses",
          "[schema]") {
  check_verdicts("testimony", parse_json(R"([
    {"title": "T", "source": {"pseudonym": "P", "identity": {"name": "N"}}},
    {"source": {"identity": {"shoe_size": 42}}}, {"source": {"identity": "N"}},
    {"consent": {"status": "given", "share": ["desk", "court"], "identity": []}},
    {"consent": {"status": "maybe"}}, {"consent": {"share": ["everyone"]}},
    {"consent": {"share": "desk"}}, {"consent": {"until": "2027"}},
    {"consent": {"purposes": ["advocacy"]}}, {"consent": {"purposes": ["fun"]}},
    {"consent": {"explained": ["anything at all"]}},
    {"consent": {"withdrawn": {"date": "2027", "why": "w"}}},
    {"interview": {"present": "nobody"}}, {"interview": {"present": ["a", "b"]}},
    {"interview": {"present": {"name": "a"}}}, {"interview": {"mode": "verbatim"}},
    {"interview": {"mode": "loud"}}, {"interview": {"earlier_accounts": "one"}},
    {"interview": {"earlier_accounts": ["one", {"to": "a court", "date": "2025-01"}]}},
    {"account": {"text": "A", "translations": [{"text": "B", "language": "en"}]}},
    {"account": {"translations": [{"text": ["B"]}]}},
    {"findings": {"consistency": "typical of"}}, {"findings": {"clinician": "Dr A"}},
    {"findings": {"consistency": "typical of", "clinician": "Dr A"}},
    {"findings": {"consistency": "typical of", "clinician": ""}},
    {"findings": {"consistency": "certain", "clinician": "Dr A"}}, {"findings": null},
    {"safety": {"notes": "n"}, "care": {"referral": "r"}, "reliability": "unsure"},
    {"reliability": "good"}, {"victims": ["a"]}
  ])",
                                         "instances"));
}

TEST_CASE("The example of the documentation validates", "[schema]") {
  const Json example =
      parse_json(read_text(DEPONE_SOURCE "/docs/examples/testimony.json", 1 << 20), "example");
  CHECK(validated(printed({"testimony"}), Json::array({example})) == std::vector<bool>{true});
}

TEST_CASE("Without a kind the schema is that of either", "[schema]") {
  const Json instances =
      Json::array({{{"impact", "i"}}, {{"account", {{"text", "A"}}}}, {{"x", 1}}});
  CHECK(validated(printed({}), instances) == std::vector<bool>{true, true, false});
}

TEST_CASE("The schema of an attachment is that of its fields", "[schema]") {
  const Json instances =
      Json::array({{{"name", "a"}, {"identifies", false}, {"captured", {{"date", "2026"}}}},
                   {{"identifies", "no"}},
                   {{"sha256", "abc"}}});
  CHECK(validated(printed({"attachment"}), instances) == std::vector<bool>{true, false, false});
}

TEST_CASE("The schema names what is needed, what is protected, and the codes", "[schema]") {
  const Json properties = json_schema("testimony").at("properties");
  CHECK(properties.at("title").at("x-needed") == true);
  CHECK(properties.at("source")
            .at("properties")
            .at("identity")
            .at("properties")
            .at("name")
            .at("x-protected") == true);
  const Json& reliability = properties.at("reliability");
  CHECK(reliability.at("x-thesaurus") == "HURIDOCS 42");
  CHECK(reliability.at("x-terms").at(0) == Json{{"value", "highly reliable"}, {"code", "01"}});
}

TEST_CASE("For people the schema has every field, its help and its codes", "[schema]") {
  const ProcessResult ran = run_process({DEPONE_BIN "/depone", "schema", "incident"});
  CHECK(ran.status == 0);
  for (const FieldRule& rule : field_rules("incident")) {
    if (std::string_view(rule.pattern).starts_with("attachments")) continue;
    CHECK_THAT(ran.out, ContainsSubstring(std::string(rule.pattern)));
  }
  CHECK_THAT(ran.out, ContainsSubstring("title *"));
  CHECK_THAT(ran.out, ContainsSubstring("confirmed as a violation  [0101]"));
  const std::string all = run_process({DEPONE_BIN "/depone", "schema"}).out;
  CHECK_THAT(all, ContainsSubstring("source.identity.name"));
  CHECK_THAT(all, ContainsSubstring("attachments.#.sha256"));
}

TEST_CASE("There is no schema of another kind", "[schema]") {
  CHECK(run_process({DEPONE_BIN "/depone", "schema", "rumour"}).status == 2);
  CHECK(code_of([] { json_schema("rumour"); }) == Code::invalid);
}

}  // namespace
}  // namespace depone::testing
