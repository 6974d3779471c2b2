#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "tests/support/cheap_vault.h"

namespace depone::testing {
namespace {

using Catch::Matchers::ContainsSubstring;

struct ThreeRecords : CheapVault {
  std::string first = make({"incident", "--set", "title=First", "--set", "dates.initial=2026-01-05",
                            "--set", "tags=[\"red\"]"});
  std::string second =
      make({"testimony", "--set", "title=Second", "--set", "interview.date=2026-02"});
  std::string third = make({"incident", "--set", "title=Third \x1b[2J", "--set",
                            "description=Taken to the 구류장 at night."});

  std::string make(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "new");
    return json(std::move(arguments)).at("id").get<std::string>();
  }
  std::vector<std::string> ids(std::vector<std::string> arguments) const {
    std::vector<std::string> found;
    for (const Json& record : json_lines(std::move(arguments)))
      found.push_back(record.at("id").get<std::string>());
    return found;
  }
};

using Ids = std::vector<std::string>;

TEST_CASE("Records are listed newest first, one object a line", "[list]") {
  const ThreeRecords vault;
  const auto records = vault.json_lines({"list"});
  REQUIRE(records.size() == 3);
  CHECK(records[0].at("id") == vault.third);
  const Json& last = records[2];
  CHECK(last.at("kind") == "incident");
  CHECK(last.at("title") == "First");
  CHECK(last.at("date") == "2026-01-05");
  CHECK(last.at("state") == "local");
  CHECK(last.at("score").is_null());
  CHECK(last.at("matched") == Json::array());
}

TEST_CASE("Filters narrow the list", "[list]") {
  const ThreeRecords vault;
  CHECK(vault.ids({"list", "--kind", "testimony"}) == Ids{vault.second});
  CHECK(vault.ids({"list", "--tag", "red"}) == Ids{vault.first});
  CHECK(vault.ids({"list", "--tag", "re"}).empty());
  CHECK(vault.ids({"list", "--date", "2026-02-07"}) == Ids{vault.second});
  CHECK(vault.ids({"list", "--from", "2026-01", "--to", "2026-01"}) == Ids{vault.first});
  CHECK(vault.ids({"list", "--state", "delivered"}).empty());
  CHECK(vault.ids({"list", "--limit", "2"}) == Ids{vault.third, vault.second});
}

TEST_CASE("A title does not steer the terminal", "[list]") {
  const ThreeRecords vault;
  const ProcessResult ran = vault.run({"list"});
  CHECK(ran.out.find('\x1b') == std::string::npos);
  CHECK_THAT(ran.out, ContainsSubstring("Third <U+001B>[2J"));
  CHECK(std::count(ran.out.begin(), ran.out.end(), '\n') == 3);
}

TEST_CASE("A record is shown by the beginning of its id", "[show]") {
  const ThreeRecords vault;
  CHECK(vault.json({"show", vault.first.substr(0, 8)}).at("id") == vault.first);
}

TEST_CASE("Everything decided is in what show prints", "[show]") {
  const ThreeRecords vault;
  const Json record = vault.json({"show", vault.first});
  for (const char* key : {"id", "kind", "revision", "state", "created", "updated", "fields",
                          "attachments", "parents", "conflicts"}) {
    CHECK(record.contains(key));
  }
  CHECK(record.at("created") == record.at("updated"));
  CHECK(record.at("conflicts") == Json::array());
}

TEST_CASE("What people see holds no control characters", "[show]") {
  const ThreeRecords vault;
  const ProcessResult ran = vault.run({"show", vault.third});
  CHECK(ran.status == 0);
  CHECK(ran.out.find('\x1b') == std::string::npos);
  CHECK_THAT(ran.out, ContainsSubstring("description: Taken to the 구류장 at night."));
}

TEST_CASE("An unknown record is not found", "[show]") {
  const ThreeRecords vault;
  CHECK(vault.run({"show", "00000000-0000-4000-8000-000000000000"}).status == 5);
  CHECK(vault.run({"show", "not-an-id"}).status == 5);
  CHECK(vault.run({"show", "ab"}).status == 1);
}

TEST_CASE("A search says why a record matched", "[search]") {
  const ThreeRecords vault;
  const auto found = vault.json_lines({"search", "구류장"});
  REQUIRE(found.size() == 1);
  CHECK(found[0].at("id") == vault.third);
  CHECK(found[0].at("score").is_number());
  CHECK(found[0].at("matched") == Json::array({"description: Taken to the 구류장 at night."}));
}

TEST_CASE("Finding nothing is no failure", "[search]") {
  const ThreeRecords vault;
  const ProcessResult ran = vault.run({"search", "unheard-of"});
  CHECK(ran.status == 0);
  CHECK(ran.out == "");
}

TEST_CASE("A search without a word is refused", "[search]") {
  const ThreeRecords vault;
  CHECK(vault.run({"search", "..."}).status == 1);
}

TEST_CASE("A search that does not hold together says why", "[search]") {
  const ThreeRecords vault;
  const ProcessResult ran = vault.run({"search", "night", "AND"});
  CHECK(ran.status == 1);
  CHECK_THAT(ran.err, ContainsSubstring("a word is missing"));
  CHECK_THAT(vault.run({"search", "NOT night"}).err, ContainsSubstring("write them before it"));
}

TEST_CASE("Operators and brackets of a search may be words of the command line", "[search]") {
  const ThreeRecords vault;
  CHECK(vault.ids({"search", "first", "OR", "second"}).size() == 2);
  CHECK(vault.ids({"search", "(first OR second) NOT first"}) == Ids{vault.second});
}

TEST_CASE("Place and author narrow lists and searches", "[list]") {
  const ThreeRecords vault;
  const std::string there = vault.make(
      {"incident", "--set", "title=Fourth", "--set", "place.name=Hoeryong, North Hamgyong"});
  CHECK(vault.ids({"list", "--place", "hoeryong"}) == Ids{there});
  CHECK(vault.ids({"search", "fourth", "--place", "hamgyong", "--author", "me"}) == Ids{there});
  CHECK(vault.run({"list", "--author", "nobody"}).status == 5);
}

TEST_CASE("Who the source is, is searched only where that is asked for", "[search]") {
  const ThreeRecords vault;
  const std::string account =
      vault.make({"testimony", "--set", "title=Fourth", "--set", "source.identity.name=Hana"});
  CHECK(vault.ids({"search", "hana"}).empty());
  CHECK(vault.ids({"search", "--identity", "hana"}) == Ids{account});
}

}  // namespace
}  // namespace depone::testing
