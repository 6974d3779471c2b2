#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "store/records/records.h"
#include "tests/support/cheap_vault.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

struct OneRecord : CheapVault {
  std::string id = json({"new", "incident", "--from", "-"},
                        R"({"title": "Old", "impact": "i", "tags": ["a", "b"],
                            "dates": {"initial": "2026"}, "description": "one\n\ntwo"})")
                       .at("id")
                       .get<std::string>();

  Json fields() const { return json({"show", id}).at("fields"); }
  Json edit(std::vector<std::string> arguments, const std::string& input = {}) const {
    arguments.insert(arguments.begin(), {"edit", id});
    return json(std::move(arguments), input);
  }
};

TEST_CASE("An edit makes a revision on the one before", "[edit]") {
  const OneRecord vault;
  const std::string before = vault.json({"show", vault.id}).at("revision").get<std::string>();
  const Json edited = vault.edit({"--set", "title=New"});
  CHECK(edited.at("changed") == Json::array({"title"}));
  const Json shown = vault.json({"show", vault.id});
  CHECK(shown.at("revision") == edited.at("revision"));
  CHECK(shown.at("parents") == Json::array({before}));
  CHECK(shown.at("fields").at("title") == "New");
  CHECK(shown.at("fields").at("impact") == "i");
}

TEST_CASE("A file changes what it names, and null takes away", "[edit]") {
  const OneRecord vault;
  vault.edit({"--from", "-"},
             R"({"impact": null, "tags": ["a", "c", "d"], "dates": {"final": "about 2027"}})");
  const Json fields = vault.fields();
  CHECK_FALSE(fields.contains("impact"));
  CHECK(fields.at("tags") == Json({"a", "c", "d"}));
  CHECK(fields.at("dates").at("initial").at("date") == "2026");
  CHECK(fields.at("dates").at("final") == Json{{"date", "2027"}, {"type", "estimate"}});
  CHECK(fields.at("title") == "Old");
}

TEST_CASE("What show prints can be given back as it is", "[edit]") {
  const OneRecord vault;
  Json fields = vault.fields();
  CHECK(vault.edit({"--from", "-"}, dump_json(fields)).at("changed").empty());
  fields["title"] = "New";
  CHECK(vault.edit({"--from", "-"}, dump_json(fields)).at("changed") == Json::array({"title"}));
}

TEST_CASE("Fields are taken away by their paths", "[edit]") {
  const OneRecord vault;
  vault.edit({"--unset", "impact", "--unset", "tags.0", "--unset", "dates"});
  const Json fields = vault.fields();
  CHECK_FALSE(fields.contains("impact"));
  CHECK_FALSE(fields.contains("dates"));
  CHECK(fields.at("tags") == Json::array({"b"}));
}

TEST_CASE("An unchanged line keeps its salt", "[edit]") {
  const OneRecord vault;
  const auto commitments = [&] {
    Vault opened = vault.open();
    return get_record(opened, vault.id).content.revision.commitments;
  };
  const auto before = commitments();
  vault.edit({"--set", "description=one\n\nzwei"});
  const auto after = commitments();
  std::size_t kept = 0;
  for (const auto& commitment : after)
    kept += std::find(before.begin(), before.end(), commitment) != before.end();
  CHECK(after.size() == before.size());
  CHECK(kept == before.size() - 1);
}

TEST_CASE("What an edit may not do is refused by name, and nothing is changed", "[edit]") {
  const OneRecord vault;
  const Json before = vault.json({"show", vault.id});
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"--set", "witnesses=3"}, "witnesses"},
      {{"--set", "created=2026-11-24T09:30:00Z"}, "created"},
      {{"--unset", "created"}, "created"},
      {{"--unset", "reference"}, "reference"},
      {{"--set", "attachments.0.name=x"}, "attachments"},
      {{"--set", R"(dates.initial={"date":"2026-02-30","type":"exact"})"}, "dates.initial"},
      {{"--set", "dates.initial=2026-02-30"}, "dates.initial"},
      {{"--set", "description=7"}, "description"}};
  for (const auto& [arguments, name] : cases) {
    std::vector<std::string> all{"edit", vault.id};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const ProcessResult ran = vault.run(all);
    INFO(name);
    CHECK(ran.status == 1);
    CHECK_THAT(ran.err, ContainsSubstring(name));
  }
  CHECK(vault.json({"show", vault.id}) == before);
}

TEST_CASE("What is said of an attachment can be changed, what it is not", "[edit]") {
  const OneRecord vault;
  vault.run({"attach", vault.id, vault.file("a.txt", "x").string()});
  vault.edit({"--set", "attachments.0.place=Hoeryong", "--set", "attachments.0.identifies=false"});
  CHECK(vault.fields().at("attachments").at(0).at("place") == "Hoeryong");
  for (const char* setting :
       {"attachments.0.size=7", "attachments.0.sha256=null", "attachments.1.place=x"})
    CHECK(vault.run({"edit", vault.id, "--set", setting}).status == 1);
  CHECK(vault.run({"edit", vault.id, "--unset", "attachments"}).status == 1);
}

TEST_CASE("Without input the usage of edit is wrong, and an unknown record is not found",
          "[edit]") {
  const OneRecord vault;
  CHECK(vault.run({"edit", vault.id}).status == 2);
  CHECK(vault.run({"edit", "ffffffff", "--set", "title=x"}).status == 5);
}

TEST_CASE("A script does not reach over an edit that is not finished", "[edit]") {
  const OneRecord vault;
  vault.run({"edit", vault.id}, "\nMine\n!\n");
  CHECK(vault.run({"edit", vault.id, "--set", "title=x"}).status == 7);
}

}  // namespace
}  // namespace depone::testing
