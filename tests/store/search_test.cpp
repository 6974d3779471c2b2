#include "store/search.h"

#include "store/search_query.h"
#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::kNow;
using testing::VaultFixture;

struct SearchFixture : VaultFixture {
  std::string add(FieldMap fields, std::string_view kind = "incident") {
    Tx tx(vault.db());
    const std::string id =
        create_record(vault, kind, std::move(fields), "collected", Json::object(), kNow);
    tx.commit();
    return id;
  }
  std::vector<std::string> find(std::string_view query, const RecordFilter& filter = {}) {
    std::vector<std::string> ids;
    for (const SearchHit& hit : search_records(vault, query, filter)) ids.push_back(hit.record.id);
    return ids;
  }
  bool finds(std::string_view query) { return !find(query).empty(); }
};

using Ids = std::vector<std::string>;

TEST_CASE_METHOD(SearchFixture, "All words must be there", "[search]") {
  const std::string first = add({{"title", "Night raid"}, {"description.0", "at the harbour"}});
  add({{"title", "Night march"}});
  CHECK(find("night harbour") == Ids{first});
  CHECK(find("NIGHT").size() == 2);
  CHECK(find("night silence").empty());
}

TEST_CASE_METHOD(SearchFixture, "Words in quotes are a phrase", "[search]") {
  const std::string first = add({{"description.0", "the detention house by the river"}});
  add({{"description.0", "a house of detention"}});
  CHECK(find("\"detention house\"") == Ids{first});
  CHECK(find("detention house").size() == 2);
}

TEST_CASE_METHOD(SearchFixture, "A phrase goes over passages but not over fields", "[search]") {
  add({{"description.0", "they were taken"},
       {"description.1", "away by night"},
       {"impact", "fear"}});
  CHECK(finds("\"taken away\""));
  CHECK_FALSE(finds("\"night fear\""));
}

TEST_CASE_METHOD(SearchFixture, "A star looks for beginnings", "[search]") {
  add({{"title", "Interrogated twice"}});
  CHECK(finds("interrog*"));
  CHECK_FALSE(finds("interrog"));
  CHECK(finds("\"interrogated tw\"*"));
}

TEST_CASE_METHOD(SearchFixture, "Korean words are found inside longer ones", "[search]") {
  add({{"description.0", "일가족 네 명이 붙잡혀 북송되었다. 강을 건넜다."}});
  CHECK(finds("북송"));
  CHECK(finds("북송되었다"));
  CHECK(finds("강"));
  CHECK(finds("\"붙잡혀 북송\""));
  CHECK_FALSE(finds("송북"));
  CHECK_FALSE(finds("북되"));
}

TEST_CASE_METHOD(SearchFixture, "Chinese is found by words and their beginnings", "[search]") {
  add({{"description.0", "警察在看守所拘留了三名记者。"}});
  CHECK(finds("拘留"));
  CHECK(finds("看守所"));
  CHECK(finds("看守"));
  CHECK_FALSE(finds("法院"));
}

TEST_CASE_METHOD(SearchFixture, "Arabic is found with and without its signs", "[search]") {
  add({{"description.0", "اِعْتُقِلَ أَحْمَدُ في السجن"}});
  CHECK(finds("احمد"));
  CHECK(finds("السِّجن"));
}

TEST_CASE_METHOD(SearchFixture, "Nothing typed is syntax", "[search]") {
  add({{"title", "Night raid"}, {"description.0", "say \"hello\" NEAR them"}});
  for (const char* query :
       {"night AND", "night OR raid", "NOT night", "title:night", "night)", "(night", "night +",
        "^night", "{title}", "night - raid", "\"night", "'night'", "night; DROP TABLE words",
        "NEAR(night raid)", "\"\"\"night", "*night", "night**"}) {
    INFO(query);
    CHECK_NOTHROW(find(query));
  }
  CHECK(finds("hello near"));
}

TEST_CASE_METHOD(SearchFixture, "A query without a word is refused", "[search]") {
  for (const char* query : {"", "   ", "...", "\"\"", "*", "—"}) {
    INFO(query);
    CHECK(code_of([&] { find(query); }) == Code::invalid);
  }
  CHECK(code_of([&] { find("caf\xe9"); }) == Code::invalid);
  CHECK(code_of([&] { find(std::string(5000, 'x')); }) == Code::invalid);
}

TEST_CASE_METHOD(SearchFixture, "Who the source is, is not found", "[search]") {
  add({{"title", "Account"}, {"source.pseudonym", "Azalea"}, {"source.identity.name", "Hana"}},
      "testimony");
  CHECK(finds("azalea"));
  CHECK_FALSE(finds("hana"));
}

TEST_CASE_METHOD(SearchFixture, "Words of vocabularies are not found", "[search]") {
  add({{"title", "Account"}, {"consent.status", "given"}, {"reliability", "unsure"}}, "testimony");
  CHECK_FALSE(finds("given"));
  CHECK_FALSE(finds("unsure"));
}

TEST_CASE_METHOD(SearchFixture, "A match says its field and the text around it", "[search]") {
  add({{"title", "Night raid"},
       {"description.0",
        std::string(200, 'a') + " before the raid\nand after " + std::string(200, 'b')}});
  const auto hits = search_records(vault, "raid", {});
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].score > 0);
  REQUIRE(hits[0].matched.size() == 2);
  CHECK(hits[0].matched[0] == "title: Night raid");
  CHECK(hits[0].matched[1].starts_with("description: …"));
  CHECK(hits[0].matched[1].find("before the raid and after") != std::string::npos);
  CHECK(hits[0].matched[1].ends_with("…"));
}

TEST_CASE_METHOD(SearchFixture, "A word in the title counts more", "[search]") {
  const std::string body = add({{"title", "Other things"}, {"description.0", "a raid"}});
  const std::string title = add({{"title", "Raid things"}, {"description.0", "a night"}});
  CHECK(find("raid") == Ids{title, body});
}

TEST_CASE_METHOD(SearchFixture, "Filters and limits hold for a search too", "[search]") {
  add({{"title", "Raid one"}, {"tags.0", "red"}});
  const std::string account = add({{"title", "Raid two"}}, "testimony");
  CHECK(find("raid", {.kind = "testimony"}) == Ids{account});
  CHECK(find("raid", {.tag = "red"}).size() == 1);
  CHECK(find("raid", {.limit = 1}).size() == 1);
}

TEST_CASE_METHOD(SearchFixture, "The newest head is what is found", "[search]") {
  const std::string id = add({{"title", "Raid"}});
  FieldMap fields = get_record(vault, id).content.fields();
  fields["title"] = "March";
  Tx tx(vault.db());
  revise_record(vault, id, fields, "revised", Json::object(), kNow);
  tx.commit();
  CHECK_FALSE(finds("raid"));
  CHECK(finds("march"));
}

TEST_CASE_METHOD(SearchFixture, "What was rolled back is not found", "[search]") {
  {
    Tx tx(vault.db());
    create_record(vault, "incident", {{"title", "Raid"}}, "collected", Json::object(), kNow);
  }
  CHECK_FALSE(finds("raid"));
}

TEST_CASE_METHOD(SearchFixture, "The index is there after opening the vault again", "[search]") {
  add({{"title", "북송"}});
  reopen();
  CHECK(finds("북송"));
}

TEST_CASE("A snippet is cut between characters", "[search]") {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "가";
  text += " 북송 ";
  for (int i = 0; i < 100; ++i) text += "나";
  const std::string snippet = snippet_of(text, parse_query("북송"));
  CHECK(is_utf8(as_bytes(snippet)));
  CHECK(snippet.starts_with("…"));
  CHECK(snippet.find("북송") != std::string::npos);
}

}  // namespace
}  // namespace depone
