#include "crypto/formats/revision.h"

#include <catch2/catch_test_macros.hpp>

#include "crypto/formats/uuid.h"
#include "tests/crypto/test_bytes.h"

namespace depone {
namespace {

using testing::code_of;
using testing::error_of;

const std::string kRecord = "f81d4fae-7dec-41d0-a765-00a0c91e6bf6";

struct Fixture {
  minisign::PublicKey author{Ed25519Key::generate().public_key()};

  RevisionContent make(const Json& fields, std::vector<const RevisionContent*> parents = {}) const {
    return make_revision(kRecord, "testimony", flatten(fields), author, parents);
  }
  // The same revision as a reader holds it who was not shown the line of `path`.
  static RevisionContent without(const RevisionContent& content, std::string_view path) {
    std::vector<Line> lines;
    for (const Line& line : content.lines) {
      if (line.path != path) lines.push_back(line);
    }
    return check_revision(content.json, lines_file(lines));
  }
};

const Line& line_at(const RevisionContent& content, std::string_view path) {
  for (const Line& line : content.lines) {
    if (line.path == path) return line;
  }
  throw std::out_of_range("no such line");
}

std::optional<Code> parsing(const std::string& line) {
  return code_of([&] { Line::parse(line); });
}

const std::string kSalt = "\"AAECAwQFBgcICQoLDA0ODw\"";

TEST_CASE("A line is salt, path and value without spaces", "[revision]") {
  const Line line = Line::make("dates.initial", Json{{"date", "2026-11"}, {"type", "estimate"}});
  CHECK(line.text.size() == 79);
  CHECK(line.text.substr(25) == R"(,"dates.initial",{"date":"2026-11","type":"estimate"}])");
  CHECK(Line::parse(line.text).value == line.value);
}

TEST_CASE("Two lines of one value have different salts", "[revision]") {
  CHECK(Line::make("a", "x").commitment() != Line::make("a", "x").commitment());
}

TEST_CASE("A line is kept and hashed as it stands", "[revision]") {
  const std::string text = "[ " + kSalt + " , \"title\",\t\"\\u0041\" ]";
  const Line line = Line::parse(text);
  CHECK(line.text == text);
  CHECK(line.value == "A");
  CHECK(hex(line.commitment()) == hex(sha256(text)));
}

TEST_CASE("Numbers stay as they stand in the line", "[revision]") {
  CHECK(Line::parse("[" + kSalt + ",\"place.latitude\",1.50]").value == 1.5);
  CHECK(Line::make("n", 12).text.ends_with(",\"n\",12]"));
  CHECK(Line::make("n", 0.1).text.ends_with(",\"n\",0.1]"));
}

TEST_CASE("What is no line is refused", "[revision]") {
  CHECK(parsing("[" + kSalt + ",\"title\",\"t\"]") == std::nullopt);
  for (const std::string& line : std::vector<std::string>{
           std::string("{}"), std::string("[]"), "[" + kSalt + ",\"title\"]",
           "[" + kSalt + ",\"title\",\"t\",1]", "[1,\"title\",\"t\"]", "[" + kSalt + ",1,\"t\"]",
           "[" + kSalt + ",\"Title\",\"t\"]", "[" + kSalt + ",\"title\",\"\"]",
           "[" + kSalt + ",\"title\",null]", "[" + kSalt + ",\"title\",[\"t\"]]",
           "[" + kSalt + ",\"title\",{\"date\":\"2026\"}]", "[" + kSalt + ",\"description\",\"t\"]",
           std::string("[\"AAECAwQFBgcICQoLDA0O\",\"title\",\"t\"]"),
           std::string("[\"AAECAwQFBgcICQoLDA0ODw==\",\"title\",\"t\"]"),
           std::string("[\"AAECAwQFBgcICQoLDA0ODx\",\"title\",\"t\"]"),
           "[" + kSalt + ",\n\"title\",\"t\"]"}) {
    INFO(line);
    CHECK(parsing(line) == Code::malformed);
  }
}

TEST_CASE_METHOD(Fixture, "A revision holds what it was made of", "[revision]") {
  const Json fields{
      {"title", "t"}, {"description", "one\n\ntwo"}, {"tags", Json::array({"a", "b"})}};
  const RevisionContent content = make(fields);
  CHECK(content.complete());
  CHECK(content.revision.parents.empty());
  CHECK(nest(content.fields())["description"] == "one\n\ntwo");
  const RevisionContent read = check_revision(content.json, lines_file(content.lines));
  CHECK(read.id() == content.id());
  CHECK(read.fields() == content.fields());
}

TEST_CASE_METHOD(Fixture, "A revision's file is read and written the same", "[revision]") {
  const RevisionContent content = make(Json{{"title", "t"}});
  CHECK(Revision::parse(content.json).json() == content.json);
  CHECK(content.json.starts_with(R"({"format":"depone/revision/1","record":")" + kRecord +
                                 R"(","kind":"testimony","parents":[],"author":"RW)"));
}

TEST_CASE_METHOD(Fixture, "Unchanged fields keep their lines, changed ones get a new salt",
                 "[revision]") {
  const RevisionContent first = make(Json{{"title", "t"}, {"summary", "s"}, {"n", 1}});
  const RevisionContent next = make(Json{{"title", "t"}, {"summary", "other"}}, {&first});
  CHECK(line_at(next, "title").text == line_at(first, "title").text);
  CHECK(line_at(next, "summary").text != line_at(first, "summary").text);
  CHECK(next.revision.commitments.size() == 2);
  CHECK(next.revision.parents == std::vector{first.id()});
}

TEST_CASE_METHOD(Fixture, "A field that was changed and changed back has a new line",
                 "[revision]") {
  const RevisionContent first = make(Json{{"title", "t"}});
  const RevisionContent second = make(Json{{"title", "u"}}, {&first});
  const RevisionContent third = make(Json{{"title", "t"}}, {&second});
  CHECK(line_at(third, "title").text != line_at(first, "title").text);
}

TEST_CASE_METHOD(Fixture, "A commitment whose line is not held is carried over", "[revision]") {
  const RevisionContent first =
      make(Json{{"title", "t"}, {"source", Json{{"identity", Json{{"name", "n"}}}}}});
  const Sha256 hidden = line_at(first, "source.identity.name").commitment();
  const RevisionContent partly = without(first, "source.identity.name");
  CHECK_FALSE(partly.complete());
  const RevisionContent next = make(Json{{"title", "u"}}, {&partly});
  CHECK(std::count(next.revision.commitments.begin(), next.revision.commitments.end(), hidden) ==
        1);
  CHECK(next.revision.commitments.size() == 2);
  CHECK_FALSE(next.complete());
}

TEST_CASE_METHOD(Fixture, "A conflict is resolved by a revision with both parents, ascending",
                 "[revision]") {
  const RevisionContent first = make(Json{{"title", "t"}, {"summary", "s"}});
  const RevisionContent left = make(Json{{"title", "left"}, {"summary", "s"}}, {&first});
  const RevisionContent right = make(Json{{"title", "right"}, {"summary", "s"}}, {&first});
  const RevisionContent merged = make(Json{{"title", "right"}, {"summary", "s"}}, {&left, &right});
  CHECK(merged.revision.parents ==
        std::vector{std::min(left.id(), right.id()), std::max(left.id(), right.id())});
  CHECK(line_at(merged, "title").text == line_at(right, "title").text);
  CHECK(merged.complete());
  CHECK(make(Json{{"title", "t"}}, {&left, &left}).revision.parents.size() == 1);
}

TEST_CASE_METHOD(Fixture, "What one parent hides and another shows is not carried over",
                 "[revision]") {
  const RevisionContent first = make(Json{{"title", "t"}, {"summary", "s"}});
  const RevisionContent left = without(first, "summary");
  const RevisionContent merged = make(Json{{"title", "t"}}, {&left, &first});
  CHECK(merged.revision.commitments.size() == 1);
}

TEST_CASE_METHOD(Fixture, "A line that matches no commitment is refused", "[revision]") {
  const RevisionContent content = make(Json{{"title", "t"}});
  const std::string other = Line::make("title", "t").text + "\n";
  const auto error = error_of([&] { check_revision(content.json, other); });
  REQUIRE(error);
  CHECK(error->code() == Code::mismatch);
  CHECK(error->context() == "disclosed line 1");
}

// No room is made for lines that are said to follow.
TEST_CASE_METHOD(Fixture, "Millions of empty lines are refused at the first", "[revision]") {
  const RevisionContent content = make(Json{{"title", "t"}});
  const std::string flood = content.lines[0].text + std::string(16u << 20, '\n');
  const auto error = error_of([&] { check_revision(content.json, flood); });
  REQUIRE(error);
  CHECK(error->code() == Code::malformed);
  CHECK(error->context().starts_with("disclosed line 2"));
}

TEST_CASE_METHOD(Fixture, "Lines whose last does not end in LF are refused", "[revision]") {
  const RevisionContent content = make(Json{{"title", "t"}});
  CHECK(code_of([&] { check_revision(content.json, content.lines[0].text); }) == Code::malformed);
}

TEST_CASE_METHOD(Fixture, "A line that stands twice is refused", "[revision]") {
  const RevisionContent content = make(Json{{"title", "t"}, {"n", 1}});
  const std::string line = content.lines[0].text + "\n";
  CHECK(code_of([&] { check_revision(content.json, line + line); }) == Code::mismatch);
}

// A revision of any lines, whatever rule they break.
std::string json_of(std::vector<Line> lines, const minisign::PublicKey& author) {
  std::vector<std::string> texts;
  for (const Line& line : lines) texts.push_back(base64url(line.commitment()));
  std::sort(texts.begin(), texts.end());
  Revision revision{kRecord, "testimony", {}, author.text(), {}};
  for (const std::string& text : texts)
    revision.commitments.push_back(exactly<32>(from_base64url(text)).value());
  return revision.json();
}

TEST_CASE_METHOD(Fixture, "A path that stands twice is refused", "[revision]") {
  const std::vector<Line> lines{Line::make("title", "a"), Line::make("title", "b")};
  CHECK(code_of([&] { check_revision(json_of(lines, author), lines_file(lines)); }) ==
        Code::malformed);
}

TEST_CASE_METHOD(Fixture, "A path that is the beginning of another is refused", "[revision]") {
  const std::vector<Line> lines{Line::make("a.b", "x"), Line::make("a", "y")};
  CHECK(code_of([&] { check_revision(json_of(lines, author), lines_file(lines)); }) ==
        Code::malformed);
}

TEST_CASE_METHOD(Fixture, "Lines without a last line feed are refused", "[revision]") {
  const RevisionContent content = make(Json{{"title", "t"}});
  CHECK(code_of([&] { check_revision(content.json, content.lines[0].text); }) == Code::malformed);
}

TEST_CASE_METHOD(Fixture,
                 "Every flipped bit of a revision and its lines fails, or makes another revision",
                 "[revision]") {
  const RevisionContent content = make(Json{{"title", "t"}, {"n", 1}});
  const std::string lines = lines_file(content.lines);
  bool lines_fail = true;
  for (std::size_t bit = 0; bit < lines.size() * 8; ++bit) {
    std::string altered = lines;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    lines_fail = lines_fail && code_of([&] { check_revision(content.json, altered); }).has_value();
  }
  CHECK(lines_fail);
  bool other_id = true;
  for (std::size_t bit = 0; bit < content.json.size() * 8; ++bit) {
    std::string altered = content.json;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    other_id = other_id && revision_id(altered) != content.id();
  }
  CHECK(other_id);
}

TEST_CASE_METHOD(Fixture, "A revision file that breaks a rule is refused", "[revision]") {
  const Json good = parse_json(make(Json{{"title", "t"}, {"n", 1}}).json, "revision");
  const auto with = [&](const char* key, const Json& value) {
    Json altered = good;
    altered[key] = value;
    return code_of([&] { Revision::parse(dump_json(altered)); });
  };
  const std::string a(64, 'a');
  const std::string b(64, 'b');
  CHECK(with("kind", "testimony") == std::nullopt);
  CHECK(with("parents", Json::array({a, b})) == std::nullopt);
  CHECK(with("format", "depone/revision/2") == Code::unsupported);
  CHECK(with("more", 1) == Code::malformed);
  CHECK(with("record", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6") == Code::malformed);
  CHECK(with("kind", "rumour") == Code::malformed);
  CHECK(with("parents", Json::array({b, a})) == Code::malformed);
  CHECK(with("parents", Json::array({a, a})) == Code::malformed);
  CHECK(with("parents", Json::array({"x"})) == Code::malformed);
  CHECK(with("author", "RWx") == Code::malformed);
  CHECK(with("commitments", Json::array({good["commitments"][1], good["commitments"][0]})) ==
        Code::malformed);
  CHECK(with("commitments", Json::array({good["commitments"][0], good["commitments"][0]})) ==
        Code::malformed);
  CHECK(with("commitments", Json::array({"AA"})) == Code::malformed);
  CHECK(with("commitments", Json::array({1})) == Code::malformed);
  CHECK(with("commitments", "none") == Code::malformed);
}

}  // namespace
}  // namespace depone
