#include "store/records/rebase.h"

#include "tests/store/records/history_fixture.h"

namespace depone {
namespace {

// The newest revision of a record that this vault holds whole.
RevisionContent newest(const FieldMap& fields) {
  return make_revision("0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11", "testimony", fields,
                       Identity::from_seed(testing::seed_of(9)).bundle_key(), {});
}

const FieldMap kBefore{{"title", "T"},
                       {"consent.status", "given"},
                       {"consent.share.0", "desk"},
                       {"account.text.0", "one"},
                       {"account.text.1", "two"},
                       {"acts.0.type", "torture"},
                       {"tags.0", "a"},
                       {"place.latitude", 1}};

FieldMap with(const FieldMap& changes) {
  return testing::HistoryFixture::changed(kBefore, changes);
}

TEST_CASE("Changes to different things are put together", "[rebase]") {
  const Rebased out = rebase_fields(kBefore, with({{"title", "mine"}, {"tags.0", nullptr}}),
                                    newest(with({{"account.text.1", "theirs"}})));
  CHECK(out.both.empty());
  CHECK(out.fields == with({{"title", "mine"}, {"tags.0", nullptr}, {"account.text.1", "theirs"}}));
}

TEST_CASE("The same change on both sides is one", "[rebase]") {
  const FieldMap same = with({{"title", "new"}, {"acts.0.type", nullptr}});
  CHECK(rebase_fields(kBefore, same, newest(same)).fields == same);
}

TEST_CASE("What belongs together is never mixed", "[rebase]") {
  const auto both = [](const FieldMap& mine, const FieldMap& theirs) {
    const Rebased out = rebase_fields(kBefore, with(mine), newest(with(theirs)));
    CHECK(out.fields.empty() != out.both.empty());
    return out.both;
  };
  using Names = std::vector<std::string>;
  CHECK(both({{"title", "mine"}}, {{"title", "theirs"}}) == Names{"title"});
  CHECK(both({{"account.text.0", "mine"}}, {{"account.text.1", "theirs"}}) ==
        Names{"account.text"});
  CHECK(both({{"acts.0.victim", "mine"}}, {{"acts.0.place", "theirs"}}) == Names{"acts.0"});
  CHECK(both({{"acts.0.type", nullptr}}, {{"acts.0.place", "theirs"}}) == Names{"acts.0"});
  CHECK(both({{"place.latitude", 2}}, {{"place.longitude", 3}}) == Names{"place"});
  CHECK(both({{"consent.share.1", "court"}}, {{"consent.until", "x"}}) == Names{"consent"});
  CHECK(both({{"consent.purposes.0", "advocacy"}}, {{"consent.status", "withdrawn"}}) ==
        Names{"consent"});
  CHECK(both({{"acts.0.type", nullptr}, {"acts.0", "words"}}, {{"acts.0.place", "theirs"}}) ==
        Names{"acts.0"});
  CHECK(both({{"safety.risks", "mine"}}, {{"safety", "words"}}) == Names{"safety"});
}

TEST_CASE("A withdrawal that came meanwhile holds, whatever else was edited", "[rebase]") {
  const FieldMap withdrawn{{"consent.status", "withdrawn"}, {"consent.withdrawn.why", "afraid"}};
  const Rebased out = rebase_fields(kBefore, with({{"title", "mine"}}), newest(with(withdrawn)));
  CHECK(out.fields.at("consent.status") == "withdrawn");
  CHECK(out.fields.at("title") == "mine");
}

TEST_CASE("Elements that both sides added stand beside each other", "[rebase]") {
  const Rebased out = rebase_fields(
      kBefore, with({{"acts.1.type", "rape"}, {"tags.1", "mine"}}),
      newest(with({{"acts.1.type", "murder"}, {"acts.1.place", "X"}, {"tags.1", "theirs"}})));
  CHECK(out.both.empty());
  CHECK(out.fields == with({{"acts.1.type", "murder"},
                            {"acts.1.place", "X"},
                            {"acts.2.type", "rape"},
                            {"tags.1", "theirs"},
                            {"tags.2", "mine"}}));
}

}  // namespace
}  // namespace depone
