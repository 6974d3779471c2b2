#include "store/records/tags.h"

#include "crypto/formats/uuid.h"
#include "store/records/custody.h"
#include "store/search/search.h"
#include "tests/store/records/history_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::HistoryFixture;
using testing::kLater;

const FieldMap kIncident{{"title", "Night raid"}, {"tags.0", "raid"}};

struct TagsFixture : HistoryFixture {
  std::string id = create(kIncident);

  std::optional<std::string> tag(const std::vector<std::string>& words, bool remove = false) {
    Tx tx(vault.db());
    const auto revision =
        remove ? remove_tags(vault, id, words, kLater) : add_tags(vault, id, words, kLater);
    tx.commit();
    return revision;
  }
  std::optional<std::string> link(const std::string& from, const std::string& to,
                                  std::string_view as = "") {
    Tx tx(vault.db());
    const auto revision = add_link(vault, from, to, as, kLater);
    tx.commit();
    return revision;
  }
  std::optional<std::string> unlink(const std::string& from, std::string_view to,
                                    std::string_view as = "") {
    Tx tx(vault.db());
    const auto revision = remove_link(vault, from, to, as, kLater);
    tx.commit();
    return revision;
  }
  std::vector<std::string> from(const std::string& record) {
    std::vector<std::string> ids;
    for (const RecordSummary& one : linked_from(vault, record)) ids.push_back(one.id);
    return ids;
  }
};

TEST_CASE_METHOD(TagsFixture, "A tag is a revision, and the list finds it", "[tags]") {
  const auto revision = tag({"국경", "night"});
  CHECK(get_record(vault, id).heads.front() == revision);
  CHECK(list_records(vault, {.tag = "국경"}).size() == 1);
  CHECK(list_records(vault, {.tag = "raid"}).size() == 1);
  CHECK(custody_of(vault, id).back().back().action == "revised");
}

TEST_CASE_METHOD(TagsFixture, "Tags that are there already make no revision", "[tags]") {
  CHECK_FALSE(tag({"raid"}));
  CHECK(revisions_of(vault, id).size() == 1);
  tag({"a", "a", "raid"});
  CHECK(head(id).fields().at("tags.1") == "a");
  CHECK_FALSE(head(id).fields().contains("tags.2"));
}

TEST_CASE_METHOD(TagsFixture, "Tags are taken off, all that are named or none", "[tags]") {
  tag({"night"});
  CHECK(code_of([&] { tag({"night", "unheard-of"}, true); }) == Code::not_found);
  CHECK(list_records(vault, {.tag = "night"}).size() == 1);
  tag({"raid", "night"}, true);
  CHECK(list_records(vault, {.tag = "night"}).empty());
  CHECK(list_records(vault, {.tag = "raid"}).empty());
}

TEST_CASE_METHOD(TagsFixture, "Ten thousand tags are taken in one revision", "[tags]") {
  std::vector<std::string> words;
  for (int i = 0; i < 10'000; ++i) words.push_back("tag-" + std::to_string(i));
  tag(words);
  CHECK(head(id).fields().size() == 10'003);  // with the title, the first tag and the time
  CHECK(list_records(vault, {.tag = "tag-9999"}).size() == 1);
}

TEST_CASE_METHOD(TagsFixture, "More tags than a record can hold are refused and nothing is saved",
                 "[tags]") {
  std::vector<std::string> words;
  for (int i = 0; i < 20'001; ++i) words.push_back("tag-" + std::to_string(i));
  CHECK(code_of([&] { tag(words); }) == Code::invalid);
  CHECK(revisions_of(vault, id).size() == 1);
}

TEST_CASE_METHOD(TagsFixture, "A link is seen from both records", "[links]") {
  const std::string other = create(kIncident);
  link(id, other, "same night");
  const auto links = links_of(head(id).fields());
  REQUIRE(links.size() == 1);
  CHECK(links[0].record == other);
  CHECK(links[0].as == "same night");
  CHECK(from(other) == std::vector{id});
  CHECK(from(id).empty());
}

TEST_CASE_METHOD(TagsFixture, "The same link once more changes nothing, another word does",
                 "[links]") {
  const std::string other = create(kIncident);
  link(id, other);
  CHECK_FALSE(link(id, other));
  CHECK(link(id, other, "witness"));
  CHECK(links_of(head(id).fields()).size() == 2);
  CHECK(from(other) == std::vector{id});
}

TEST_CASE_METHOD(TagsFixture, "A link is taken off by its word, or all of them", "[links]") {
  const std::string other = create(kIncident);
  link(id, other);
  link(id, other, "witness");
  unlink(id, other.substr(0, 8), "witness");
  CHECK(links_of(head(id).fields()).size() == 1);
  unlink(id, other);
  CHECK(links_of(head(id).fields()).empty());
  CHECK(from(other).empty());
  CHECK(code_of([&] { unlink(id, other); }) == Code::not_found);
}

TEST_CASE_METHOD(TagsFixture, "A link may lead to a record that is not here", "[links]") {
  const std::string far = random_uuid();
  link(id, far);
  CHECK(links_of(head(id).fields()).front().record == far);
  unlink(id, far.substr(0, 6));
  CHECK(links_of(head(id).fields()).empty());
}

TEST_CASE_METHOD(TagsFixture, "Links in a circle are one step each", "[links]") {
  const std::string other = create(kIncident);
  const std::string third = create(kIncident);
  link(id, other);
  link(other, third);
  link(third, id);
  CHECK(from(id) == std::vector{third});
  CHECK(from(other) == std::vector{id});
  CHECK(code_of([&] { link(id, id); }) == Code::invalid);
}

TEST_CASE_METHOD(TagsFixture, "Addresses stay beside links to records", "[links]") {
  revise(id, {{"links.0", "https://example.org/report"}});
  const std::string other = create(kIncident);
  link(id, other);
  const auto links = links_of(head(id).fields());
  REQUIRE(links.size() == 2);
  CHECK(links[0].address == "https://example.org/report");
  CHECK(links[1].record == other);
}

}  // namespace
}  // namespace depone
