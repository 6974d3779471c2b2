#include "store/import/csv.h"

#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;

struct Imported {
  std::vector<ImportItem> rows;
  std::vector<ImportIssue> errors;
};

Imported import(std::string_view csv, const ImportMap& map = built_in_map(),
                std::string_view kind = "incident") {
  Imported result;
  MemorySource source(as_bytes(csv));
  result.errors =
      read_csv(source, kind, &map, [&](ImportItem row) { result.rows.push_back(std::move(row)); });
  return result;
}

// Gives one byte at a time.
class Dribble : public Source {
 public:
  explicit Dribble(std::string_view text) : text_(text) {}
  std::size_t read(std::span<std::uint8_t> into) override {
    if (text_.empty() || into.empty()) return 0;
    into[0] = static_cast<std::uint8_t>(text_[0]);
    text_.remove_prefix(1);
    return 1;
  }

 private:
  std::string_view text_;
};

std::string context_of(std::string_view csv, const ImportMap& map = built_in_map()) {
  try {
    import(csv, map);
  } catch (const Error& error) {
    CHECK(error.code() == Code::invalid);
    return error.context();
  }
  return "no error";
}

TEST_CASE("Quoted line breaks, quotes and commas are part of a value", "[csv]") {
  const Imported result = import("title,description\r\n\"a, \"\"b\"\"\",\"one\r\n\r\ntwo\"\r\n");
  REQUIRE(result.rows.size() == 1);
  CHECK(result.rows[0].fields.at("title") == "a, \"b\"");
  CHECK(result.errors.empty());
}

TEST_CASE("A row's line is where it begins", "[csv]") {
  const Imported result = import("title,description\na,\"1\n2\n3\"\n\n\nb,x\n");
  REQUIRE(result.rows.size() == 2);
  CHECK(result.rows[0].line == 2);
  CHECK(result.rows[1].line == 7);
}

TEST_CASE("A last row without a line end counts", "[csv]") {
  CHECK(import("title\na\nb").rows.size() == 2);
}

TEST_CASE("A byte-order mark is passed over", "[csv]") {
  CHECK(import("\xef\xbb\xbftitle\na\n").rows.size() == 1);
}

TEST_CASE("Reading does not depend on how the bytes come", "[csv]") {
  const std::string csv = "title,description\n\"a\",\"1\n2\"\nb,\n";
  Dribble source(csv);
  std::vector<ImportItem> rows;
  const ImportMap map = built_in_map();
  CHECK(read_csv(source, "incident", &map, [&](ImportItem row) {
          rows.push_back(std::move(row));
        }).empty());
  const Imported whole = import(csv);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].fields == whole.rows[0].fields);
  CHECK(rows[1].line == whole.rows[1].line);
}

TEST_CASE("City and state become one place", "[csv]") {
  CHECK(import("title,state,city\na,S,C\n").rows[0].fields.at("place.name") == "C, S");
  CHECK(import("title,state,city\na,S,\n").rows[0].fields.at("place.name") == "S");
}

TEST_CASE("Long texts come in passages", "[csv]") {
  const FieldMap fields = import("title,description\na,\"one\n\ntwo\"\n").rows[0].fields;
  CHECK(fields.at("description.0") == "one");
  CHECK(fields.at("description.1") == "two");
}

TEST_CASE("A value that can't be what its field holds is left empty and named", "[csv]") {
  const Imported result = import("title,date,latitude,longitude\na,last week,north,1e999\n");
  REQUIRE(result.rows.size() == 1);
  const auto& warnings = result.rows[0].warnings;
  REQUIRE(warnings.size() == 3);
  CHECK(warnings[0].starts_with("dates.initial "));
  CHECK(warnings[1].starts_with("place.latitude "));
  CHECK(warnings[2].starts_with("place.longitude "));
  CHECK(result.rows[0].fields.size() == 1);
}

TEST_CASE("A coordinate off the globe refuses its row", "[csv]") {
  const Imported result = import("title,latitude\na,91\nb,9\n");
  CHECK(result.rows.size() == 1);
  REQUIRE(result.errors.size() == 1);
  CHECK(result.errors[0].line == 2);
}

TEST_CASE("Reading goes on behind a row of broken structure", "[csv]") {
  const Imported result = import("title,id\n,1\na,2,3\nb\n\"c\"x,4\nd\"e,5\nf,6\n");
  CHECK(result.rows.size() == 1);
  std::vector<std::uint64_t> lines;
  for (const ImportIssue& error : result.errors) lines.push_back(error.line);
  CHECK(lines == std::vector<std::uint64_t>{2, 3, 4, 5, 6});
}

TEST_CASE("A quote that is never closed is named by the line where its row begins", "[csv]") {
  const Imported result = import("title,id\na,1\nb,\"2\nc,3\n");
  CHECK(result.rows.size() == 1);
  REQUIRE(result.errors.size() == 1);
  CHECK(result.errors[0].line == 3);
}

TEST_CASE("A NUL character refuses its row", "[csv]") {
  const Imported result = import(std::string_view("title\na\0b\nc\n", 12));
  CHECK(result.rows.size() == 1);
  CHECK(result.errors.size() == 1);
}

TEST_CASE("A file that is not UTF-8 is refused with the line", "[csv]") {
  CHECK(context_of("title\na\nb\nCaf\xe9\n") == "line 4");
  CHECK(context_of(std::string_view("\xff\xfet\0i\0t\0l\0e\0\n\0", 14)) == "line 1");
}

TEST_CASE("Headers that can't be used are refused by column", "[csv]") {
  CHECK(context_of("title,rumour\na,b\n") == "column rumour");
  CHECK(context_of("title,date,title\na,b,c\n") == "column title");
  CHECK(context_of("date\n2020\n") == "");
  CHECK(context_of("") == "");
  CHECK(context_of("\"title\nx\n") == "line 1");
}

TEST_CASE("Maps are read strictly", "[csv]") {
  const ImportMap map = parse_import_map(
      R"({"a": "title", "b": {"path": "tags", "split": ";"}, "c": {"path": "impact"}, "d": null})");
  REQUIRE(map.columns.size() == 4);
  CHECK(map.columns[1].target.split == ";");
  CHECK(map.columns[3].target.path == "");
  for (const char* text :
       {"", "[]", "{\"a\": 1}", "{\"a\": \"\"}", "{\"a\": {}}", "{\"a\": {\"path\": 1}}",
        "{\"a\": {\"path\": \"tags\", \"sep\": \";\"}}", "{\"a\": \"title\", \"a\": \"impact\"}"}) {
    INFO(text);
    CHECK(code_of([&] { parse_import_map(text); }) == Code::invalid);
  }
}

TEST_CASE("Maps lead to fields that there are, and not to the program's own", "[csv]") {
  const auto to = [](const char* path) { return ImportMap{{{"t", {"title"}}, {"x", {path}}}}; };
  for (const char* path : {"rumour", "dates", "created", "attachments.0.name", "Title", "tags.x"}) {
    INFO(path);
    CHECK(context_of("t,x\na,b\n", to(path)) == "column x");
  }
  CHECK(import("t,x\na,b\n", to("acts.0.victim")).rows[0].fields.at("acts.0.victim") == "b");
  CHECK(import("t,x\na,b\n", to("rights_affected")).rows[0].fields.at("rights_affected.0") == "b");
}

TEST_CASE("Two columns may fill one list", "[csv]") {
  const ImportMap map{{{"t", {"title"}}, {"x", {"tags", "|"}}, {"y", {"tags", "|"}}}};
  const FieldMap fields = import("t,y,x\na,three,one|two\n", map).rows[0].fields;
  CHECK(fields.at("tags.0") == "one");
  CHECK(fields.at("tags.2") == "three");
}

TEST_CASE("What stops the import goes through the parser", "[csv]") {
  MemorySource source(as_bytes("title\na\nb\n"));
  const ImportMap map = built_in_map();
  int rows = 0;
  const auto stop = [&](ImportItem) {
    ++rows;
    throw Error(Code::io, "the disk is full");
  };
  CHECK(code_of([&] { read_csv(source, "incident", &map, stop); }) == Code::io);
  CHECK(rows == 1);
}

TEST_CASE("No refusal repeats what the row says", "[csv]") {
  const Imported result = import("title,id\nKim Ha-na,1,2\n\"Kim\" Ha-na,1\n");
  REQUIRE(result.errors.size() == 2);
  for (const ImportIssue& error : result.errors)
    CHECK(error.message.find("Kim") == std::string::npos);
}

}  // namespace
}  // namespace depone
