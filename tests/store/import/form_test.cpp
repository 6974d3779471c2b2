#include "store/import/form.h"

#include "store/import/form_json.h"
#include "store/import/form_tables.h"
#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;

ImportItem item_of(const char* map, const char* submission) {
  const FormPlan plan("testimony", parse_import_map(map));
  return plan.item(submission_of_json(parse_json(submission, "test")));
}

TEST_CASE("Groups may be joined in any of the three ways", "[form]") {
  constexpr const char* kMap = R"({"t": "title", "person-name": "source.pseudonym"})";
  for (const char* submission :
       {R"({"t": "x", "person": {"name": "Azalea"}})", R"({"t": "x", "person/name": "Azalea"})",
        R"({"t": "x", "person-name": "Azalea"})"}) {
    INFO(submission);
    CHECK(item_of(kMap, submission).fields.at("source.pseudonym") == "Azalea");
  }
}

TEST_CASE("A repeat within a repeat fills a list of the record", "[form]") {
  const ImportItem item = item_of(
      R"({"t": "title", "event": {"path": "acts", "each": {"what": "type",
          "who": {"path": "involvements", "each": {"name": "perpetrator"}}}}})",
      R"({"t": "x", "event": [{"what": "a", "who": [{"name": "one"}, {"name": "two"}]},
                              {"what": "b", "who": [{"name": "three"}]}]})");
  CHECK(item.fields.at("acts.0.type") == "a");
  CHECK(item.fields.at("acts.1.type") == "b");
  CHECK(item.fields.at("involvements.0.perpetrator") == "one");
  CHECK(item.fields.at("involvements.2.perpetrator") == "three");
}

TEST_CASE("A repeat that is mapped by its question alone adds to a list", "[form]") {
  const ImportItem item = item_of(R"({"t": "title", "r/tag": "tags"})",
                                  R"({"t": "x", "r": [{"tag": "one"}, {"tag": "two"}]})");
  CHECK(item.fields.at("tags.1") == "two");
}

TEST_CASE("A repeat of files gives each attachment its fields", "[form]") {
  const ImportItem item = item_of(
      R"({"t": "title", "p": {"path": "attachments", "each": {"photo": "file", "where": "place"}}})",
      R"({"t": "x", "p": [{"photo": "1.jpg", "where": "Harbour"}, {"photo": "2.jpg"}]})");
  REQUIRE(item.media.size() == 2);
  CHECK(item.media[0].element == "attachments.0");
  CHECK(item.media[1].file == "2.jpg");
  CHECK(item.fields.at("attachments.0.place") == "Harbour");
}

TEST_CASE("Texts that fill one field are joined in the map's order", "[form]") {
  CHECK(item_of(R"({"t": "title", "b": "summary", "a": "summary"})",
                R"({"t": "x", "a": "first", "b": "second"})")
            .fields.at("summary") == "second, first");
}

TEST_CASE("Unknown questions are listed once, the servers' own never", "[form]") {
  const FormPlan plan("testimony", parse_import_map(R"({"t": "title", "known": null})"));
  const FormExport found = submissions_of_json(parse_json(
      R"({"value": [{"__id": "1", "t": "x", "known": {"below": "1"}, "new": "1", "empty": null,
                     "r": [{"__id": "2", "q": "1"}, {"q": "2"}], "__system": {"status": "a"},
                     "meta": {"instanceID": "1"}, "start": "x"}]})",
      "test"));
  CHECK(plan.unknown_names(found.submissions) == std::vector<std::string>{"new", "r/q"});
}

TEST_CASE("Maps of repeats lead to lists that there are", "[form]") {
  for (const char* map :
       {R"({"t": "title", "r": {"path": "title", "each": {"a": "type"}}})",
        R"({"t": "title", "r": {"path": "acts", "each": {"a": "rumour"}}})",
        R"({"t": "title", "r": {"path": "acts", "each": {}}})",
        R"({"t": "title", "r": {"path": "acts", "split": ";", "each": {"a": "type"}}})",
        R"({"t": "title", "p": {"path": "attachments", "each": {"a": "sha256"}}})",
        R"({"t": "title", "p": {"path": "tags", "identifies": true}})",
        R"({"t": "title", "a-b": "summary", "a/b": "summary"})",
        R"({"t": "title", "": {"created": "2026"}})", R"({"a": "summary"})"}) {
    INFO(map);
    CHECK(code_of([&] { FormPlan("testimony", parse_import_map(map)); }) == Code::invalid);
  }
}

TEST_CASE("Cells without content count as memory too", "[form]") {
  std::uint64_t memory = 100'000;
  const std::string row = std::string(1'000, ',') + "\n";
  const std::string text =
      "a" + std::string(1'000, ',') + "\n" + row.substr(0, 1'000) + "1\n" + row + row;
  MemorySource source(as_bytes(text));
  CHECK(code_of([&] { read_form_table(source, "form.csv", memory); }) == Code::invalid);
}

TEST_CASE("More than 10,000 bad records end an import", "[form]") {
  std::vector<ImportIssue> errors;
  for (std::uint64_t line = 1; line <= 10'000; ++line) add_error(errors, {line, "", "bad"});
  CHECK(code_of([&] { add_error(errors, {10'001, "", "bad"}); }) == Code::invalid);
}

TEST_CASE("Keys that lead in a circle belong to no submission", "[form]") {
  const auto table = [](const char* name, std::string_view text) {
    MemorySource source(as_bytes(text));
    std::uint64_t memory = kMaxTableMemory;
    return read_form_table(source, name, memory);
  };
  std::vector<FormTable> tables;
  tables.push_back(table("form.csv", "a,KEY\n1,uuid:1\n"));
  tables.push_back(table("form-r.csv", "x,PARENT_KEY,KEY\n1,b,a\n2,a,b\n3,uuid:1,uuid:1/r[1]\n"));
  const FormExport found = submissions_of_tables(std::move(tables));
  REQUIRE(found.submissions.size() == 1);
  CHECK(found.submissions[0].answers.repeats.at(0).second.size() == 1);
  CHECK(found.errors.size() == 2);
}

}  // namespace
}  // namespace depone
