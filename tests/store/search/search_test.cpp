#include "store/search/search.h"

#include "store/search/snippet.h"
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
    for (const SearchHit& hit : hits(query, {filter, identity})) ids.push_back(hit.record.id);
    return ids;
  }
  std::vector<SearchHit> hits(std::string_view query, const SearchOptions& options = {}) {
    const SearchQuery parsed = parse_query(query);
    std::vector<SearchHit> out;
    for (const SearchMatch& match : search_records(vault, parsed, options).matches)
      out.push_back(hit_of(vault, match, parsed, options));
    return out;
  }
  bool identity = false;
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

TEST_CASE_METHOD(SearchFixture, "Nothing else that is typed is syntax", "[search]") {
  add({{"title", "Night raid"}, {"description.0", "say \"hello\" NEAR them"}});
  for (const char* query : {"night and", "title:night", "night +", "^night", "{title}",
                            "night - raid", "\"night", "'night'", "night; DROP TABLE words",
                            "NEAR(night raid)", "\"\"\"night", "*night", "night**", "near/2"}) {
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

TEST_CASE_METHOD(SearchFixture, "A query that does not hold together is refused", "[search]") {
  for (const char* query : {"night AND", "OR raid", "night OR", "NOT", "NOT night", "night NOT",
                            "night AND OR raid", "(night", "night)", "()", "night OR NOT raid",
                            "((((((((((((((((((night))))))))))))))))))"}) {
    INFO(query);
    CHECK(code_of([&] { find(query); }) == Code::invalid);
  }
}

TEST_CASE_METHOD(SearchFixture, "OR finds either, NOT takes away", "[search]") {
  const std::string raid = add({{"title", "Night raid"}});
  const std::string march = add({{"title", "Night march"}});
  const std::string day = add({{"title", "Day raid"}});
  CHECK(find("march OR day").size() == 2);
  CHECK(find("night NOT raid") == Ids{march});
  CHECK(find("night AND NOT raid") == Ids{march});
  CHECK(find("NOT night raid") == Ids{day});
  CHECK(find("night raid OR day raid").size() == 2);
  CHECK(find("night (raid OR march)").size() == 2);
  CHECK(find("night NOT (raid OR march)").empty());
  CHECK(find("raid (NOT day)") == Ids{raid});
}

TEST_CASE_METHOD(SearchFixture, "An operator in quotes is a word", "[search]") {
  const std::string id = add({{"title", "This and that"}});
  CHECK(find("\"AND\"") == Ids{id});
}

TEST_CASE_METHOD(SearchFixture, "Who the source is, is not found", "[search]") {
  add({{"title", "Account"}, {"source.pseudonym", "Azalea"}, {"source.identity.name", "Hana"}},
      "testimony");
  CHECK(finds("azalea"));
  CHECK_FALSE(finds("hana"));
}

TEST_CASE_METHOD(SearchFixture, "Who the source is, is found where that is asked for", "[search]") {
  const std::string id =
      add({{"title", "Account of a raid"}, {"source.identity.name", "Hana Kim"}}, "testimony");
  add({{"title", "Account"}, {"source.identity.name", "Mina Kim"}}, "testimony");
  identity = true;
  CHECK(find("hana") == Ids{id});
  CHECK(find("hana raid") == Ids{id});
  CHECK(find("kim NOT hana").size() == 1);
  CHECK(find("\"hana kim\"") == Ids{id});
  CHECK(find("kim").size() == 2);
  CHECK(find("raid").size() == 1);
  CHECK(hits("hana", {{}, true}).at(0).matched ==
        std::vector<std::string>{"source.identity.name: Hana Kim"});
  CHECK(hits("account").at(0).matched.size() == 1);
}

TEST_CASE_METHOD(SearchFixture, "An attachment that identifies is found with --identity only",
                 "[search]") {
  const std::string sha256(64, 'a');
  const std::string id = add({{"title", "Account"},
                              {"attachments.0.name", "Hana.jpg"},
                              {"attachments.0.sha256", sha256},
                              {"attachments.1.name", "Mina.jpg"},
                              {"attachments.1.sha256", sha256},
                              {"attachments.1.identifies", false}},
                             "testimony");
  CHECK(find("hana").empty());
  CHECK(find("mina") == std::vector<std::string>{id});
  identity = true;
  CHECK(find("hana") == std::vector<std::string>{id});
}

TEST_CASE_METHOD(SearchFixture, "An identity that was taken out is not found", "[search]") {
  const std::string id =
      add({{"title", "Account"}, {"source.identity.name", "Hana Kim"}}, "testimony");
  FieldMap fields = get_record(vault, id).content.fields();
  fields.erase("source.identity.name");
  Tx tx(vault.db());
  revise_record(vault, id, fields, "revised", Json::object(), kNow);
  tx.commit();
  identity = true;
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
  const auto found = hits("raid");
  REQUIRE(found.size() == 1);
  CHECK(found[0].score > 0);
  REQUIRE(found[0].matched.size() == 2);
  CHECK(found[0].matched[0] == "title: Night raid");
  CHECK(found[0].matched[1].starts_with("description: …"));
  CHECK(found[0].matched[1].find("before the raid and after") != std::string::npos);
  CHECK(found[0].matched[1].ends_with("…"));
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

TEST_CASE_METHOD(SearchFixture, "A place is a filter of words in its name", "[search]") {
  const std::string id = add({{"title", "Raid one"}, {"place.name", "Hoeryong, North Hamgyong"}});
  add({{"title", "Raid two"}, {"description.0", "far from Hoeryong"}});
  CHECK(find("raid", {.place = "hoeryong"}) == Ids{id});
  CHECK(find("raid", {.place = "north hamgyong"}) == Ids{id});
  CHECK(find("hoeryong").size() == 2);
  identity = true;
  CHECK(find("raid", {.place = "hoeryong"}) == Ids{id});
}

TEST_CASE_METHOD(SearchFixture, "An author is a filter", "[search]") {
  add({{"title", "Raid"}});
  CHECK(find("raid", {.author = "me"}).size() == 1);
  CHECK(find("raid", {.author = vault.identity().bundle_key().text()}).size() == 1);
  CHECK(code_of([&] { find("raid", {.author = "nobody"}); }) == Code::not_found);
}

TEST_CASE_METHOD(SearchFixture, "The rarer word counts more", "[search]") {
  for (int i = 0; i < 20; ++i) add({{"title", "Night"}});
  const std::string rare = add({{"title", "Harbour"}});
  add({{"title", "Night"}});
  CHECK(find("night OR harbour").front() == rare);
}

TEST_CASE_METHOD(SearchFixture, "Where there is a limit the newest matches are ranked",
                 "[search]") {
  {
    Tx tx(vault.db());
    for (std::size_t i = 0; i < kRanked + 1; ++i)
      create_record(vault, "incident", {{"title", "Raid"}}, "collected", Json::object(), kNow);
    tx.commit();
  }
  const SearchQuery raid = parse_query("raid");
  CHECK(search_records(vault, raid, {{.limit = 20}}).newest_only);
  CHECK(search_records(vault, raid, {{.limit = 20}}).matches.size() == 20);
  CHECK_FALSE(search_records(vault, raid, {}).newest_only);
  CHECK(search_records(vault, raid, {}).matches.size() == kRanked + 1);
  CHECK(search_records(vault, raid, {{.limit = 20}}).ranked == kRanked);
}

TEST_CASE_METHOD(SearchFixture, "Of a phrase fewer matches are ranked, the more words it has",
                 "[search]") {
  {
    Tx tx(vault.db());
    for (std::size_t i = 0; i < kRanked / 2 + 1; ++i)
      create_record(vault, "incident", {{"title", "Raid at the old harbour bridge by night"}},
                    "collected", Json::object(), kNow);
    tx.commit();
  }
  const auto ranked = [&](std::string_view typed) {
    return search_records(vault, parse_query(typed), {{.limit = 20}}).ranked;
  };
  CHECK(ranked("raid harbour") == kRanked / 2 + 1);
  CHECK(ranked("\"old harbour\"") == kRanked / 2);
  CHECK(ranked("night \"old harbour bridge by\"") == kRanked / 4);
  CHECK(ranked("\"raid at the old harbour bridge by night\"") == kRankedAtLeast);
  const SearchResult all = search_records(vault, parse_query("\"old harbour\""), {});
  CHECK(all.ranked == kRanked / 2 + 1);
}

TEST_CASE_METHOD(SearchFixture, "The index goes on in a second table", "[search]") {
  add({{"title", "Old raid"}});
  {
    Tx tx(vault.db());
    vault.db().execute(
        "INSERT INTO records(number, id, kind, title, date, head, heads, created, updated, "
        "complete, tags) VALUES (40000, '0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11', 'incident', '', "
        "'', "
        "'', 1, '', '', 0, '')");
    tx.commit();
  }
  add({{"title", "New raid"}});
  CHECK(word_tables(vault) == std::vector<std::string>{"words_2", "words_0"});
  CHECK(find("raid").size() == 2);
  CHECK(hits("raid").front().record.title == "New raid");
}

TEST_CASE_METHOD(SearchFixture, "A removed record's words are gone", "[search]") {
  add({{"title", "Raid"}});
  Tx tx(vault.db());
  unindex_record(vault, 1);
  forget_removed_words(vault);
  tx.commit();
  CHECK_FALSE(finds("raid"));
}

TEST_CASE_METHOD(SearchFixture, "An index of another version is made anew", "[search]") {
  const std::string id = add({{"title", "Raid"}, {"tags.0", "red"}});
  add({{"title", "Other"}, {"source.identity.name", "Hana"}}, "testimony");
  vault.set_setting("search_index", "0");
  vault.db().execute("DELETE FROM words_0; DELETE FROM record_tags; UPDATE records SET author = 0");
  std::uint64_t steps = 0;
  CHECK_FALSE(index_is_current(vault));
  rebuild_index(vault, [&](std::uint64_t, std::uint64_t of) {
    ++steps;
    CHECK(of == 2);
  });
  CHECK(steps == 2);
  CHECK(index_is_current(vault));
  CHECK(find("raid", {.tag = "red", .author = "me"}) == Ids{id});
  identity = true;
  CHECK(finds("hana"));
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
  const SearchQuery query = parse_query("북송");
  const std::string snippet = snippet_of(text, wanted_terms(query));
  CHECK(is_utf8(as_bytes(snippet)));
  CHECK(snippet.starts_with("…"));
  CHECK(snippet.find("북송") != std::string::npos);
}

}  // namespace
}  // namespace depone
