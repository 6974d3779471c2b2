#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/support/cheap_vault.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

constexpr std::string_view kHeader =
    "id,state,city,date,title,description,tags,latitude,longitude,links\n";

struct ImportVault : CheapVault {
  Json import(std::string_view csv, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"import", file("in.csv", csv).string(), "--kind", "incident"});
    return json(std::move(more));
  }
  ProcessResult try_import(std::string_view csv, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"import", file("in.csv", csv).string(), "--kind", "incident"});
    return run(std::move(more));
  }
  Json only() const {
    const auto records = json_lines({"list"});
    REQUIRE(records.size() == 1);
    return json({"show", records[0].at("id").get<std::string>()});
  }
};

TEST_CASE("The shipped sample goes in whole", "[import]") {
  const ImportVault vault;
  const Json report =
      vault.json({"import", DEPONE_SOURCE "/docs/examples/incidents.csv", "--kind", "incident"});
  CHECK(report.at("imported").get<std::uint64_t>() >= 12);
  CHECK(report.at("skipped") == 0);
  CHECK(report.at("errors").empty());
  CHECK(report.at("seconds").is_number());
  CHECK(vault.json_lines({"list"}).size() == report.at("imported"));
}

TEST_CASE("Each known column fills its field", "[import]") {
  const ImportVault vault;
  vault.import(std::string(kHeader) +
               "r-1,North,Harbour,2026-03-04,Held,\"One.\n\nTwo.\",arrest; "
               "detention,12.5,-44.25,https://a.example https://b.example\n");
  const Json fields = vault.only().at("fields");
  CHECK(fields.at("reference") == "r-1");
  CHECK(fields.at("place").at("name") == "Harbour, North");
  CHECK(fields.at("dates").at("initial") == Json{{"date", "2026-03-04"}, {"type", "exact"}});
  CHECK(fields.at("title") == "Held");
  CHECK(fields.at("description") == "One.\n\nTwo.");
  CHECK(fields.at("tags") == Json({"arrest", "detention"}));
  CHECK(fields.at("place").at("latitude") == 12.5);
  CHECK(fields.at("place").at("longitude") == -44.25);
  CHECK(fields.at("links") == Json({"https://a.example", "https://b.example"}));
}

TEST_CASE("What is missing is left empty and the record shown as incomplete", "[import]") {
  const ImportVault vault;
  const Json report = vault.import(std::string(kHeader) + "r-1,,,,Held,,,,,\n");
  CHECK(report.at("imported") == 1);
  CHECK(report.at("incomplete") == 1);
  const Json record = vault.only();
  CHECK(record.at("complete") == false);
  CHECK_FALSE(record.at("fields").contains("place"));
}

TEST_CASE("An estimated date says so, and an unreadable one is left empty with a warning",
          "[import]") {
  const ImportVault vault;
  const Json report = vault.import(std::string(kHeader) +
                                   "r-1,,X,(Believed to be) 2020-06-05,Held,,,,,\n"
                                   "r-2,,X,some day in June,Taken,,,,,\n");
  CHECK(report.at("imported") == 2);
  CHECK(report.at("warnings").size() == 1);
  CHECK(report.at("warnings").at(0).at("line") == 3);
  const auto found = vault.json_lines({"list", "--date", "2020-06-05"});
  REQUIRE(found.size() == 1);
  const Json record = vault.json({"show", found[0].at("id").get<std::string>()});
  CHECK(record.at("fields").at("dates").at("initial").at("type") == "estimate");
}

TEST_CASE("The same file once more adds nothing", "[import]") {
  const ImportVault vault;
  const std::string csv =
      std::string(kHeader) + "r-1,,X,2020-06-05,Held,,,,,\nr-2,,X,2020-06-06,Taken,,,,,\n";
  CHECK(vault.import(csv).at("imported") == 2);
  const Json again = vault.import(csv + "r-3,,X,2020-06-07,Gone,,,,,\n");
  CHECK(again.at("imported") == 1);
  CHECK(again.at("skipped") == 2);
}

TEST_CASE("Rows without a title and broken ones are refused with their line; the rest goes in",
          "[import]") {
  const ImportVault vault;
  const Json report = vault.import(std::string(kHeader) +
                                   "r-1,,X,2020-06-05,,,,,,\n"
                                   "r-2,,X,2020-06-05,\"two\nlines\",,,,,\n"
                                   "r-3,ragged\n"
                                   "r-4,,X,\"2020\"x,quote,,,,,\n"
                                   "r-5,,X,2020-06-05,Good,,,,,\n");
  CHECK(report.at("imported") == 2);
  std::vector<std::uint64_t> lines;
  for (const Json& error : report.at("errors"))
    lines.push_back(error.at("line").get<std::uint64_t>());
  CHECK(lines == std::vector<std::uint64_t>{2, 5, 6});
}

TEST_CASE("A file that is not UTF-8 names the line and changes nothing", "[import]") {
  const ImportVault vault;
  const ProcessResult ran = vault.try_import(
      std::string(kHeader) + "r-1,,X,2020-06-05,Good,,,,,\nr-2,,X,2020-06-05,Caf\xe9,,,,,\n");
  CHECK(ran.status == 1);
  CHECK_THAT(ran.err, ContainsSubstring("line 3") && ContainsSubstring("UTF-8"));
  CHECK(vault.json_lines({"list"}).empty());
}

TEST_CASE("An unknown header is named and nothing is imported", "[import]") {
  const ImportVault vault;
  const ProcessResult ran = vault.try_import("title,rumour\nx,y\n");
  CHECK(ran.status == 1);
  CHECK_THAT(ran.err, ContainsSubstring("rumour"));
  CHECK(vault.json_lines({"list"}).empty());
}

TEST_CASE("A map says what other columns hold", "[import]") {
  const ImportVault vault;
  const fs::path map = vault.file(
      "map.json",
      R"({"Titel": "title", "Wann": "dates.initial", "Marken": {"path": "tags", "split": "|"}, "Notiz": null})");
  CHECK(vault.import("Titel,Wann,Marken,Notiz\nRazzia,2026-01,a|b,secret\n", {"--map", map})
            .at("imported") == 1);
  const Json fields = vault.only().at("fields");
  CHECK(fields.at("title") == "Razzia");
  CHECK(fields.at("tags") == Json({"a", "b"}));
  CHECK(fields.at("dates").at("initial").at("date") == "2026-01");
}

TEST_CASE("A map to a field that there is not is refused", "[import]") {
  const ImportVault vault;
  const ProcessResult ran = vault.try_import(
      "a,b\nx,y\n", {"--map", vault.file("map.json", R"({"a": "title", "b": "rumour"})")});
  CHECK(ran.status == 1);
  CHECK_THAT(ran.err, ContainsSubstring("rumour"));
}

TEST_CASE("Testimonies come in with a map only", "[import]") {
  const ImportVault vault;
  const fs::path csv = vault.file("in.csv", "Name,Account\nAzalea,They came at night.\n");
  CHECK(vault.run({"import", csv, "--kind", "testimony"}).status == 2);
  const fs::path map = vault.file("map.json", R"({"Name": "title", "Account": "account.text"})");
  CHECK(vault.json({"import", csv, "--kind", "testimony", "--map", map}).at("imported") == 1);
  CHECK(vault.only().at("fields").at("account").at("text") == "They came at night.");
}

TEST_CASE("JSON lines hold fields as `new --from` takes them; bad lines leave the rest",
          "[import]") {
  const ImportVault vault;
  const fs::path lines =
      vault.file("in.jsonl",
                 "{\"title\": \"Raid\", \"dates\": {\"initial\": \"2026-03\"}}\n\n"
                 "{\"title\": \"x\", \"rumour\": 1}\n"
                 "{\"title\": \"\xed\x95\x9c\\ud800\"}\n"
                 "{\"title\": \"Taken\", \"tags\": [\"a\", \"b\"]}\n");
  const Json report = vault.json({"import", lines, "--kind", "incident"});
  CHECK(report.at("imported") == 2);
  REQUIRE(report.at("errors").size() == 2);
  CHECK(report.at("errors").at(0).at("line") == 3);
  CHECK(report.at("errors").at(1).at("line") == 4);
  CHECK(vault.json({"import", lines, "--kind", "incident"}).at("skipped") == 2);
}

// As an export lays them out, and as somebody hostile would like to have them.
constexpr const char* kLinesWithFiles =
    R"({"title": "a", "attachments": [{"file": "5b9c0d2e-8d0a-4b7e-9c0e-0c8a4a3f1b11/1.txt", "identifies": false}]}
{"title": "b", "attachments": [{"file": "../../../../../../etc/passwd"}]}
{"title": "c", "attachments": [{"file": ".ssh/id_ed25519"}]}
)";

struct LinesWithFiles : ImportVault {
  fs::path files = temp / "files";
  fs::path lines = files / "in.jsonl";
  LinesWithFiles() {
    for (const char* name : {"5b9c0d2e-8d0a-4b7e-9c0e-0c8a4a3f1b11/1.txt", ".ssh/id_ed25519"}) {
      fs::create_directories((files / name).parent_path());
      write_file(files / name, name);
    }
    write_file(lines, kLinesWithFiles);
  }
};

TEST_CASE("Of what lies beside JSON lines only an export's own names are taken", "[import]") {
  const LinesWithFiles vault;
  const Json report = vault.json({"import", vault.lines, "--kind", "incident"});
  CHECK(report.at("imported") == 3);
  CHECK(report.at("attachments") == 1);
  REQUIRE(report.at("warnings").size() == 2);
  CHECK(report.at("warnings").at(0).at("line") == 2);
  CHECK(report.at("warnings").at(1).at("line") == 3);
}

TEST_CASE("From the directory of --media a line's file has any name, and none is from outside",
          "[import]") {
  const LinesWithFiles vault;
  const Json report =
      vault.json({"import", vault.lines, "--kind", "incident", "--media", vault.files});
  CHECK(report.at("attachments") == 2);
  REQUIRE(report.at("warnings").size() == 1);
  CHECK(report.at("warnings").at(0).at("line") == 2);
}

TEST_CASE("Text in another encoding is named", "[import]") {
  const ImportVault vault;
  std::string wide = "\xff\xfe";
  for (const char c : std::string_view("title\nRaid\n")) wide += std::string{c, '\0'};
  const ProcessResult utf16 = vault.try_import(wide);
  CHECK(utf16.status == 1);
  CHECK_THAT(utf16.err, ContainsSubstring("UTF-16") && ContainsSubstring("iconv"));
  const ProcessResult latin = vault.try_import(
      "title,description\nRafle,\"La police a arr\xeat\xe9 les \xe9l\xe8ves pr\xe8s de "
      "l'\xe9glise apr\xe8s la c\xe9r\xe9monie\"\n");
  CHECK(latin.status == 1);
  CHECK_THAT(latin.err, ContainsSubstring("ISO-8859-1") || ContainsSubstring("windows-1252"));
}

TEST_CASE("A text field of 100 MiB is refused with the limit", "[import]") {
  const ImportVault vault;
  const ProcessResult ran =
      vault.try_import("title,description\nx,\"" + std::string(100u << 20, 'x') + "\"\n");
  CHECK(ran.status == 1);
  CHECK_THAT(ran.err, ContainsSubstring("32 MiB"));
}

TEST_CASE("A dry run of a table changes nothing", "[import]") {
  const ImportVault vault;
  const Json report = vault.import(
      std::string(kHeader) + "r-1,,X,2020-06-05,Held,,,,,\n" + "r-1,,X,2020-06-05,Held,,,,,\n",
      {"--dry-run"});
  CHECK(report.at("imported") == 1);
  CHECK(report.at("skipped") == 1);
  CHECK(vault.json_lines({"list"}).empty());
}

TEST_CASE("A map gives every record fields, and other words for values", "[import]") {
  const ImportVault vault;
  const fs::path map = vault.file(
      "map.json",
      R"({"t": "title", "who": {"path": "confidentiality", "values": {"all": "public"}}, "": {"tags": ["2026"]}})");
  vault.import("t;who\nRaid;all\n", {"--map", map});
  const Json fields = vault.only().at("fields");
  CHECK(fields.at("confidentiality") == "public");
  CHECK(fields.at("tags") == Json({"2026"}));
}

TEST_CASE("The kind must be said", "[import]") {
  const ImportVault vault;
  CHECK(vault.run({"import", vault.file("in.csv", kHeader)}).status == 2);
}

}  // namespace
}  // namespace depone::testing
