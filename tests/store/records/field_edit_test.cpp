#include "store/records/field_edit.h"

#include "tests/store/vault_fixture.h"

namespace depone {
namespace {

using testing::code_of;

const RevisionContent kNew;

// A revision of which one line is not held.
RevisionContent partly_held() {
  RevisionContent content;
  content.revision.commitments.resize(1);
  return content;
}

FieldMap some() {
  return {{"title", "T"},           {"tags.0", "a"},          {"tags.3", "b"},
          {"description.0", "one"}, {"description.1", "two"}, {"place.name", "P"}};
}

TEST_CASE("What a patch does not name stays", "[field edit]") {
  FieldEdit edit(some(), kNew);
  edit.merge({{"title", "U"}});
  FieldMap expected = some();
  expected["title"] = "U";
  CHECK(edit.fields() == expected);
}

TEST_CASE("Null and empty text take a field away, or all below it", "[field edit]") {
  FieldEdit edit(some(), kNew);
  edit.merge(
      {{"title", nullptr}, {"place", nullptr}, {"tags", Json::array()}, {"description", ""}});
  CHECK(edit.fields().empty());
}

TEST_CASE("A group is merged, member by member", "[field edit]") {
  FieldEdit edit(some(), kNew);
  edit.merge({{"place", {{"precision", "village"}}}});
  CHECK(edit.fields().at("place.name") == "P");
  CHECK(edit.fields().at("place.precision") == "village");
}

TEST_CASE("The elements of a list keep the indexes that they have", "[field edit]") {
  FieldEdit edit(some(), kNew);
  edit.merge({{"tags", {"a", "c", "d"}}});
  CHECK(edit.fields().at("tags.0") == "a");
  CHECK(edit.fields().at("tags.3") == "c");
  CHECK(edit.fields().at("tags.4") == "d");
  edit.merge({{"tags", Json::array({"c"})}});
  CHECK(edit.elements("tags") == std::vector<std::string>{"tags.0"});
}

TEST_CASE("An element of a list is replaced as a whole", "[field edit]") {
  FieldEdit edit({{"acts.0.type", "arrest"}, {"acts.0.place", "P"}}, kNew);
  edit.merge({{"acts", Json::array({{{"type", "torture"}}})}});
  CHECK(edit.fields() == FieldMap{{"acts.0.type", "torture"}});
}

TEST_CASE("A date is one value", "[field edit]") {
  const Json date{{"date", "2026-11"}, {"type", "estimate"}};
  FieldEdit edit({{"dates.initial", Json{{"date", "2020"}, {"type", "exact"}}}}, kNew);
  edit.merge({{"dates", {{"initial", date}}}});
  CHECK(edit.fields() == FieldMap{{"dates.initial", date}});
}

TEST_CASE("A long text is set by its passages", "[field edit]") {
  FieldEdit edit(some(), kNew);
  edit.set("description", "one\n\n2\n\nthree");
  CHECK(edit.fields().at("description.0") == "one");
  CHECK(edit.fields().at("description.1") == "2");
  CHECK(edit.fields().at("description.2") == "three");
  edit.set("description", "alone");
  CHECK(edit.elements("description") == std::vector<std::string>{"description.0"});
  CHECK(code_of([&] { edit.set("description", 7); }) == Code::invalid);
}

TEST_CASE("What is added where lines are not held takes a random index", "[field edit]") {
  const RevisionContent base = partly_held();
  FieldEdit edit(some(), base);
  edit.merge({{"tags", {"a", "b", "c"}}});
  const std::string added = edit.elements("tags").back();
  CHECK(added.size() > std::string("tags.1048575").size() - 1);
  CHECK(edit.fields().at(added) == "c");
  edit.set("description", "one\n\ntwo\n\nthree");
  CHECK(edit.fields().at("description.1") == "two");
  CHECK_FALSE(edit.fields().contains("description.2"));
}

TEST_CASE("Removing says whether there was anything", "[field edit]") {
  FieldEdit edit(some(), kNew);
  CHECK(edit.remove("place"));
  CHECK_FALSE(edit.remove("place"));
  CHECK_FALSE(edit.remove("tag"));
  CHECK(edit.fields().contains("tags.0"));
}

TEST_CASE("Text in the place of a list, and a list in the place of text, replace each other",
          "[field edit]") {
  FieldEdit edit({{"interview.present", "a cousin"}}, kNew);
  edit.merge({{"interview", {{"present", {"a cousin", "a guard"}}}}});
  CHECK(edit.fields() ==
        FieldMap{{"interview.present.0", "a cousin"}, {"interview.present.1", "a guard"}});
  edit.merge({{"interview", {{"present", "nobody"}}}});
  CHECK(edit.fields() == FieldMap{{"interview.present", "nobody"}});
}

TEST_CASE("A value in the way of a path gives way to what is set below it", "[field edit]") {
  FieldEdit edit({{"consent", "yes"}, {"title", "T"}}, kNew);
  edit.set("consent.status", "given");
  edit.set("title", nullptr);
  CHECK(edit.fields() == FieldMap{{"consent.status", "given"}});
}

}  // namespace
}  // namespace depone
