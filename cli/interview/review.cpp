#include <algorithm>

#include "cli/interview/answer.h"
#include "cli/interview/interview.h"
#include "cli/output.h"
#include "crypto/error.h"
#include "store/records/field_diff.h"
#include "store/records/withdraw.h"

namespace depone::cli {

namespace {

std::string counted(std::size_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string text_at(const FieldMap& fields, std::string_view path) {
  const auto found = fields.find(path);
  return found == fields.end() ? "" : shown(found->second);
}

std::string listed(const FieldMap& fields, const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) text += (text.empty() ? "" : ", ") + text_at(fields, path);
  return text.empty() ? "nobody" : text;
}

// One line a change, of so many as the screen has room for.
std::string changes_in_brief(const FieldMap& before, const FieldMap& after, std::size_t columns) {
  constexpr std::size_t kMost = 6;
  const std::vector<FieldChange> changed = field_changes(before, after);
  std::string text;
  for (std::size_t i = 0; i < changed.size() && i < kMost; ++i) {
    const std::string value = changed[i].after ? shown(*changed[i].after) : "(taken away)";
    text += cut_to("  " + changed[i].path + ": " + value, columns) + "\n";
  }
  if (changed.size() > kMost)
    text += "  … and " + counted(changed.size() - kMost, "field", "fields") + " more\n";
  return text;
}

}  // namespace

void Interview::show_review(const std::vector<std::string>& missing) {
  const FieldEdit now = edit();
  const FieldMap& fields = draft_.fields;
  const auto line = [&](std::string_view name, const std::string& text) {
    if (text.empty()) return;
    dialogue_.say(cut_to(padded_to(name, 12) + text, dialogue_.columns()));
  };
  line("Title", text_at(fields, "title"));
  if (draft_.kind == "testimony") {
    line("Source", text_at(fields, "source.pseudonym"));
    const bool withdrawn = is_withdrawn(fields);
    line("Consent", withdrawn ? "withdrawn" : text_at(fields, "consent.status"));
    if (!withdrawn && fields.contains("consent.status") && fields.at("consent.status") == "given") {
      line("  read by", listed(fields, now.elements("consent.share")));
      line("  identity", listed(fields, now.elements("consent.identity")));
      line("  until", text_at(fields, "consent.until"));
    }
  } else {
    line("Date", text_at(fields, "dates.initial"));
    line("Place", text_at(fields, "place.name"));
    line("Read by",
         fields.contains("confidentiality") ? text_at(fields, "confidentiality") : "members");
  }
  for (const char* path : {"account.text", "description"}) {
    const std::size_t passages = now.elements(path).size();
    if (passages > 0) line("Text", counted(passages, "passage", "passages"));
  }
  for (const auto& [list, name] : {std::pair("acts", "Acts"), std::pair("involvements", "By"),
                                   std::pair("victims", "Victims"), std::pair("tags", "Tags")}) {
    const std::size_t count = now.elements(list).size();
    if (count > 0) line(name, std::to_string(count));
  }
  if (draft_.is_edit()) {
    const std::size_t count = field_changes(draft_.base.fields(), fields).size();
    line("Changed", count == 0 ? "nothing yet" : counted(count, "field", "fields"));
  }
  if (!missing.empty()) {
    dialogue_.say("\nStill lacking; a record without it is kept, and shown as incomplete:");
    for (std::size_t i = 0; i < missing.size(); ++i) {
      dialogue_.say("  " + std::to_string(i + 1) + "  " + std::string(rule(missing[i])->label) +
                    " (" + missing[i] + ")");
    }
  }
}

Interview::Move Interview::review() {
  const std::vector<std::string> missing = missing_fields(draft_.kind, draft_.fields);
  begin_screen(course_.here());
  show_review(missing);
  dialogue_.say("");
  dialogue_.say(
      std::string(draft_.is_edit() ? "+ make it the new revision" : "+ make it a record") +
      (missing.empty() ? "" : " · number: answer what is lacking") +
      " · < back · ! keep it as a draft · ? help");
  Move move = Move::stay;
  const auto line = answer(move);
  if (!line) return move;
  if (sign_of(*line) == Sign::add) return finish();
  if (const auto number = number_in(*line, missing.size())) {
    course_.go_to(missing[*number - 1], draft_.fields);
    return Move::stay;
  }
  return refused(draft_.is_edit() ? "This takes + to make the revision, or ! to keep a draft."
                                  : "This takes + to make the record, or ! to keep a draft.");
}

bool Interview::has_seen_newest() {
  if (is_current(vault_, draft_)) {
    told_of_.clear();
    return true;
  }
  const FieldMap before = draft_.base.fields();
  const Rebase rebase = rebase_draft(vault_, draft_, context_.now());
  const std::string newest = rebase.newest.id();
  if (!rebase.both.empty() && newest == told_of_) return true;
  note_ = "Another revision of this record came meanwhile. It changed:\n";
  note_ += changes_in_brief(before, rebase.newest.fields(), dialogue_.columns());
  if (rebase.both.empty()) {
    note_ += "Your answers now stand on that one. + once more makes the revision.";
    told_of_.clear();
  } else {
    note_ += "You changed the same:";
    for (const std::string& thing : rebase.both) note_ += " " + thing;
    note_ +=
        ". Nothing is mixed. + once more keeps both, as a conflict that `depone resolve` ends; < "
        "goes back to your answers.";
    told_of_ = newest;
  }
  return false;
}

Interview::Move Interview::finish() {
  if (draft_.is_edit() && draft_.fields == draft_.base.fields()) {
    if (kept_) discard_draft(vault_, draft_.id);
    return Move::done;
  }
  if (!has_seen_newest()) return Move::stay;
  try {
    beside_ = !told_of_.empty();
    revision_ = beside_ ? finish_beside(vault_, draft_, context_.now())
                        : finish_draft(vault_, draft_, context_.now());
  } catch (const Error& error) {
    if (error.code() != Code::invalid || rule(error.context()) == nullptr) throw;
    course_.go_to(error.context(), draft_.fields);
    return refused(error.message());
  }
  return Move::done;
}

}  // namespace depone::cli
