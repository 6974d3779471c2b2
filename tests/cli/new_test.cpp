#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/support/cheap_vault.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

Json fields_of(const CheapVault& vault, const Json& made) {
  return vault.json({"show", made.at("id").get<std::string>()}).at("fields");
}

TEST_CASE("Fields from a file come back as they were, with the time of making", "[new]") {
  const CheapVault vault;
  const std::string example = read_text(DEPONE_SOURCE "/docs/examples/testimony.json", 1 << 20);
  const Json made =
      vault.json({"new", "testimony", "--from", DEPONE_SOURCE "/docs/examples/testimony.json"});
  CHECK(made.at("complete") == true);
  Json fields = fields_of(vault, made);
  CHECK(Time::parse(fields.at("created").get<std::string>()));
  fields.erase("created");
  CHECK(nlohmann::json(fields) == nlohmann::json(parse_json(example, "example")));
}

TEST_CASE("Fields come from standard input", "[new]") {
  const CheapVault vault;
  const Json made =
      vault.json({"new", "incident", "--from", "-"}, R"({"title": "밤의 급습", "tags": ["a"]})");
  CHECK(fields_of(vault, made).at("title") == "밤의 급습");
}

TEST_CASE("Settings are JSON where they are JSON, else text", "[new]") {
  const CheapVault vault;
  const Json made = vault.json({"new", "incident", "--set", "title=Night raid", "--set",
                                "place.latitude=12.5", "--set", R"(tags=["a","b"])", "--set",
                                R"(reference="7")", "--set", "victims.0.number=3"});
  const Json fields = fields_of(vault, made);
  CHECK(fields.at("title") == "Night raid");
  CHECK(fields.at("place").at("latitude") == 12.5);
  CHECK(fields.at("tags") == Json({"a", "b"}));
  CHECK(fields.at("reference") == "7");
  CHECK(fields.at("victims").at(0).at("number") == 3);
}

TEST_CASE("Settings go over what the file says", "[new]") {
  const CheapVault vault;
  const Json made = vault.json({"new", "incident", "--from", "-", "--set", "title=New"},
                               R"({"title": "Old", "impact": "x"})");
  CHECK(fields_of(vault, made).at("title") == "New");
  CHECK(fields_of(vault, made).at("impact") == "x");
}

TEST_CASE("A written date becomes a date", "[new]") {
  const CheapVault vault;
  const Json made =
      vault.json({"new", "incident", "--set", "title=x", "--set", "dates.initial=2026-11-24",
                  "--set", "dates.final=(Believed to be) 2026-11"});
  const Json dates = fields_of(vault, made).at("dates");
  CHECK(dates.at("initial") == Json{{"date", "2026-11-24"}, {"type", "exact"}});
  CHECK(dates.at("final") == Json{{"date", "2026-11"}, {"type", "estimate"}});
}

TEST_CASE("An incomplete record is saved and says what it lacks", "[new]") {
  const CheapVault vault;
  const Json made = vault.json({"new", "incident", "--set", "title=x"});
  CHECK(made.at("complete") == false);
  CHECK(made.at("missing") == Json({"dates.initial", "place.name", "description"}));
  CHECK(vault.json_lines({"list"}).front().at("complete") == false);
}

TEST_CASE("What a record cannot hold is refused by name, and nothing is saved", "[new]") {
  const CheapVault vault;
  const std::vector<std::pair<std::string, std::string>> cases{
      {"witnesses=3", "witnesses"},
      {"title=7", "title"},
      {"dates.initial=2026-02-30", "dates.initial"},
      {"place.latitude=91", "place.latitude"},
      {"confidentiality=secret", "confidentiality"},
      {"created=2026-11-24T09:30:00Z", "created"},
      {"attachments.0.name=x", "attachments"},
      {"Title=x", "Title"},
      {R"(description={"text":"x"})", "description"}};
  for (const auto& [setting, name] : cases) {
    const ProcessResult ran = vault.run({"new", "incident", "--set", setting});
    INFO(setting);
    CHECK(ran.status == 1);
    CHECK(ran.out == "");
    CHECK_THAT(ran.err, ContainsSubstring(name));
  }
  CHECK(vault.json_lines({"list"}).empty());
}

TEST_CASE("JSON that is none is refused with its place", "[new]") {
  const CheapVault vault;
  for (const char* text :
       {"{", "[]", "{\"title\":\"a\",\"title\":\"b\"}", "{\"title\":\"\\ud800\"}", "\xff", ""}) {
    const ProcessResult ran = vault.run({"new", "incident", "--from", "-"}, text);
    INFO(text);
    CHECK(ran.status == 1);
    CHECK_THAT(ran.err, ContainsSubstring("standard input"));
  }
}

TEST_CASE("A text that is too large is refused with the limit", "[new]") {
  const CheapVault vault;
  const std::string much(2u << 20, 'x');
  const auto refusal = [&](const std::string& field) {
    return vault.run({"new", "incident", "--from", "-"}, field).err;
  };
  CHECK_THAT(refusal("{\"impact\":\"" + much + "\"}"), ContainsSubstring("1 MiB"));
  const fs::path file = vault.temp / "large.json";
  write_file(file, "{\"impact\":\"" + std::string(100u << 20, 'x') + "\"}");
  CHECK_THAT(vault.run({"new", "incident", "--from", file.string()}).err,
             ContainsSubstring("32 MiB"));
}

TEST_CASE("Ten thousand tags are taken, thirty thousand refused with the limit", "[new]") {
  const CheapVault vault;
  const auto tags = [](int count) {
    Json list = Json::array();
    for (int i = 0; i < count; ++i) list.push_back("tag " + std::to_string(i));
    return dump_json({{"title", "T"}, {"tags", list}});
  };
  const Json made = vault.json({"new", "incident", "--from", "-"}, tags(10'000));
  CHECK(fields_of(vault, made).at("tags").size() == 10'000);
  CHECK_THAT(vault.run({"new", "incident", "--from", "-"}, tags(30'000)).err,
             ContainsSubstring("20,000"));
}

TEST_CASE("Control and direction characters are stored as they are, and shown made visible",
          "[new]") {
  const CheapVault vault;
  const Json made =
      vault.json({"new", "incident", "--from", "-"}, R"({"title": "a\u202eb\u001b[2J\u2066c"})");
  CHECK(fields_of(vault, made).at("title") == "a\u202eb\x1b[2J\u2066c");
  CHECK_THAT(vault.run({"show", made.at("id").get<std::string>()}).out,
             ContainsSubstring("a<U+202E>b<U+001B>[2J<U+2066>c"));
}

TEST_CASE("A missing file is not found", "[new]") {
  const CheapVault vault;
  CHECK(vault.run({"new", "incident", "--from", vault.temp / "none.json"}).status == 5);
}

TEST_CASE("Without fields, a terminal or answers the usage is wrong", "[new]") {
  const CheapVault vault;
  const ProcessResult ran = vault.run({"new", "testimony"});
  CHECK(ran.status == 2);
  CHECK_THAT(ran.err, ContainsSubstring("--from"));
  CHECK(vault.run({"new"}, "x\n").status == 2);
  CHECK(vault.run({"new", "--resume", "--set", "title=x"}).status == 2);
}

TEST_CASE("The help of new says that arguments can be seen", "[new]") {
  CHECK_THAT(run_process({DEPONE_BIN "/depone", "new", "--help"}).out,
             ContainsSubstring("other programs"));
}

}  // namespace
}  // namespace depone::testing
