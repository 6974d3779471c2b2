#include "cli/interview/interview.h"

#include <algorithm>
#include <utility>

#include "cli/interview/answer.h"
#include "crypto/error.h"
#include "store/records/withdraw.h"

namespace depone::cli {

Interview::Interview(Context& context, Vault& vault, Dialogue& dialogue, Draft draft)
    : context_(context),
      vault_(vault),
      dialogue_(dialogue),
      draft_(std::move(draft)),
      course_(draft_.kind, draft_.base.complete()),
      kept_(!draft_.place.empty()) {
  course_.go_to(draft_.place, draft_.fields);
  if (!draft_.base.complete())
    note_ = "This vault was not given all of this record; who the source is, is not asked for.";
}

Interview::End Interview::run() {
  try {
    while (true) {
      const Move next = course_.at_end() ? review() : ask();
      if (next == Move::done) break;
      if (next == Move::stop) {
        dialogue_.clear();
        return End::stopped;
      }
      move(next);
    }
  } catch (const Error& error) {
    dialogue_.clear();
    const bool says_more = error.code() == Code::interrupted || error.code() == Code::invalid ||
                           error.code() == Code::refused ||
                           error.code() == Code::io;  // the disk is full
    if (!says_more) throw;
    throw Error(error.code(), error.message() + "; " + how_to_go_on(), error.context());
  }
  dialogue_.clear();
  return revision_.empty() ? End::unchanged : End::finished;
}

std::string Interview::how_to_go_on() const {
  if (!kept_) return draft_.is_edit() ? "nothing was changed" : "nothing was saved";
  return "what came before is kept: `depone " +
         std::string(draft_.is_edit() ? "edit " : "new --resume ") + draft_.id.substr(0, 8) + "`";
}

void Interview::move(Move move) {
  switch (move) {
    case Move::next:
      course_.next(draft_.fields);
      break;
    case Move::past:
      course_.past(draft_.fields);
      break;
    case Move::back:
      course_.back(draft_.fields);
      break;
    case Move::review:
      course_.to_end(draft_.fields);
      break;
    case Move::stay:
    case Move::stop:
    case Move::done:
      break;
  }
  if (kept_ && course_.here().path != draft_.place)
    save_draft(vault_, draft_, draft_.fields, course_.here().path, context_.now());
}

bool Interview::keep(const FieldMap& fields) {
  try {
    check_fields(draft_.kind, fields, &draft_.fields);
  } catch (const Error& error) {
    if (error.code() != Code::invalid) throw;
    refused(error.message());
    return false;
  }
  if (fields == draft_.fields) return true;
  save_draft(vault_, draft_, fields, course_.here().path, context_.now());
  kept_ = true;
  return true;
}

Interview::Move Interview::refused(const std::string& why) {
  if (!dialogue_.can_ask_again()) throw Error(Code::invalid, why, course_.here().path);
  note_ = why;
  return Move::stay;
}

Interview::Move Interview::take(std::string_view path, const Json& value) {
  FieldEdit changed = edit();
  changed.set(path, value);
  if (!keep(changed.fields())) return Move::stay;
  if (path == "consent.status") explain_consent(value);
  return Move::next;
}

void Interview::explain_consent(const Json& status) {
  constexpr const char* kStays =
      "Nothing of this record leaves this vault: seal, sync, export and disclose refuse it.";
  if (status == "refused") {
    note_ = std::string("The source refused. ") + kStays +
            " Ask yourself whether to keep it at all; `depone discard` removes it for good.";
  } else if (status == "not asked") {
    note_ = std::string("The source was not asked. ") + kStays +
            " Say why, and ask as soon as it is safe.";
  } else if (status == "withdrawn") {
    note_ = std::string("The source has withdrawn consent. ") + kStays +
            " What others have read already cannot be recalled.";
  } else if (is_withdrawn(draft_.fields)) {
    note_ =
        "The record still says when or why consent was withdrawn, and as long as it does nothing "
        "of it leaves this vault. Where the source has given consent anew, take that away.";
  }
}

std::optional<std::string> Interview::answer(Move& move, std::string_view present) {
  while (true) {
    auto line = dialogue_.ask("> ", present);
    if (!line && !dialogue_.can_ask_again())
      throw Error(Code::interrupted, "the answers ended before the interview did");
    const Sign sign = line ? sign_of(*line) : Sign::stop;
    switch (sign) {
      case Sign::help:
        show_help(course_.here());
        continue;
      case Sign::stop:
        move = Move::stop;
        return std::nullopt;
      case Sign::back:
        move = Move::back;
        return std::nullopt;
      case Sign::review:
        move = Move::review;
        return std::nullopt;
      default:
        return line;
    }
  }
}

Interview::Move Interview::ask() {
  const Place place = course_.here();
  // Words alone, where several or something of several fields may stand too.
  if (draft_.fields.contains(place.path)) return ask_field(place);
  if (place.inside) return is_long_text(place.path) ? ask_text(place) : ask_field(place);
  switch (place.step->ask) {
    case Ask::field:
      return ask_field(place);
    case Ask::text:
      return ask_text(place);
    case Ask::classes:
      return ask_classes(place);
    case Ask::list:
      return ask_list(place);
    case Ask::items:
      return ask_items(place);
    case Ask::group:
      return ask_group(place);
  }
  return Move::next;
}

Interview::Move Interview::ask_field(const Place& place) {
  show_question(place);
  const auto found = draft_.fields.find(place.path);
  const bool has = found != draft_.fields.end();
  Move move = Move::stay;
  const std::string present = has ? as_line(found->second) : "";
  const auto line = answer(move, present);
  if (!line) return move;
  const Sign sign = sign_of(*line);
  if (sign == Sign::nothing) return Move::next;
  if (sign == Sign::remove) return take(place.path, nullptr);
  // What stands in the line as it was brought there is no new answer.
  if (has && *line == present) return Move::next;
  try {
    return take(place.path, value_of_answer(draft_.kind, place.path, *line));
  } catch (const Error& error) {
    if (error.code() != Code::invalid) throw;
    return refused(error.message());
  }
}

Interview::Move Interview::ask_classes(const Place& place) {
  show_question(place);
  Move move = Move::stay;
  const auto line = answer(move);
  if (!line) return move;
  const Sign sign = sign_of(*line);
  if (sign == Sign::nothing) return Move::next;
  if (sign == Sign::remove) return take(place.path, nullptr);
  const Vocabulary& words = *rule(place.path + ".0")->words;
  Json values = Json::array();
  try {
    if (const auto numbers = numbers_in(*line, words.terms.size())) {
      for (const std::size_t number : *numbers) values.push_back(words.terms[number - 1].value);
    } else {
      for (const std::string_view part : split(*line, ','))
        values.push_back(value_of_answer(draft_.kind, place.path + ".0", part));
    }
  } catch (const Error& error) {
    if (error.code() != Code::invalid) throw;
    return refused("This takes the numbers of what applies, with spaces between: 1 3.");
  }
  Json once = Json::array();
  for (const Json& value : values) {
    if (std::find(once.begin(), once.end(), value) == once.end()) once.push_back(value);
  }
  return take(place.path, once);
}

Interview::Move Interview::ask_list(const Place& place) {
  show_question(place);
  Move move = Move::stay;
  const auto line = answer(move);
  if (!line) return move;
  const Sign sign = sign_of(*line);
  if (sign == Sign::nothing) return Move::past;
  FieldEdit changed = edit();
  std::vector<std::string> elements = changed.elements(place.path);
  // Links between records stand in a list of links too; they are not asked about.
  std::erase_if(elements, [&](const std::string& path) { return !draft_.fields.contains(path); });
  if (sign == Sign::remove) {
    if (elements.empty()) return refused("There is nothing to take away.");
    changed.remove(elements.back());
    keep(changed.fields());
    return Move::stay;
  }
  try {
    const Vocabulary* words = rule(place.path + ".0")->words;
    const auto numbers = words ? numbers_in(*line, words->terms.size()) : std::nullopt;
    std::vector<Json> values;
    if (numbers) {
      for (const std::size_t number : *numbers) values.push_back(words->terms[number - 1].value);
    } else {
      values.push_back(value_of_answer(draft_.kind, place.path + ".0", *line));
    }
    for (const Json& value : values) changed.set(changed.new_element(place.path), value);
  } catch (const Error& error) {
    if (error.code() != Code::invalid) throw;
    return refused(error.message());
  }
  keep(changed.fields());
  return Move::stay;
}

Interview::Move Interview::ask_items(const Place& place) {
  show_question(place);
  Move move = Move::stay;
  const auto line = answer(move);
  if (!line) return move;
  FieldEdit changed = edit();
  const std::vector<std::string> elements = changed.elements(place.path);
  switch (sign_of(*line)) {
    case Sign::nothing:
      return Move::past;
    case Sign::add:
      course_.enter(changed.new_element(place.path), draft_.fields);
      return Move::stay;
    default:
      break;
  }
  const bool away = line->starts_with('-');
  const auto number = number_in(away ? line->substr(1) : *line, elements.size());
  if (!number)
    return refused("This takes +, or the number of one that is there, or - and its number.");
  const std::string& element = elements[*number - 1];
  if (away) {
    changed.remove(element);
    keep(changed.fields());
  } else {
    course_.enter(element, draft_.fields);
  }
  return Move::stay;
}

Interview::Move Interview::ask_group(const Place& place) {
  show_question(place);
  Move move = Move::stay;
  const auto line = answer(move);
  if (!line) return move;
  switch (sign_of(*line)) {
    case Sign::nothing:
      return Move::past;
    case Sign::add:
      course_.enter(place.path, draft_.fields);
      return Move::stay;
    default:
      return refused("This takes + to go through these questions, or Enter to leave them out.");
  }
}

}  // namespace depone::cli
