#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.h"
#include "cli/dialogue.h"
#include "cli/interview/course.h"
#include "store/evidence/evidence.h"
#include "store/records/drafts.h"
#include "store/records/field_edit.h"
#include "store/vault.h"

namespace depone::cli {

// An interview, question by question, on a draft that is saved after every answer (of a long text,
// after every line), before the next question is asked.
class Interview {
 public:
  enum class End { finished, unchanged, stopped };

  // A draft that has a `place` is gone on with there.
  Interview(Context& context, Vault& vault, Dialogue& dialogue, Draft draft);

  // Until the record or revision is made, or the draft is left as it is. Error where it is
  // interrupted (Ctrl-C, the end of the answers) or an answer that came through a pipe will not do:
  // the message says how to go on.
  End run();

  const Draft& draft() const { return draft_; }
  const std::string& revision() const { return revision_; }  // when finished
  bool is_kept() const { return kept_; }  // whether there is a draft to go on with
  // When finished: whether the revision stands beside another newest one, a conflict.
  bool is_beside() const { return beside_; }

 private:
  enum class Move { stay, next, past, back, stop, review, done };

  Move ask();
  Move ask_field(const Place& place);
  Move ask_classes(const Place& place);
  Move ask_list(const Place& place);
  Move ask_items(const Place& place);
  Move ask_group(const Place& place);
  Move ask_text(const Place& place);
  Move write_text(const Place& place, const std::vector<std::string>& before,
                  const std::vector<std::string>& after);
  Move review();
  Move finish();
  // Whether the edit may be finished as it is; else says what another revision changed meanwhile.
  bool has_seen_newest();

  // One line, with the signs that every question has dealt with; nullopt: `move` says what to do.
  std::optional<std::string> answer(Move& move, std::string_view present = {});
  Move refused(const std::string& why);
  Move take(std::string_view path, const Json& value);
  // Saves the fields; false, and says why, where they can't be a record's.
  bool keep(const FieldMap& fields);
  void move(Move move);
  void begin_screen(const Place& place);
  void show_question(const Place& place);
  void show_field(const Place& place);
  void show_unknown(const Place& place);
  void show_passages(const Place& place);
  void show_several(const Place& place);
  void show_group(const Step& step);
  void show_items(const Place& place);
  void show_terms(const Vocabulary& words, const std::vector<std::string>& chosen);
  void show_help(const Place& place);
  void show_review(const std::vector<std::string>& missing);
  void hint(std::string_view enter, std::string_view more = {});
  void explain_consent(const Json& status);
  const FieldRule* rule(std::string_view path) const { return rule_of(draft_.kind, path); }
  FieldEdit edit() const { return FieldEdit(draft_.fields, draft_.base); }
  std::string how_to_go_on() const;
  std::size_t room() const;  // rows for a list, beside all else that a question shows

  Context& context_;
  Vault& vault_;
  Dialogue& dialogue_;
  Draft draft_;
  Course course_;
  bool kept_;
  std::string note_;  // said at the top of the next question
  std::string revision_;
  std::string told_of_;  // the revision beside which a + makes another one
  bool beside_ = false;
};

}  // namespace depone::cli
