#include "cli/interview/course.h"

#include <catch2/catch_test_macros.hpp>
#include <set>

#include "store/evidence/evidence.h"

namespace depone::cli {
namespace {

// Every question from the first to the end, with these answers given.
std::vector<std::string> all_of(std::string_view kind, const FieldMap& fields,
                                bool identity = true) {
  Course course(kind, identity);
  course.go_to("", fields);
  std::vector<std::string> paths;
  while (!course.at_end() && paths.size() < 1000) {
    paths.push_back(course.here().path);
    course.past(fields);
  }
  return paths;
}

bool asks(const std::vector<std::string>& paths, std::string_view path) {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

TEST_CASE("An interview begins with consent", "[interview]") {
  CHECK(all_of("testimony", {}).front() == "consent.status");
}

TEST_CASE("Every field that people fill in is asked for", "[interview]") {
  for (const char* kind : {"testimony", "incident"}) {
    std::set<std::string> asked;
    for (const Section& section : plan_of(kind)) {
      for (const Step& step : section.steps) {
        if (step.ask != Ask::group) asked.insert(std::string(step.path));
        for (const std::string_view field : step.fields) asked.insert(pattern_of(step, field));
      }
    }
    for (const FieldRule& rule : field_rules(kind)) {
      const std::string pattern(rule.pattern);
      if (pattern == "created" || pattern.starts_with("attachments.")) continue;
      if (pattern.starts_with("links.#.")) continue;  // between records: by `depone link`
      const std::string whole =
          pattern.ends_with(".#") ? pattern.substr(0, pattern.size() - 2) : pattern;
      INFO(pattern);
      CHECK(asked.contains(whole));
    }
  }
}

TEST_CASE("Every question is about a field that there is", "[interview]") {
  for (const char* kind : {"testimony", "incident"}) {
    for (const Section& section : plan_of(kind)) {
      for (const Step& step : section.steps) {
        const bool list = step.ask == Ask::classes || step.ask == Ask::list;
        const std::string path = std::string(step.path) + (list ? ".0" : "");
        INFO(path);
        if (step.fields.empty()) CHECK(rule_of(kind, path) != nullptr);
        for (const std::string_view field : step.fields) {
          const std::string inside =
              step.ask == Ask::items ? path + ".0." + std::string(field) : std::string(field);
          INFO(inside);
          CHECK(rule_of(kind, inside) != nullptr);
        }
      }
    }
  }
}

TEST_CASE("Who may read is asked only of a source that gave consent", "[interview]") {
  CHECK(asks(all_of("testimony", {{"consent.status", "given"}}), "consent.share"));
  CHECK_FALSE(asks(all_of("testimony", {{"consent.status", "refused"}}), "consent.share"));
  CHECK(asks(all_of("testimony", {{"consent.status", "not asked"}}), "consent.reason"));
  CHECK_FALSE(asks(all_of("testimony", {{"consent.status", "given"}}), "consent.reason"));
}

TEST_CASE("A finding is asked only where there is a clinician", "[interview]") {
  CHECK_FALSE(asks(all_of("testimony", {}), "findings.consistency"));
  CHECK(asks(all_of("testimony", {{"findings.clinician", "Dr A"}}), "findings.consistency"));
}

TEST_CASE("Who the source is, is not asked where lines are hidden", "[interview]") {
  CHECK(asks(all_of("testimony", {}), "source.identity"));
  CHECK_FALSE(asks(all_of("testimony", {}, false), "source.identity"));
}

TEST_CASE("An element is gone through, and then its list is asked again", "[interview]") {
  FieldMap fields;
  Course course("incident", true);
  course.go_to("victims", fields);
  course.enter("victims.0", fields);
  CHECK(course.here().path == "victims.0.name");
  fields["victims.0.name"] = "a family";
  course.next(fields);
  course.next(fields);
  CHECK(course.here().path == "victims.0.number");
  course.next(fields);
  CHECK(course.here().path == "victims");
  course.past(fields);
  CHECK(course.here().path == "acts");
}

TEST_CASE("Back goes to the question before, and out of an element to its list", "[interview]") {
  Course course("incident", true);
  course.go_to("place.name", {});
  course.back({});
  CHECK(course.here().path == "dates.final");
  course.go_to("acts.2.type", {});
  CHECK(course.here().path == "acts.2.type");
  course.back({});
  CHECK(course.here().path == "acts");
}

TEST_CASE("Back at the first question stays there", "[interview]") {
  Course course("testimony", true);
  course.back({});
  CHECK(course.here().path == "consent.status");
}

TEST_CASE("A group is gone through once, or passed over", "[interview]") {
  Course course("testimony", true);
  course.go_to("safety", {});
  course.enter("safety", {});
  CHECK(course.here().path == "safety.risks");
  for (int i = 0; i < 4; ++i) course.next({});
  CHECK(course.here().path == "care");
  course.past({});
  CHECK(course.here().path == "reliability");
}

TEST_CASE("Words alone in the place of an element are asked for as they are", "[interview]") {
  const FieldMap fields{{"victims.0", "a family of four"}};
  Course course("incident", true);
  course.go_to("victims", fields);
  course.enter("victims.0", fields);
  CHECK(course.here().path == "victims.0");
  course.next(fields);
  CHECK(course.here().path == "victims");
}

TEST_CASE("The way goes on where it was left, or nearby", "[interview]") {
  Course course("testimony", true);
  for (const char* path : {"title", "source.identity.birth", "acts.3.method", "review"}) {
    course.go_to(path, {});
    CHECK(course.here().path == path);
  }
  course.go_to("account.text.4", {});
  CHECK(course.here().path == "account.text");
  course.go_to("tags.7", {});
  CHECK(course.here().path == "tags");
  course.go_to("of.a.later.version", {});
  CHECK(course.here().path == "consent.status");
}

TEST_CASE("A question that an answer did away with is passed over", "[interview]") {
  Course course("testimony", true);
  course.go_to("consent.share", {{"consent.status", "given"}});
  course.next({{"consent.status", "refused"}});
  CHECK(course.here().path != "consent.share");
}

}  // namespace
}  // namespace depone::cli
