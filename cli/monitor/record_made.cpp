#include "cli/monitor/record_made.h"

#include "cli/dialogue.h"
#include "cli/interview/interview.h"
#include "cli/output.h"
#include "crypto/error.h"
#include "store/evidence/evidence.h"

namespace depone::cli {

namespace {

void say_what_is_missing(Context& context, const std::vector<std::string>& missing) {
  if (missing.empty()) return;
  context.err << "The record is saved and incomplete; it lacks:";
  for (const std::string& path : missing) context.err << ' ' << path;
  context.err << '\n';
}

void report_draft(Context& context, const Interview& interview) {
  const Draft& draft = interview.draft();
  const std::vector<std::string> missing = missing_fields(draft.kind, draft.fields);
  if (!interview.is_kept()) {
    context.err << (draft.is_edit() ? "Nothing was changed.\n" : "Nothing was saved.\n");
    if (context.json) print_json(context, {{"id", nullptr}, {"state", nullptr}});
    return;
  }
  context.err << "The answers are kept as a draft. Go on with:\n  depone new --resume "
              << draft.id.substr(0, 8) << '\n';
  if (context.json) {
    print_json(context, {{"id", draft.id},
                         {"state", "draft"},
                         {"complete", missing.empty()},
                         {"missing", missing}});
  } else {
    context.out << draft.id << '\n';
  }
}

}  // namespace

std::vector<std::string> changed_paths(const FieldMap& before, const FieldMap& after) {
  std::vector<std::string> paths;
  for (const auto& [path, value] : before) {
    if (!after.contains(path)) paths.push_back(path);
  }
  for (const auto& [path, value] : after) {
    const auto was = before.find(path);
    if (was == before.end() || was->second != value) paths.push_back(path);
  }
  return paths;
}

void report_made(Context& context, const std::string& id, const std::vector<std::string>& missing) {
  if (context.json) {
    print_json(context, {{"id", id}, {"complete", missing.empty()}, {"missing", missing}});
    return;
  }
  context.out << id << '\n';
  say_what_is_missing(context, missing);
}

void report_edited(Context& context, const std::string& id, const std::string& revision,
                   const std::vector<std::string>& changed,
                   const std::vector<std::string>& missing) {
  if (context.json) {
    print_json(context, {{"id", id},
                         {"revision", revision},
                         {"changed", changed},
                         {"complete", missing.empty()},
                         {"missing", missing}});
    return;
  }
  if (changed.empty()) {
    context.err << "Nothing was changed.\n";
    return;
  }
  context.out << revision << '\n';
  say_what_is_missing(context, missing);
}

int interview(Context& context, Vault& vault, Draft draft) {
  auto dialogue = dialogue_for(context);
  Interview interview(context, vault, *dialogue, std::move(draft));
  const Interview::End end = interview.run();
  dialogue.reset();  // the terminal is as before when the outcome is told
  const Draft& done = interview.draft();
  if (end == Interview::End::stopped) {
    report_draft(context, interview);
    return 0;
  }
  const std::vector<std::string> missing = missing_fields(done.kind, done.fields);
  if (done.is_edit()) {
    const bool same = end == Interview::End::unchanged;
    report_edited(context, done.id, same ? done.base.id() : interview.revision(),
                  changed_paths(done.base.fields(), done.fields), missing);
    if (interview.is_beside()) {
      context.err << "This record has two newest revisions now, yours and the one that came "
                     "meanwhile. `depone show "
                  << done.id.substr(0, 8)
                  << "` says what they differ in, `depone resolve` ends it.\n";
    }
  } else {
    report_made(context, done.id, missing);
  }
  return 0;
}

}  // namespace depone::cli
